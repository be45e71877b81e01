import type { CallEvent } from '../call/event.ts';
import type { CallLog, Clock } from '../interpret/ports.ts';

/** A call that has been silent for this long is over, whether or not its platform said so. */
const FORGET_AFTER_MS = 60 * 60_000;

type Kept = { events: CallEvent[]; readonly waiting: Set<() => void>; touchedAtMs: number };

/** A `CallLog` that lives as long as the process. Calls that nobody has touched for an hour are forgotten. */
export function createMemoryCallLog(clock: Pick<Clock, 'now'>): CallLog {
  // In the order of the last append, so that the oldest stand at the front.
  const calls = new Map<string, Kept>();

  return {
    append: async (callId, afterSeq, events) => {
      const kept = keptOf(callId);
      if (kept.events.length !== afterSeq) return 'conflict';
      kept.events.push(...events);
      kept.touchedAtMs = clock.now();
      calls.delete(callId);
      calls.set(callId, kept);
      forgetOld(kept.touchedAtMs);
      for (const wake of kept.waiting) wake();
      return 'appended';
    },

    read: async (callId, fromSeq) => calls.get(callId)?.events.slice(fromSeq - 1) ?? [],

    follow: async function* (callId, fromSeq, signal) {
      let next = fromSeq;
      const kept = keptOf(callId);
      while (!signal.aborted) {
        while (next <= kept.events.length && !signal.aborted) yield kept.events[next++ - 1] as CallEvent;
        if (!signal.aborted && next > kept.events.length) await untilAppended(kept.waiting, signal);
      }
    },
  };

  function keptOf(callId: string): Kept {
    const kept = calls.get(callId) ?? { events: [], waiting: new Set(), touchedAtMs: clock.now() };
    calls.set(callId, kept);
    return kept;
  }

  function forgetOld(nowMs: number): void {
    for (const [callId, { touchedAtMs }] of calls) {
      if (nowMs - touchedAtMs < FORGET_AFTER_MS) return;
      calls.delete(callId);
    }
  }
}

function untilAppended(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      waiting.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    waiting.add(wake);
    signal.addEventListener('abort', wake);
  });
}
