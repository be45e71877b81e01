// The only place with policy: one row for each kind of input. Pure: the call as it is after the input, in; what is to be
// done, out. Nothing here knows how anything is done, and no row waits.
import type { CallState } from '../call/state.ts';
import { pendingCalls } from '../call/state.ts';
import {
  MAX_FAILED_TURNS,
  MAX_TOOL_HOPS,
  REPLY_MAX_CHARACTERS,
  TURN_MAX_MS,
  TURN_MAX_REDIRECTS,
  FILLER_AFTER_MS,
} from '../limits.ts';
import {
  answerCaller,
  askAgain,
  askWithLess,
  converserAt,
  endWithFailure,
  goOnAfter,
  hangUp,
  runVerbs,
  speech,
} from './converse.ts';
import type { Decision, Settings, Trigger, TriggerOf } from './decision.ts';
import { asksToHangUp } from './session-tools.ts';
import { speakable } from './speakable.ts';
import { dispatch } from './tool-calls.ts';

type Row<K extends Trigger['kind']> = (
  state: CallState,
  input: TriggerOf<K>,
  settings: Settings,
) => readonly Decision[];

const waitingTimer: Decision = { kind: 'set-timer', timer: 'filler', delayMs: FILLER_AFTER_MS };

const rows: { readonly [K in Trigger['kind']]: Row<K> } = {
  'turn-start': (state, _input, settings) => {
    const timers: Decision[] = [{ kind: 'set-timer', timer: 'turn-limit', delayMs: TURN_MAX_MS }, waitingTimer];
    const entry = state.turn?.entry;
    if ((state.turn?.silentStages ?? 0) > TURN_MAX_REDIRECTS) {
      return endWithFailure('failed', [`${TURN_MAX_REDIRECTS} documents in a row only redirect`], settings);
    }
    if (entry === undefined) return [...timers, { kind: 'fetch-document' }];
    if (entry.kind === 'verbs') return [...timers, ...runVerbs(state, entry.from, settings)];
    if (entry.kind === 'stage') return [...timers, { kind: 'fetch-document', stage: entry.stage }];
    const gather = state.document?.program.verbs[entry.verb];
    return gather?.kind === 'gather'
      ? [...timers, { kind: 'fetch-document', stage: gather.stage }]
      : [...timers, { kind: 'fetch-document' }];
  },

  request: (state, _input, settings) =>
    (state.turn?.redirects ?? 0) > TURN_MAX_REDIRECTS
      ? giveUp(state, settings, `the platform came back more than ${TURN_MAX_REDIRECTS} times in one turn`)
      : [waitingTimer],

  document: (state, { document }, settings) => {
    const entry = state.turn?.entry;
    const answered = entry?.kind === 'reply' ? entry.verb : undefined;
    if (document.kind === 'program') {
      return answered !== undefined && state.turn?.unchanged === true
        ? answerCaller(state, answered, settings)
        : runVerbs(state, 0, settings);
    }
    // An author's server that fails in mid-call does not end a conversation that needs nothing new of it.
    if (answered !== undefined && isOwnDocument(state, answered)) return answerCaller(state, answered, settings);
    const faults = document.kind === 'invalid' ? document.faults : [`${document.url}: ${document.reason}`];
    return endWithFailure('failed', faults, settings);
  },

  'model-delta': (state, { text }, settings) => {
    const running = state.turn?.reply;
    const said = reply(state, text);
    if (running === undefined || running.text.length < REPLY_MAX_CHARACTERS) return said;
    return [...said, { kind: 'abort' }, ...goOnAfter(state, running.verb, settings)];
  },

  'model-end': (state, input, settings) => {
    const ended = state.turn?.reply;
    const conversation = ended && converserAt(state, ended.verb)?.conversation;
    if (ended === undefined || conversation === undefined) return [];
    if (input.finish === 'error') return modelFailed(state, input, settings);
    const said = reply(state, input.text);
    // A tool that is called although none was offered is not run: the caller has waited long enough.
    const mayCall = ended.hop - ended.firstHop < MAX_TOOL_HOPS;
    if (input.toolCalls.length > 0 && mayCall) return [...said, ...dispatch(state, conversation)];
    if (said.length === 0 && state.turn?.replied !== true) {
      const line = asksToHangUp(state) ? settings.lines.goodbye : settings.lines.noAnswer;
      return [speech(state, 'notice', line), ...goOnAfter(state, ended.verb, settings)];
    }
    return [...said, ...goOnAfter(state, ended.verb, settings)];
  },

  'tool-end': (state, _input, settings) => {
    const asked = state.turn?.reply;
    if (asked === undefined || asked.streaming || pendingCalls(state).length > 0) return [];
    if (asksToHangUp(state) && state.turn?.replied === true) return hangUp();
    return askAgain(state, asked, settings);
  },

  'timer-fired': (state, { timer }, settings) => {
    if (timer === 'turn-limit') return giveUp(state, settings, `the turn took longer than ${TURN_MAX_MS / 1000} s`);
    const { fillers } = settings.lines;
    const line = fillers[state.fillers % fillers.length];
    return state.turn?.spoken === true || line === undefined ? [] : [speech(state, 'filler', line)];
  },

  interrupted: () => [{ kind: 'abort' }, { kind: 'end-turn', outcome: 'interrupted', faults: [] }],

  'hung-up': () => [{ kind: 'abort' }, { kind: 'end-turn', outcome: 'hung-up', faults: [] }],
};

/** What is to be done about `input`, which `state` already holds. */
export function decide(state: CallState, input: Trigger, settings: Settings): readonly Decision[] {
  return (rows[input.kind] as (state: CallState, input: Trigger, settings: Settings) => readonly Decision[])(
    state,
    input,
    settings,
  );
}

function isOwnDocument(state: CallState, verb: number): boolean {
  const gather = converserAt(state, verb);
  return gather?.kind === 'gather' && gather.stage.url === state.document?.url;
}

function reply(state: CallState, text: string): readonly Decision[] {
  const words = speakable(text).trim().slice(0, REPLY_MAX_CHARACTERS);
  return words === '' ? [] : [speech(state, 'reply', words)];
}

/** The caller hears an apology and is listened to again; after several turns like this the call ends. */
function modelFailed(state: CallState, input: TriggerOf<'model-end'>, settings: Settings): readonly Decision[] {
  const { reason = 'the model failed', code } = input;
  const ended = state.turn?.reply;
  if (ended === undefined) return [];
  if (code === 'context-length' && ended.text === '' && state.turn?.trimmed !== true) {
    const again = askWithLess(state, ended, settings);
    if (again !== undefined) return again;
  }
  if (state.failures >= MAX_FAILED_TURNS) return endWithFailure('failed', [reason], settings);
  return [speech(state, 'notice', settings.lines.apology), ...goOnAfter(state, ended.verb, settings, [reason])];
}

/** Ends a turn that takes too long, keeping the conversation where there is one. */
function giveUp(state: CallState, settings: Settings, reason: string): readonly Decision[] {
  const running = state.turn?.reply;
  const rest =
    state.failures < MAX_FAILED_TURNS && running !== undefined && converserAt(state, running.verb)?.kind === 'gather'
      ? [speech(state, 'notice', settings.lines.apology), ...goOnAfter(state, running.verb, settings, [reason])]
      : endWithFailure('failed', [reason], settings);
  return [{ kind: 'abort' }, ...rest];
}
