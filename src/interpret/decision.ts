import type { CallInput, CallStep, HangUpReason, TimerName, TurnOutcome } from '../call/event.ts';
import type { CallOutput } from '../call/output.ts';
import type { Stage } from '../call/program.ts';
import type { ToolCall, ToolDefinition, ToolResult } from '../call/tool.ts';
import type { JsonObject } from '../json.ts';
import type { Lines } from './lines.ts';
import type { ModelRequest } from './ports.ts';

/** An agent's own settings that policy depends on. */
export type Settings = {
  readonly lines: Lines;
  /**
   * Where the model may send calls beside what their documents name: numbers in E.164, SIP addresses and URLs, in which
   * `*` stands for anything, or the word `any`.
   */
  readonly transfers?: { readonly dial: readonly string[]; readonly redirect: readonly string[] };
  /** At its first turn after this many seconds a call ends with a farewell. Absent: it may last. */
  readonly maxCallSeconds?: number;
  /** The URL of what runs where a document cannot be fetched or has faults. Absent: an apology and a hang-up. */
  readonly fallbackDocument?: string;
  /** Name of the agent's secret that signs status callbacks. Absent: they are not signed. */
  readonly callbackSecret?: string;
};

/** What is to be done next. Those that leave a mark in the log are appended before they are acted on. */
export type Decision =
  | { readonly kind: 'fetch-document'; readonly stage?: Stage }
  | {
      readonly kind: 'ask-model';
      readonly verb: number;
      readonly hop: number;
      readonly heard?: string;
      readonly historyBudget?: number;
      readonly language?: string;
      readonly request: ModelRequest;
    }
  | {
      readonly kind: 'start-tool';
      readonly call: ToolCall;
      readonly tool: ToolDefinition;
      readonly arguments: JsonObject;
      /** It was sent before under this id, and nobody knows how that ended. */
      readonly resent?: true;
    }
  /** A tool call that is answered without running anything. */
  | { readonly kind: 'settle-tool'; readonly id: string; readonly result: ToolResult }
  | { readonly kind: 'set-timer'; readonly timer: TimerName; readonly delayMs: number }
  /** Stops the document fetch, the model and the tools that are running. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'emit'; readonly output: CallOutput }
  | {
      readonly kind: 'end-turn';
      readonly outcome: TurnOutcome;
      readonly faults: readonly string[];
      readonly reason?: HangUpReason;
      readonly verb?: number;
    };

export type DecisionOf<K extends Decision['kind']> = Extract<Decision, { kind: K }>;

/** What `decide` answers to: the claim of a turn, then every fact from outside. */
export type Trigger = CallInput | (Extract<CallStep, { kind: 'turn-start' }> & { readonly turn: number });
export type TriggerOf<K extends Trigger['kind']> = Extract<Trigger, { kind: K }>;

type Recorded = Exclude<CallStep, { kind: 'turn-start' }> | CallOutput | undefined;

const records: { readonly [K in Decision['kind']]: (decision: DecisionOf<K>) => Recorded } = {
  'fetch-document': () => undefined,
  'ask-model': ({ verb, hop, heard, historyBudget }) => ({
    kind: 'model-start',
    verb,
    hop,
    ...(heard !== undefined && { heard }),
    ...(historyBudget !== undefined && { historyBudget }),
  }),
  'start-tool': ({ call }) => ({ kind: 'tool-start', call }),
  'settle-tool': () => undefined,
  'set-timer': () => undefined,
  abort: () => undefined,
  emit: ({ output }) => output,
  'end-turn': ({ outcome, faults, reason, verb }) => ({
    kind: 'turn-end',
    outcome,
    faults,
    ...(reason !== undefined && { reason }),
    ...(verb !== undefined && { verb }),
  }),
};

/** The event that a decision leaves in the log, if any. */
export function recordOf(decision: Decision): Recorded {
  return (records[decision.kind] as (decision: Decision) => Recorded)(decision);
}
