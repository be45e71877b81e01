// What the model and the tools say they did, and what follows from it for a turn.
import { toolUses } from './conversation.ts';

/** How fast model and tools answer; without a wait and with endless tokens a second, each reply is one write. */
export type Pace = { readonly firstTokenMs: number; readonly tokensPerSecond: number; readonly toolMs: number };

export const INSTANT: Pace = { firstTokenMs: 0, tokensPerSecond: Infinity, toolMs: 0 };
export const STREAMED: Pace = { firstTokenMs: 80, tokensPerSecond: 100, toolMs: 40 };

/** A stretch of time on the clock that all processes share. */
export type Stretch = { readonly fromMs: number; readonly toMs: number };

/** From the arrival of a request to the last byte of its answer. */
export type Span = Stretch & { readonly reference: string };

/** Since it was asked last. */
export type Taken = { readonly spans: readonly Span[]; readonly faults: readonly string[] };

/** A turn as its caller had it. */
export type Turn = Stretch & {
  readonly call: string;
  readonly turn: number;
  readonly reference: string;
  /** From the arrival at the service until it had a sentence to say, as its `Server-Timing` tells. */
  readonly firstSentenceMs?: number;
  /** What was not as it must be. */
  readonly fault?: string;
};

/** What model and tools did for one turn. */
export type Work = { readonly model: readonly Span[]; readonly tools: readonly Span[] };

/** Milliseconds that a caller waited beyond what model and tools took; tools that ran at once count once. */
export function addedMs({ fromMs, toMs }: Stretch, { model, tools }: Work): number {
  let elsewhere = 0;
  let until = -Infinity;
  for (const span of [...model, ...tools].toSorted((a, b) => a.fromMs - b.fromMs)) {
    elsewhere += Math.max(0, span.toMs - Math.max(span.fromMs, until));
    until = Math.max(until, span.toMs);
  }
  return toMs - fromMs - elsewhere;
}

/** Whether a turn was in progress in one of these stretches of time. */
export function wasDuring({ fromMs, toMs }: Stretch, stretches: readonly Stretch[]): boolean {
  return stretches.some((stretch) => fromMs <= stretch.toMs && toMs >= stretch.fromMs);
}

/** Why a turn counts as wrong, or undefined: what its caller heard, and that nothing was asked for twice or not at all. */
export function turnFault({ call, turn, reference, fault }: Turn, { model, tools }: Work): string | undefined {
  if (fault !== undefined) return `${reference}: ${fault}`;
  const uses = toolUses(call, turn).length;
  const asked = uses > 0 ? 2 : 1;
  if (model.length !== asked) return `${reference}: the model was asked ${model.length} times, expected ${asked}`;
  return tools.length === uses ? undefined : `${reference}: ${tools.length} tools were called, expected ${uses}`;
}

/** A figure below which the share `share` of the values lies; NaN without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** What is known of the turns that were settled. */
export type Settled = { readonly addedMs: readonly number[]; readonly faults: readonly string[] };

export type Ledger = {
  add(work: { readonly [K in keyof Work]: readonly Span[] }): void;
  /** Of turns that have ended; their work is forgotten with it. A turn with a fault has no added time. */
  settle(turns: readonly Turn[]): Settled;
  /** Work that belongs to no settled turn, by reference. */
  strays(): readonly string[];
};

/** Brings together what callers had and what model and tools did, who are asked at different times. */
export function createLedger(): Ledger {
  const works = new Map<string, { readonly model: Span[]; readonly tools: Span[] }>();
  const workOf = (reference: string): { readonly model: Span[]; readonly tools: Span[] } => {
    const work = works.get(reference) ?? { model: [], tools: [] };
    works.set(reference, work);
    return work;
  };
  return {
    add: ({ model, tools }) => {
      for (const span of model) workOf(span.reference).model.push(span);
      for (const span of tools) workOf(span.reference).tools.push(span);
    },
    settle: (turns) => {
      const added: number[] = [];
      const faults: string[] = [];
      for (const turn of turns) {
        const work = workOf(turn.reference);
        works.delete(turn.reference);
        const fault = turnFault(turn, work);
        if (fault === undefined) added.push(addedMs(turn, work));
        else faults.push(fault);
      }
      return { addedMs: added, faults };
    },
    strays: () => [...works.keys()],
  };
}
