import type { CallEvent } from '../call/event.ts';
import type { CallLog, Clock } from '../interpret/ports.ts';

/** A call that has been silent for this long is over, whether or not its platform said so. */
const FORGET_AFTER_MS = 60 * 60_000;

type Kept = { events: CallEvent[]; readonly followers: Set<() => void>; touchedAtMs: number };

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
      for (const onChange of kept.followers) onChange();
      return 'appended';
    },

    read: async (callId, fromSeq) => calls.get(callId)?.events.slice(fromSeq - 1) ?? [],

    follow: async function* (callId, fromSeq, signal) {
      const kept = keptOf(callId);
      let next = fromSeq;
      let wake = (): void => undefined;
      const onChange = (): void => wake();
      kept.followers.add(onChange);
      signal.addEventListener('abort', onChange);
      try {
        while (!signal.aborted) {
          const event = kept.events[next - 1];
          if (event === undefined) {
            await new Promise<void>((resolve) => (wake = resolve));
          } else {
            next += 1;
            yield event;
          }
        }
      } finally {
        kept.followers.delete(onChange);
        signal.removeEventListener('abort', onChange);
      }
    },
  };

  function keptOf(callId: string): Kept {
    const kept = calls.get(callId) ?? { events: [], followers: new Set(), touchedAtMs: clock.now() };
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
