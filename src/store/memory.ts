import type { CallEvent } from '../call/event.ts';
import type { CallLog, Clock } from '../interpret/ports.ts';
import { pack, unpack, type Packed } from './packed.ts';

/** A call that has been silent for this long is over, whether or not its platform said so. */
const FORGET_AFTER_MS = 60 * 60_000;
/** A call that has ended is asked about only by repeated requests. */
const FORGET_ENDED_AFTER_MS = 2 * 60_000;

type Kept = {
  /** Turns that have ended and been answered. */
  readonly packed: Packed[];
  packedCount: number;
  /** Events after the packed ones. */
  recent: CallEvent[];
  readonly followers: Set<() => void>;
  touchedAtMs: number;
};

/**
 * A `CallLog` that lives as long as the process. Calls that nobody has touched for an hour are forgotten; turns that are
 * over are kept as bytes.
 */
export function createMemoryCallLog(clock: Pick<Clock, 'now'>): CallLog {
  // In the order of the last append, so that the oldest stand at the front.
  const calls = new Map<string, Kept>();
  // When they ended, the earliest first.
  const ended = new Map<string, number>();

  return {
    append: async (callId, afterSeq, events) => {
      const kept = keptOf(callId);
      if (kept.packedCount + kept.recent.length !== afterSeq) return 'conflict';
      kept.recent.push(...events);
      kept.touchedAtMs = clock.now();
      calls.delete(callId);
      calls.set(callId, kept);
      ended.delete(callId);
      if (endsCall(events)) ended.set(callId, kept.touchedAtMs);
      forgetOld(kept.touchedAtMs);
      for (const onChange of kept.followers) onChange();
      if (kept.followers.size === 0 && isOver(kept.recent)) packRecent(kept);
      return 'appended';
    },

    read: async (callId, fromSeq) => {
      const kept = calls.get(callId);
      return kept === undefined ? [] : eventsFrom(kept, fromSeq);
    },

    follow: async function* (callId, fromSeq, signal) {
      const kept = keptOf(callId);
      let next = fromSeq;
      let wake = (): void => undefined;
      const onChange = (): void => wake();
      kept.followers.add(onChange);
      signal.addEventListener('abort', onChange);
      try {
        // While somebody follows, nothing is packed; what was packed before is read once.
        for (const event of next <= kept.packedCount ? eventsFrom(kept, next) : []) {
          if (signal.aborted) return;
          next += 1;
          yield event;
        }
        while (!signal.aborted) {
          const event = kept.recent[next - kept.packedCount - 1];
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
    const known = calls.get(callId);
    if (known !== undefined) return known;
    const kept: Kept = {
      packed: [],
      packedCount: 0,
      recent: [],
      followers: new Set(),
      touchedAtMs: clock.now(),
    };
    calls.set(callId, kept);
    return kept;
  }

  function forgetOld(nowMs: number): void {
    for (const [callId, endedAtMs] of ended) {
      if (nowMs - endedAtMs < FORGET_ENDED_AFTER_MS) break;
      ended.delete(callId);
      calls.delete(callId);
    }
    for (const [callId, { touchedAtMs }] of calls) {
      if (nowMs - touchedAtMs < FORGET_AFTER_MS) return;
      calls.delete(callId);
    }
  }
}

function eventsFrom({ packed, packedCount, recent }: Kept, fromSeq: number): readonly CallEvent[] {
  if (fromSeq > packedCount) return recent.slice(fromSeq - packedCount - 1);
  return [...packed.flatMap(unpack), ...recent].slice(fromSeq - 1);
}

/** Whether these end with the answer to a turn that has ended: the platform will be silent for a while. */
function isOver(recent: readonly CallEvent[]): boolean {
  return recent.at(-1)?.kind === 'answered' && recent.some(({ kind }) => kind === 'turn-end');
}

function endsCall(events: readonly CallEvent[]): boolean {
  return events.some(({ kind }) => kind === 'hung-up' || kind === 'hangup');
}

function packRecent(kept: Kept): void {
  kept.packed.push(pack(kept.recent));
  kept.packedCount += kept.recent.length;
  kept.recent = [];
}
