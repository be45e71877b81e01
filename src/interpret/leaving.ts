import type { LedgerCall } from '../call/conversation.ts';
import type { Conversation, Markup } from '../call/program.ts';
import { dialOutcome } from '../call/request.ts';
import { pendingCalls, type CallState } from '../call/state.ts';
import { askAgain, converserAt, runVerbs, speech } from './converse.ts';
import type { Decision, Settings } from './decision.ts';
import { isTransfer, REDIRECT_RESULT } from './session-tools.ts';
import { transferOf, type Way } from './transfer.ts';

/** The call of the last reply that leads the caller away, and where to; undefined where none does. */
export type Leaving = { readonly call: LedgerCall; readonly way: Way };

/** What the model has asked for with `dial` or `redirect`, as far as it may: the first of them counts. */
export function leavingBy(state: CallState, conversation: Conversation, settings: Settings): Leaving | undefined {
  const last = state.messages.at(-1);
  if (last?.role !== 'assistant') return undefined;
  for (const call of last.toolCalls) {
    const isOpen = call.result === undefined || call.result.content === REDIRECT_RESULT.content;
    if (!isTransfer(conversation, call) || !isOpen) continue;
    const transfer = transferOf(state, conversation, call, settings);
    if (transfer.kind === 'allowed') return { call, way: transfer.way };
  }
  return undefined;
}

/** Sends the caller away once every other call of the reply has its result; undefined while one has not, or if none leads away. */
export function leave(state: CallState, verb: number, settings: Settings): readonly Decision[] | undefined {
  const conversation = converserAt(state, verb)?.conversation;
  const leaving = conversation && leavingBy(state, conversation, settings);
  if (leaving === undefined) return undefined;
  const { call, way } = leaving;
  if (pendingCalls(state).some(({ id }) => id !== call.id)) return undefined;
  return [
    ...(way.message === undefined ? [] : [speech(state, 'notice', way.message)]),
    ...(way.kind === 'dial' ? dial(call, verb, way.dialled) : redirect(way.url)),
  ];
}

function dial(call: LedgerCall, verb: number, { noun, text }: Extract<Way, { kind: 'dial' }>['dialled']): Decision[] {
  const markup: Markup = { name: 'Dial', attributes: {}, children: [{ name: noun, attributes: {}, children: [text] }] };
  const exit = { kind: 'dialled', verb, call: call.id } as const;
  return [
    { kind: 'emit', output: { kind: 'passed-verb', markup, greeting: false, exit, stageAttribute: 'action' } },
    { kind: 'end-turn', outcome: 'transferred', faults: [] },
  ];
}

function redirect(url: string): Decision[] {
  return [
    { kind: 'emit', output: { kind: 'redirect', exit: { kind: 'stage', stage: { url, method: 'POST' } } } },
    { kind: 'end-turn', outcome: 'redirected', faults: [] },
  ];
}

/** Goes on after a Dial of the model's: behind the conversation when the caller was put through, else back in it. */
export function afterDial(state: CallState, verb: number, settings: Settings): readonly Decision[] {
  const request = state.turn?.request;
  const isThrough = request !== undefined && dialOutcome(request) === 'completed';
  return isThrough ? runVerbs(state, verb + 1, settings) : askAgain(state, { verb }, settings);
}
