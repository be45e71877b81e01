import type { CallEvent } from '../call/event.ts';

/** A platform that has not come back for so long has gone: what it was given before is said in less. */
const GONE_AFTER_MS = 60_000;

/** The calls of this process of whose last turn the platform has not had everything yet. */
export type Awaited = {
  observe(callId: string, event: CallEvent): void;
  /** Whether a platform is still to come for something. */
  some(): boolean;
};

/** Follows the calls of this process by their events. */
export function createAwaited(now: () => number): Awaited {
  /** The one that was heard of longest ago first; `endSeq` is there once the turn has ended. */
  const calls = new Map<string, { readonly endSeq?: number; readonly atMs: number }>();

  function note(callId: string, endSeq?: number): void {
    calls.delete(callId);
    calls.set(callId, { atMs: now(), ...(endSeq !== undefined && { endSeq }) });
    forgetGone();
  }

  function forgetGone(): void {
    for (const [callId, { atMs }] of calls) {
      if (now() - atMs < GONE_AFTER_MS) return;
      calls.delete(callId);
    }
  }

  return {
    observe(callId, event) {
      if (event.kind === 'turn-start') note(callId);
      else if (event.kind === 'turn-end') note(callId, event.seq);
      else if (event.kind === 'hung-up') calls.delete(callId);
      else if (event.kind === 'answered') {
        const { endSeq } = calls.get(callId) ?? {};
        if (endSeq !== undefined && event.to > endSeq) calls.delete(callId);
        else note(callId, endSeq);
      }
    },
    some() {
      forgetGone();
      return calls.size > 0;
    },
  };
}
