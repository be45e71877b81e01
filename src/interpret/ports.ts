// What the interpreter needs of the world. It owns these interfaces; adapters implement them and import them as types.
import type { Delivery } from '../call/delivery.ts';
import type { CallEvent, FetchedDocument, ModelFailure, ModelFinish } from '../call/event.ts';
import type { Stage } from '../call/program.ts';
import type { Parameters, PlatformName } from '../call/request.ts';
import type { JsonSchema, ToolDefinition, ToolResult } from '../call/tool.ts';
import type { JsonObject } from '../json.ts';

/** The append-only list of a call's events; everything known about a call is in it. */
export interface CallLog {
  /**
   * Appends events numbered `afterSeq + 1` onwards, all or none. 'conflict' when the log does not end at `afterSeq`:
   * another writer was first, nothing was appended, and the caller reads on and decides again. The deliveries that the
   * events cause are kept with them, or not at all.
   */
  append(
    callId: string,
    afterSeq: number,
    events: readonly CallEvent[],
    deliveries?: readonly Delivery[],
  ): Promise<'appended' | 'conflict'>;
  /** The events from `fromSeq` on, in order; none for an unknown call. */
  read(callId: string, fromSeq: number): Promise<readonly CallEvent[]>;
  /**
   * The events from `fromSeq` on as they are appended, each once, and at once all that are there; never none. Ends, without an
   * error, when `signal` aborts.
   */
  follow(callId: string, fromSeq: number, signal: AbortSignal): AsyncIterable<readonly CallEvent[]>;
}

export type DocumentRequest = {
  readonly agent: string;
  /** Absent: the agent's own document. */
  readonly stage?: Stage;
  /** Absent where no call asks. */
  readonly platform?: PlatformName;
  /** The call request's parameters, which the author's server receives as it would from the platform. */
  readonly parameters: Parameters;
};

export interface Documents {
  /** Must not throw: what cannot be fetched or read is a value. An abort ends it as 'unavailable'. */
  fetch(request: DocumentRequest, signal: AbortSignal): Promise<FetchedDocument>;
  /** What `fetch` would give without asking anybody; undefined when it would have to ask. Must not throw. */
  known?(request: DocumentRequest): FetchedDocument | undefined;
}

export type ModelMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string;
      readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
    }
  | { readonly role: 'tool'; readonly callId: string; readonly content: string };

export type ModelTool = { readonly name: string; readonly description: string; readonly schema: JsonSchema };

export type ModelRequest = {
  /** As the document names it; absent: the operator's default. */
  readonly model?: string;
  readonly temperature?: number;
  /** Tokens of the reply, reasoning included; absent: as many as the model likes. */
  readonly maxTokens?: number;
  /** Asked once, under the same rules for names, when `model` fails before it has said anything. */
  readonly fallback?: string;
  readonly messages: readonly ModelMessage[];
  /** Empty: the model must answer in words. */
  readonly tools: readonly ModelTool[];
};

export type ModelReply = {
  readonly toolCalls: readonly { readonly modelId: string; readonly name: string; readonly arguments: string }[];
  readonly finish: ModelFinish;
  /** Why, when `finish` is 'error' or 'refusal'. */
  readonly reason?: string;
  /** For policy, when `finish` is 'error' and the cause is a known one. */
  readonly code?: ModelFailure;
};

export interface Model {
  /**
   * Streams one reply: each piece of spoken text goes to `onText` as it arrives, then the promise gives how it ended.
   * Must not throw or reject: a failure is a reply with `finish` 'error' and no tool calls, after the text that came.
   * Tool calls are whole: one that was cut off is left out. After an abort nothing more is passed on.
   */
  reply(request: ModelRequest, onText: (piece: string) => void, signal: AbortSignal): Promise<ModelReply>;
  /** A request for this model is to be expected: opens a connection if none is open. Returns at once, never throws. */
  prepare?(model?: string): void;
}

export type ToolRun = {
  readonly agent: string;
  /** The ledger's id of the call, equal on every re-send. */
  readonly id: string;
  readonly tool: ToolDefinition;
  /** Bound and model arguments together, already validated. */
  readonly arguments: JsonObject;
  /** It was sent before under this id, and nobody knows how that ended. */
  readonly resent?: boolean;
};

export interface Tools {
  /** Must not throw: whatever fails is a result that the model can read. Bounded by the tool's own timeout. */
  run(run: ToolRun, signal: AbortSignal): Promise<ToolResult>;
}

export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Calls back once after `delayMs`, unless the returned function is called first. */
  after(delayMs: number, callback: () => void): () => void;
}
