import type { Program } from './program.ts';
import type { CallRequest } from './request.ts';
import type { CallOutput } from './output.ts';
import type { ToolCall, ToolResult } from './tool.ts';

export type FetchedDocument =
  | { readonly kind: 'program'; readonly url: string; readonly source: string; readonly program: Program }
  /** It was read and has faults; each is one printed line. */
  | { readonly kind: 'invalid'; readonly url: string; readonly source: string; readonly faults: readonly string[] }
  | { readonly kind: 'unavailable'; readonly url: string; readonly reason: string };

/** How a model's reply ended. Only `error` has a reason; its text so far was said all the same. */
export type ModelFinish = 'stop' | 'tool-calls' | 'length' | 'refusal' | 'error';

/**
 * What kept a model from replying, where it is one of these: the prompt is too long; too many requests; the server is down,
 * overloaded or lost; it takes no such parameter; the key is missing, wrong or out of credit; it did not begin, or
 * stalled; what it answered is no reply.
 */
export type ModelFailure =
  | 'context-length'
  | 'rate-limit'
  | 'unavailable'
  | 'refused-parameter'
  | 'auth'
  | 'timeout'
  | 'bad-answer';

/** `lease` shows other nodes that the turn's own is alive. */
export type TimerName = 'filler' | 'turn-limit' | 'call-limit' | 'lease';

/** Facts from outside, in the order in which the interpreter took them. */
export type CallInput =
  /** The platform came back for more of the running turn. */
  | { readonly kind: 'request'; readonly from: number }
  | { readonly kind: 'document'; readonly document: FetchedDocument }
  /** A finished sentence of the reply, exactly as the model wrote it. */
  | { readonly kind: 'model-delta'; readonly hop: number; readonly text: string }
  /** `text` is what followed the last finished sentence. */
  | {
      readonly kind: 'model-end';
      readonly hop: number;
      readonly text: string;
      readonly toolCalls: readonly { readonly modelId: string; readonly name: string; readonly arguments: string }[];
      readonly finish: ModelFinish;
      readonly reason?: string;
      readonly code?: ModelFailure;
    }
  | { readonly kind: 'tool-end'; readonly id: string; readonly result: ToolResult }
  | { readonly kind: 'timer-fired'; readonly timer: TimerName }
  /** Another request of this call began while the turn ran. */
  | { readonly kind: 'interrupted' }
  /** The node that ran the turn is gone, and another goes on with it. `ranMs`: how long it has run by then. */
  | { readonly kind: 'taken-over'; readonly ranMs: number }
  | { readonly kind: 'hung-up'; readonly status: string };

/** How a turn was brought about. */
export type TurnOrigin =
  /** The voice URL itself: the agent's document from its top. */
  | { readonly kind: 'start' }
  /** A place in the turn before, by the number of the output that holds it. */
  | { readonly kind: 'exit'; readonly seq: number }
  /** The platform's fallback: the call goes on where it stands. */
  | { readonly kind: 'resume' };

/** `transferred`: a Dial of the model's has the call, and may give it back. */
export type TurnOutcome =
  | 'document-end'
  | 'listening'
  | 'transferred'
  | 'redirected'
  | 'hung-up'
  | 'terminated'
  | 'failed'
  | 'interrupted';

/** Why a turn hung up; without one, the platform said that the call is over. */
export type HangUpReason = 'model' | 'silence' | 'time-limit';

/** What the interpreter did: claims, dispatches and endings, appended before they are acted on. */
export type CallStep =
  | { readonly kind: 'turn-start'; readonly key: string; readonly origin: TurnOrigin; readonly request: CallRequest }
  /** `heard` is the caller's words when they are new to the conversation. */
  | {
      readonly kind: 'model-start';
      /** Index of the verb that converses. */
      readonly verb: number;
      readonly hop: number;
      readonly heard?: string;
      /** Characters of conversation that requests of this call may hold from now on. */
      readonly historyBudget?: number;
    }
  | { readonly kind: 'tool-start'; readonly call: ToolCall }
  /** The recorded answer to the request with this key: the outputs `[from, to)` and their bytes. */
  | {
      readonly kind: 'answered';
      readonly key: string;
      readonly from: number;
      readonly to: number;
      readonly body: string;
    }
  | {
      readonly kind: 'turn-end';
      readonly outcome: TurnOutcome;
      readonly reason?: HangUpReason;
      /** Of the verb that could not converse, because a parameter of its tools is missing. */
      readonly verb?: number;
      /** What went wrong, for the log and the author; the caller hears a sentence instead. */
      readonly faults: readonly string[];
    };

/** `seq` counts from 1 within a call, without gaps; `atMs` is Unix time. */
export type CallEvent = { readonly seq: number; readonly turn: number; readonly atMs: number } & (
  | CallInput
  | CallStep
  | CallOutput
);

export type EventOf<K extends CallEvent['kind']> = Extract<CallEvent, { kind: K }>;
