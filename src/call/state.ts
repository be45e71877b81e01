import {
  asHeard,
  endsWhole,
  spokenText,
  textOf,
  withGreeting,
  withHeard,
  withResult,
  withSaid,
  withStarted,
  type LedgerCall,
  type Message,
  type Part,
} from './conversation.ts';
import { textsIn } from './echo.ts';
import type { CallEvent, EventOf, TurnOrigin, TurnOutcome } from './event.ts';
import type { Exit } from './output.ts';
import type { Conversation, Program, StatusCallback } from './program.ts';
import { parseJson } from '../json.ts';
import { DUPLICATE_WINDOW_MS, HISTORY_MAX_CHARACTERS } from '../limits.ts';
import { callerInputs, withoutVerbResults, type CallRequest, type Parameters } from './request.ts';
import { isSameNumber } from './telephone.ts';

/** The model's reply in the making. */
export type Reply = {
  /** Index of the verb that converses. */
  readonly verb: number;
  /** Counts the model's replies in a turn, from 0. */
  readonly hop: number;
  /** The hop at which this verb's Converse began. */
  readonly firstHop: number;
  /** Finished sentences so far, exactly as the model wrote them. */
  readonly text: string;
  /** The same, with the numbers of the outputs that say it. */
  readonly parts: readonly Part[];
  /** False between the reply's end and the results of its tool calls. */
  readonly streaming: boolean;
};

/** The running turn, or the last one. */
export type Turn = {
  readonly number: number;
  /** Of its `turn-start`. */
  readonly seq: number;
  /** Of the event by which the node that runs it has claimed it. */
  readonly claim: number;
  /** Of the request that began it. */
  readonly key: string;
  readonly request: CallRequest;
  /** The place in the turn before that it goes on from; undefined: from the top of the agent's document. */
  readonly entry: Exit | undefined;
  /** Whether the document fetched in this turn compiles to the program that was running. */
  readonly unchanged: boolean;
  readonly reply: Reply | undefined;
  /** Whether the caller's words of this turn are part of the conversation. */
  readonly heard: boolean;
  /** Whether the model has said anything in this turn. */
  readonly replied: boolean;
  /** Whether the history was cut because the model could not hold it. */
  readonly trimmed: boolean;
  /** Documents in a row that led on without anything to hear or to answer. */
  readonly silentStages: number;
  /** Whether the platform was given anything but a way on. */
  readonly audible: boolean;
  /** Whether anything was said since the platform last came. */
  readonly spoken: boolean;
  readonly redirects: number;
  /** Up to which output the platform has come back for more. */
  readonly cursor: number;
  /** Where the answers to the platform have come to: outputs from here on were never fetched. */
  readonly answeredTo: number;
  /** Documents of this turn that could not be had. */
  readonly failedDocuments: number;
  readonly beganAtMs: number;
  /** The call had ended before: what came late is heard by nobody. */
  readonly isLate: boolean;
  /** Of its `turn-end`. */
  readonly endedSeq: number | undefined;
  readonly endedAtMs: number | undefined;
};

/** Where an answer stands in the log, which has its bytes. */
export type RecordedAnswer = { readonly seq: number; readonly turn: number; readonly atMs: number };

/** All that is known of a call: the fold of its events. Of one shape, with what is not there undefined: copies are fast then. */
export type CallState = {
  readonly callId: string;
  /** Of the last event; 0 for a call that has none. */
  readonly seq: number;
  /** When that was. */
  readonly atMs: number;
  readonly phase: 'new' | 'running' | 'idle' | 'ended';
  readonly beganAtMs: number | undefined;
  /** The first request's parameters, results of verbs left out. */
  readonly session: Parameters;
  readonly turn: Turn | undefined;
  readonly document: { readonly url: string; readonly program: Program } | undefined;
  readonly messages: readonly Message[];
  /** Characters of conversation that a model request may hold. */
  readonly historyBudget: number;
  /** The current turn's places to go on from, by the number of the output. */
  readonly exits: ReadonlyMap<number, Exit>;
  /** Of this turn, the one before, and whatever was answered just now; by the request's key. */
  readonly answers: ReadonlyMap<string, RecordedAnswer>;
  /** In a row, without a word of the caller between. */
  readonly silences: number;
  /** Turns in a row in which the model failed. */
  readonly failures: number;
  /** Of the whole call, so that the same line is never said twice in a row. */
  readonly fillers: number;
  readonly hangingUp: boolean;
  /** All that the caller has said and keyed, and the model has told tools, whatever it was for and whoever has forgotten it. */
  readonly inputs: readonly string[];
  /** Who is told of the conversation that is going on. */
  readonly conversing: StatusCallback | undefined;
};

/** A call of which nothing is known. */
export function newCall(callId: string): CallState {
  return {
    callId,
    seq: 0,
    atMs: 0,
    phase: 'new',
    beganAtMs: undefined,
    session: {},
    turn: undefined,
    document: undefined,
    messages: [],
    historyBudget: HISTORY_MAX_CHARACTERS,
    exits: new Map(),
    answers: new Map(),
    silences: 0,
    failures: 0,
    fillers: 0,
    hangingUp: false,
    inputs: [],
    conversing: undefined,
  };
}

/** A call in the making: its own, and its turn's and reply's own, so they are changed in place; all they refer to is not. */
type Draft = Mutable<CallState, { turn: DraftTurn | undefined }>;
type DraftTurn = Mutable<Turn, { reply: DraftReply | undefined }>;
type DraftReply = Mutable<Reply, object>;
type Mutable<T, Own> = { -readonly [K in keyof Omit<T, keyof Own>]: T[K] } & Own;

type Folds = {
  readonly [K in CallEvent['kind']]: (draft: Draft, event: EventOf<K>) => void;
};

const nothing = (): void => undefined;

const folds: Folds = {
  'turn-start': (draft, event) => {
    const { turn: before, phase } = draft;
    const entry = entryOf(draft, event.origin);
    draft.phase = 'running';
    draft.inputs = [...draft.inputs, ...callerInputs(event.request)];
    draft.beganAtMs ??= event.atMs;
    // Whoever comes for the next turn has left the rest of the one before unheard.
    draft.messages = asHeard(draft.messages, before?.answeredTo ?? event.seq);
    if (before === undefined) draft.session = withoutVerbResults(event.request);
    draft.turn = {
      number: event.turn,
      seq: event.seq,
      claim: event.seq,
      key: event.key,
      request: event.request,
      entry,
      silentStages: entry?.kind === 'stage' && before?.audible === false ? before.silentStages + 1 : 0,
      audible: false,
      unchanged: false,
      reply: undefined,
      heard: false,
      trimmed: false,
      replied: false,
      spoken: false,
      redirects: 0,
      cursor: event.seq,
      answeredTo: event.seq,
      failedDocuments: 0,
      beganAtMs: event.atMs,
      isLate: phase === 'ended',
      endedSeq: undefined,
      endedAtMs: undefined,
    };
    draft.exits = new Map();
    // One under the key of this turn was for an older request that was the same.
    draft.answers = new Map(
      [...draft.answers].filter(([key, answer]) => key !== event.key && mayBeAskedAgain(answer, event)),
    );
    draft.hangingUp = false;
  },
  request: ({ turn }, { from }) => {
    if (turn === undefined) return;
    turn.spoken = false;
    turn.redirects += 1;
    turn.cursor = from;
  },
  document: (draft, { document }) => {
    const { turn } = draft;
    if (document.kind === 'program') {
      if (turn !== undefined) turn.unchanged = document.program.hash === draft.document?.program.hash;
      draft.document = { url: document.url, program: document.program };
    } else if (turn !== undefined) {
      turn.failedDocuments += 1;
    }
  },
  'model-start': (draft, { verb, hop, heard, historyBudget }) => {
    const { turn } = draft;
    const before = turn?.reply;
    const isFirst = before?.verb !== verb;
    if (before?.streaming === true) draft.messages = withSaid(draft.messages, before.parts);
    if (isFirst) {
      draft.messages = withHeard(draft.messages, contextAt(draft, verb), heard);
      draft.silences = 0;
      draft.conversing = conversationAt(draft, verb)?.statusCallback;
    }
    if (historyBudget !== undefined) draft.historyBudget = historyBudget;
    if (turn === undefined) return;
    turn.heard ||= heard !== undefined;
    turn.trimmed ||= historyBudget !== undefined;
    turn.reply = { verb, hop, firstHop: isFirst ? hop : before.firstHop, text: '', parts: [], streaming: true };
  },
  'model-delta': ({ turn }, { seq, text }) => {
    const reply = turn?.reply;
    if (reply === undefined) return;
    reply.text += text;
    reply.parts = [...reply.parts, partOf(seq, text)];
  },
  'model-end': (draft, event) => {
    const reply = draft.turn?.reply;
    if (reply === undefined) return;
    const failed = event.finish === 'error';
    const parts = failed || isCutOff(reply, event) ? reply.parts : [...reply.parts, partOf(event.seq, event.text)];
    const text = textOf(parts);
    const toolCalls: readonly LedgerCall[] = event.toolCalls.map((call, index) => ({
      id: `${draft.callId}/${event.turn}/${event.hop}/${index}`,
      ...call,
    }));
    if (text !== '' || toolCalls.length > 0) {
      draft.messages = [...draft.messages, { role: 'assistant', text, toolCalls, parts }];
    }
    draft.failures = failed ? draft.failures + 1 : 0;
    reply.text = text;
    reply.parts = parts;
    reply.streaming = false;
  },
  'tool-start': (draft, { call }) => {
    draft.messages = withStarted(draft.messages, call.id);
    draft.inputs = [...draft.inputs, ...broughtBy(call, draft)];
  },
  'tool-end': (draft, { id, result }) => {
    draft.messages = withResult(draft.messages, id, result);
  },
  'timer-fired': (draft, { timer }) => {
    const isWaiting = draft.turn?.reply?.streaming === true && !draft.turn.replied;
    if (timer === 'turn-limit' && isWaiting) draft.failures += 1;
  },
  interrupted: nothing,
  'taken-over': ({ turn }, { seq }) => {
    if (turn === undefined) return;
    turn.claim = seq;
    turn.spoken = false;
  },
  'hung-up': (draft) => {
    if (draft.phase === 'running') return;
    draft.phase = 'ended';
    draft.conversing = undefined;
  },
  speech: (draft, { role }) => {
    if (role === 'filler') draft.fillers += 1;
    if (role === 'reprompt') draft.silences += 1;
    const { turn } = draft;
    if (turn === undefined) return;
    turn.spoken = true;
    turn.audible = true;
    turn.replied ||= role === 'reply';
  },
  'passed-verb': (draft, { seq, markup, greeting, exit }) => {
    if (greeting) {
      draft.messages = withGreeting(draft.messages, { seq, text: spokenText(markup) });
      draft.silences = 0;
    }
    if (exit !== undefined) addExit(draft, seq, exit);
    const { turn } = draft;
    if (turn === undefined) return;
    turn.spoken = true;
    turn.audible ||= markup.name !== 'Redirect';
  },
  listen: (draft, { seq, exit }) => {
    addExit(draft, seq, exit);
    if ('verb' in exit) draft.conversing = conversationAt(draft, exit.verb)?.statusCallback;
  },
  redirect: (draft, { seq, exit }) => addExit(draft, seq, exit),
  hangup: (draft) => {
    draft.hangingUp = true;
  },
  answered: (draft, { seq, key, turn, atMs, to }) => {
    draft.answers = new Map(draft.answers).set(key, { seq, turn, atMs });
    // One that comes late may be of the turn before, whose outputs have lower numbers.
    if (draft.turn !== undefined) draft.turn.answeredTo = Math.max(draft.turn.answeredTo, to);
  },
  'turn-end': (draft, { outcome, seq, atMs }) => {
    const { turn } = draft;
    if (!GOES_ON.has(outcome)) draft.conversing = undefined;
    draft.phase = draft.hangingUp || outcome === 'hung-up' ? 'ended' : 'idle';
    if (turn === undefined) return;
    // What was said before the reply was cut off stands as the assistant's words.
    if (turn.reply?.streaming === true) draft.messages = withSaid(draft.messages, turn.reply.parts);
    turn.endedSeq = seq;
    turn.endedAtMs = atMs;
  },
};

/** Outcomes of a turn after which its conversation may go on. */
const GOES_ON: ReadonlySet<TurnOutcome> = new Set(['listening', 'interrupted', 'transferred']);

/** The call after one more event. Pure; events must come in the order of their numbers. */
export function advance(state: CallState, event: CallEvent): CallState {
  return advanceAll(state, [event]);
}

/** The call after these events; as `advance`, but with one copy for all of them. */
export function advanceAll(state: CallState, events: readonly CallEvent[]): CallState {
  const advancing = createAdvancing(state);
  for (const event of events) advancing.take(event);
  return advancing.state;
}

export type Advancing = {
  /** The call after all that was taken, changed by what is taken next. */
  readonly state: CallState;
  take(event: CallEvent): void;
};

/** Takes events one by one, with one copy of the call for all of them. `state` itself stays as it is. */
export function createAdvancing(state: CallState): Advancing {
  const draft: Draft = { ...state };
  if (draft.turn !== undefined) {
    draft.turn = { ...draft.turn };
    if (draft.turn.reply !== undefined) draft.turn.reply = { ...draft.turn.reply };
  }
  return {
    state: draft,
    take(event) {
      (folds[event.kind] as (draft: Draft, event: CallEvent) => void)(draft, event);
      draft.seq = event.seq;
      draft.atMs = event.atMs;
    },
  };
}

/** The parameters that a document's tools are bound to: the current request over the session's first one. */
export function bindingEnvironment(state: CallState): Parameters {
  const current = state.turn?.request.parameters ?? {};
  const nulls = Object.keys(current).filter((name) => current[name] === null);
  const environment = { ...state.session, ...current };
  for (const name of nulls) environment[name] = state.session[name] ?? null;
  return environment;
}

/** The tool calls of the running reply that have no result yet. */
export function pendingCalls(state: CallState): readonly LedgerCall[] {
  const last = state.messages.at(-1);
  return last?.role === 'assistant' ? last.toolCalls.filter((call) => call.result === undefined) : [];
}

/** Whether a request may still be repeated: one of the last two turns, or one that has no token to tell its turn. */
function mayBeAskedAgain(
  { turn, atMs }: RecordedAnswer,
  current: { readonly turn: number; readonly atMs: number },
): boolean {
  return turn >= current.turn - 1 || current.atMs - atMs <= DUPLICATE_WINDOW_MS;
}

/** Whether a reply that was too long broke off in mid-sentence: half of one behind whole ones only puzzles the caller. */
function isCutOff({ text: before }: Reply, { finish, text }: EventOf<'model-end'>): boolean {
  return finish === 'length' && before !== '' && !endsWhole(text);
}

/** A piece of a reply as it was written; the output that says it comes right behind it. */
function partOf(seq: number, text: string): Part {
  return { seq: seq + 1, text };
}

/**
 * What the model tells a tool, but for the document's own numbers: an application that puts it into its next document has
 * not written it.
 */
function broughtBy({ arguments: text }: Pick<LedgerCall, 'arguments'>, { document }: CallState): readonly string[] {
  const parsed = parseJson(text);
  const written = document?.program.written?.dialled ?? [];
  return textsIn(parsed.ok ? parsed.value : text).filter(
    (each) => !written.some(({ text: number }) => isSameNumber(number, each)),
  );
}

/** Where a turn goes on from; what the platform's fallback resumes is the Gather, or else the last way on that it was given. */
function entryOf({ exits }: CallState, origin: TurnOrigin): Exit | undefined {
  if (origin.kind !== 'resume') return origin.kind === 'exit' ? exits.get(origin.seq) : undefined;
  const ways = [...exits.values()];
  const reply = ways.findLast((way) => way.kind === 'reply');
  return reply === undefined ? ways.at(-1) : { kind: 'again', verb: reply.verb };
}

/** Whether the Converse at this verb keeps what was said before. One to which a Dial gives the caller back goes on. */
export function contextAt(state: CallState, verb: number): 'auto' | 'none' {
  const entry = state.turn?.entry;
  if (entry?.kind === 'dialled' && entry.verb === verb) return 'auto';
  return conversationAt(state, verb)?.context ?? 'auto';
}

function conversationAt({ document }: CallState, verb: number): Conversation | undefined {
  const found = document?.program.verbs[verb];
  return found === undefined || found.kind === 'passed' ? undefined : found.conversation;
}

function addExit(draft: Draft, seq: number, exit: Exit): void {
  draft.exits = new Map(draft.exits).set(seq, exit);
}
