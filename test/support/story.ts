import type { CallEvent } from '../../src/call/event.ts';
import type { Parameters } from '../../src/call/request.ts';
import { newCall, type CallState } from '../../src/call/state.ts';
import type { Decision, Settings, Trigger } from '../../src/interpret/decision.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { record, step } from '../../src/interpret/step.ts';
import { fetched } from './ports.ts';
import { AGENT, callRequest, CALL_SID } from './world.ts';

export const SETTINGS: Settings = { lines: ENGLISH };
export const AT_MS = 1_000;

/** A call as far as these inputs have brought it, and what the last of them led to. */
export type Story = {
  readonly state: CallState;
  readonly events: readonly CallEvent[];
  readonly decisions: readonly Decision[];
};

/**
 * Takes inputs one after the other, as a turn does; results that need nothing run are taken as they come. The platform has
 * fetched all of a turn before the next one begins.
 */
export function tell(inputs: readonly Trigger[], settings = SETTINGS): Story {
  let state = newCall(`${AGENT}/${CALL_SID}`);
  const events: CallEvent[] = [];
  let decisions: readonly Decision[] = [];
  for (const input of inputs) {
    if (input.kind === 'turn-start' && state.turn !== undefined) {
      const all = { key: state.turn.key, from: state.turn.seq + 1, to: state.seq + 1, body: '' };
      const answered = record(state, [{ kind: 'answered', ...all }], AT_MS);
      state = answered.state;
      events.push(...answered.events);
    }
    const taken = step(state, input, settings, AT_MS);
    state = taken.state;
    events.push(...taken.events);
    decisions = taken.decisions;
  }
  return { state, events, decisions };
}

export function turnStart(turn: number, extra: Parameters = {}, seq?: number): Trigger {
  const origin = seq === undefined ? ({ kind: 'start' } as const) : ({ kind: 'exit', seq } as const);
  return { kind: 'turn-start', turn, key: `key ${turn}`, origin, request: callRequest(extra) };
}

export function documentOf(source: string, url?: string): Trigger {
  return { kind: 'document', document: fetched(source, url) };
}

export const delta = (text: string, hop = 0): Trigger => ({ kind: 'model-delta', hop, text });

export function modelEnd(
  text = '',
  {
    hop = 0,
    calls = [],
    fails,
    isCut = false,
  }: {
    readonly hop?: number;
    readonly calls?: readonly (readonly [name: string, values: string])[];
    readonly fails?: string;
    readonly isCut?: boolean;
  } = {},
): Trigger {
  const toolCalls = calls.map(([name, values], index) => ({ modelId: `m${hop}${index}`, name, arguments: values }));
  const end = isCut ? 'length' : calls.length > 0 ? 'tool-calls' : 'stop';
  const finish = fails === undefined ? end : 'error';
  return { kind: 'model-end', hop, text, toolCalls, finish, ...(fails !== undefined && { reason: fails }) };
}

export function toolEnd(turn: number, hop: number, index: number, content = 'found', isError = false): Trigger {
  return { kind: 'tool-end', id: `${AGENT}/${CALL_SID}/${turn}/${hop}/${index}`, result: { content, isError } };
}

/** The number of the last output of this kind. */
export function lastOutput({ events }: Story, kind: 'listen' | 'redirect' | 'passed-verb'): number {
  return events.findLast((event) => event.kind === kind)?.seq ?? 0;
}

type Briefs = { readonly [K in Decision['kind']]: (decision: Extract<Decision, { kind: K }>) => string };

const briefs: Briefs = {
  'fetch-document': ({ stage }) =>
    stage === undefined ? 'fetch the agent’s document' : `fetch ${stage.method} ${stage.url}`,
  'ask-model': ({ verb, hop, heard, request }) =>
    `ask verb ${verb} hop ${hop}${heard === undefined ? '' : ` heard "${heard}"`} tools [${request.tools.map(({ name }) => name).join()}]`,
  'start-tool': ({ call, arguments: values, resent }) =>
    `run ${call.name} ${JSON.stringify(values)}${resent === true ? ' again' : ''}`,
  'settle-tool': ({ id, result }) => `settle ${id.split('/').at(-1)} ${result.isError ? 'error' : 'ok'}`,
  'set-timer': ({ timer, delayMs }) => `${timer} in ${delayMs}`,
  abort: () => 'abort',
  emit: ({ output }) => {
    if (output.kind === 'speech') return `${output.role} "${output.text}"`;
    if (output.kind === 'passed-verb') return `${output.greeting ? 'greet with' : 'pass'} ${output.markup.name}`;
    if (output.kind === 'redirect')
      return `redirect to ${output.exit.kind === 'verbs' ? `verb ${output.exit.from}` : output.exit.kind}`;
    return output.kind === 'listen' ? 'listen' : 'hang up';
  },
  'end-turn': ({ outcome, faults }) => `end ${outcome}${faults.map((fault) => ` (${fault})`).join('')}`,
};

/** A decision in a few words, so that a table of them can be read. */
export function brief(decision: Decision): string {
  return (briefs[decision.kind] as (decision: Decision) => string)(decision);
}
