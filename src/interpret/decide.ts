// The only place with policy: one row for each kind of input. Pure: the call as it is after the input, in; what is to be
// done, out. Nothing here knows how anything is done, and no row waits.
import type { Exit } from '../call/output.ts';
import { callerInput, dialOutcome, hasCollectedNothing, type CallRequest } from '../call/request.ts';
import type { CallState, Reply } from '../call/state.ts';
import { textOf } from '../call/conversation.ts';
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
import { asksToHangUp, dialResult } from './session-tools.ts';
import { speakable } from './speakable.ts';
import { afterDial, leave } from './leaving.ts';
import { dispatch, joinedTo } from './tool-calls.ts';

type Row<K extends Trigger['kind']> = (
  state: CallState,
  input: TriggerOf<K>,
  settings: Settings,
) => readonly Decision[];

const waitingTimer: Decision = { kind: 'set-timer', timer: 'filler', delayMs: FILLER_AFTER_MS };

type EntryRow<K extends Exit['kind']> = (
  state: CallState,
  entry: Extract<Exit, { kind: K }>,
  settings: Settings,
) => readonly Decision[];

/** How a turn begins, by the place that it goes on from. */
const entries: { readonly [K in Exit['kind']]: EntryRow<K> } = {
  verbs: (state, { from }, settings) => runVerbs(state, from, settings),
  stage: (state, { stage, silent }, settings) =>
    silent !== undefined && state.turn !== undefined && isSilent(state.turn.request)
      ? runVerbs(state, silent, settings)
      : [{ kind: 'fetch-document', stage }],
  reply: (state, { verb }) => {
    const gather = converserAt(state, verb);
    return [{ kind: 'fetch-document', ...(gather?.kind === 'gather' && { stage: gather.stage }) }];
  },
  dialled: (state, { call }) => {
    const outcome = state.turn === undefined ? undefined : dialOutcome(state.turn.request);
    return [{ kind: 'settle-tool', id: call, result: dialResult(outcome) }];
  },
  // The platform has lost its way, and what it brings along is answered.
  again: (state, { verb }, settings) => answerCaller(state, verb, settings),
};

const rows: { readonly [K in Trigger['kind']]: Row<K> } = {
  'turn-start': (state, _input, settings) => begin(state, TURN_MAX_MS, settings),

  'taken-over': (state, { ranMs }, settings) => {
    const leftMs = Math.max(0, TURN_MAX_MS - ranMs);
    const { reply: running } = state.turn ?? {};
    if (running === undefined) return begin(state, leftMs, settings);
    // What was said of a reply that broke off stands, and the model goes on from there.
    const rest = running.streaming ? askAgain(state, running, settings) : dispatched(state, running, settings);
    return [...timersFor(leftMs), ...rest];
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
    if (settings.fallbackDocument !== undefined && state.turn?.failedDocuments === 1) {
      return [{ kind: 'fetch-document', stage: { url: settings.fallbackDocument, method: 'GET' } }];
    }
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
    // All but what had been said before this input.
    const said = reply(state, textOf(ended.parts.filter(({ seq }) => seq > state.seq)));
    if (input.toolCalls.length > 0) return [...said, ...dispatched(state, ended, settings)];
    return [...said, ...concluded(state, ended.verb, said.length > 0, settings)];
  },

  'tool-end': (state, { id, result }, settings) => {
    const { reply: asked, entry } = state.turn ?? {};
    if (asked === undefined) return entry?.kind === 'dialled' ? afterDial(state, entry.verb, settings) : [];
    if (asked.streaming) return [];
    const joined = joinedTo(state, id);
    if (joined.length > 0) return joined.map((call): Decision => ({ kind: 'settle-tool', id: call.id, result }));
    const leaving = leave(state, asked.verb, settings);
    if (leaving !== undefined) return leaving;
    if (pendingCalls(state).length > 0) return [];
    if (asksToHangUp(state) && state.turn?.replied === true) return hangUp('model');
    return mayCallTools(asked) ? askAgain(state, asked, settings) : concluded(state, asked.verb, false, settings);
  },

  'timer-fired': (state, { timer }, settings) => {
    if (timer === 'call-limit') {
      return [{ kind: 'abort' }, speech(state, 'notice', settings.lines.timeUp), ...hangUp('time-limit')];
    }
    if (timer === 'lease') return [];
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

/** Whether the caller has left a Gather unanswered, as far as the platform says so. */
function isSilent(request: CallRequest): boolean {
  return hasCollectedNothing(request) && callerInput(request) === '';
}

function timersFor(turnMs: number): Decision[] {
  return [{ kind: 'set-timer', timer: 'turn-limit', delayMs: turnMs }, waitingTimer];
}

/** The beginning of a turn, which has this long to come to its end. */
function begin(state: CallState, turnMs: number, settings: Settings): readonly Decision[] {
  const timers = timersFor(turnMs);
  const entry = state.turn?.entry;
  if (isTimeUp(state, settings)) timers.push({ kind: 'set-timer', timer: 'call-limit', delayMs: 0 });
  if ((state.turn?.silentStages ?? 0) > TURN_MAX_REDIRECTS) {
    return endWithFailure('failed', [`${TURN_MAX_REDIRECTS} documents in a row only redirect`], settings);
  }
  if (entry === undefined) return [...timers, { kind: 'fetch-document' }];
  const goOn = entries[entry.kind] as EntryRow<Exit['kind']>;
  return [...timers, ...goOn(state, entry, settings)];
}

/** What becomes of the tool calls of a reply; where none runs and none is answered, one leads the caller away. */
function dispatched(state: CallState, asked: Reply, settings: Settings): readonly Decision[] {
  const conversation = converserAt(state, asked.verb)?.conversation;
  if (conversation === undefined) return [];
  const decisions = dispatch(state, conversation, mayCallTools(asked), settings);
  return decisions.length > 0 ? decisions : (leave(state, asked.verb, settings) ?? []);
}

/** Whether the call had lasted as long as it may when this turn began. */
function isTimeUp({ beganAtMs, turn }: CallState, { maxCallSeconds = Infinity }: Settings): boolean {
  return beganAtMs !== undefined && turn !== undefined && turn.beganAtMs - beganAtMs >= maxCallSeconds * 1000;
}

/** At the limit the model has been asked for words alone: the caller has waited long enough. */
function mayCallTools({ hop, firstHop }: Reply): boolean {
  return hop - firstHop < MAX_TOOL_HOPS;
}

/** Goes on after the last reply of a Converse, which must not have been silence. */
function concluded(state: CallState, verb: number, isSaid: boolean, settings: Settings): readonly Decision[] {
  if (isSaid || state.turn?.replied === true) return goOnAfter(state, verb, settings);
  const line = asksToHangUp(state) ? settings.lines.goodbye : excuse(state, verb, settings.lines.noAnswer, settings);
  return [speech(state, 'notice', line), ...goOnAfter(state, verb, settings)];
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
  const line = excuse(state, ended.verb, settings.lines.apology, settings);
  return [speech(state, 'notice', line), ...goOnAfter(state, ended.verb, settings, [reason])];
}

/** A line that asks the caller for something is said where a Gather listens; elsewhere, one that asks for nothing. */
function excuse(state: CallState, verb: number, line: string, { lines }: Settings): string {
  return converserAt(state, verb)?.kind === 'gather' ? line : lines.setback;
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
