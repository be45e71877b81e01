import type { CallEvent } from '../call/event.ts';
import type { CallLog, Clock } from '../interpret/ports.ts';
import { createArchive, type Archive } from './archive.ts';

/** A call that has been silent for this long is over, whether or not its platform said so. */
const FORGET_AFTER_MS = 60 * 60_000;
/** Of a call that the platform says is over only repeated requests come, and within seconds. */
const FORGET_ENDED_AFTER_MS = 30_000;

/** How exactly it is known when a call was last touched. */
const TOUCH_EVERY_MS = 1_000;

/** So many calls, those that were served last, wait for their next turn uncompressed. */
const AT_HAND = 24;

type Kept = {
  /** Turns that have ended and been answered. */
  readonly archive: Archive;
  /** Events after the archived ones. */
  recent: CallEvent[];
  /** Called after each append; undefined while nobody follows. */
  followers: Set<() => void> | undefined;
  touchedAtMs: number;
};

/**
 * A `CallLog` that lives as long as the process. Calls that nobody has touched for an hour are forgotten; turns that are
 * over are compressed, in all but a few calls.
 */
export function createMemoryCallLog(clock: Pick<Clock, 'now'>): CallLog {
  // In the order of `touchedAtMs`, so that the oldest stand at the front.
  const calls = new Map<string, Kept>();
  // When they ended, the earliest first.
  const ended = new Map<string, number>();
  // Of the calls that wait for their next turn uncompressed, the one that has waited longest first.
  const loose = new Set<Archive>();

  return {
    append: async (callId, afterSeq, events) => {
      const kept = keptOf(callId);
      if (kept.archive.count() + kept.recent.length !== afterSeq) return 'conflict';
      kept.recent.push(...events);
      const nowMs = clock.now();
      ended.delete(callId);
      if (nowMs - kept.touchedAtMs >= TOUCH_EVERY_MS) touch(callId, kept, nowMs);
      loose.delete(kept.archive);
      if (events.some(({ kind }) => kind === 'hung-up')) ended.set(callId, nowMs);
      if (kept.followers === undefined) archiveIfOver(kept, loose);
      else for (const onChange of kept.followers) onChange();
      return 'appended';
    },

    read: async (callId, fromSeq) => {
      const kept = calls.get(callId);
      return kept === undefined ? [] : eventsFrom(kept, fromSeq);
    },

    follow: (callId, fromSeq, signal) => ({
      [Symbol.asyncIterator]: () => {
        const kept = keptOf(callId);
        return following(kept, fromSeq, signal, () => archiveIfOver(kept, loose));
      },
    }),
  };

  function keptOf(callId: string): Kept {
    const known = calls.get(callId);
    if (known !== undefined) return known;
    const kept: Kept = { archive: createArchive(), recent: [], followers: undefined, touchedAtMs: 0 };
    touch(callId, kept, clock.now());
    return kept;
  }

  /** Makes this call the youngest, and forgets the oldest. */
  function touch(callId: string, kept: Kept, nowMs: number): void {
    kept.touchedAtMs = nowMs;
    calls.delete(callId);
    calls.set(callId, kept);
    forgetOld(nowMs);
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

function eventsFrom({ archive, recent }: Kept, fromSeq: number): readonly CallEvent[] {
  if (fromSeq > archive.count()) return recent.slice(fromSeq - archive.count() - 1);
  return [...archive.read(), ...recent].slice(fromSeq - 1);
}

/** The events from `fromSeq` on. Written out, because a generator costs several times as much. */
function following(
  kept: Kept,
  fromSeq: number,
  signal: AbortSignal,
  onLeft: () => void,
): AsyncIterator<readonly CallEvent[]> {
  let next = fromSeq;
  let wake: (() => void) | undefined;
  const onChange = (): void => wake?.();
  const followers = (kept.followers ??= new Set());
  followers.add(onChange);
  signal.addEventListener('abort', onChange);

  /** What is there and was not given yet. While somebody follows, nothing is archived. */
  function take(): IteratorResult<readonly CallEvent[]> | undefined {
    if (signal.aborted) return end();
    const ready = eventsFrom(kept, next);
    if (ready.length === 0) return undefined;
    next += ready.length;
    return { value: ready, done: false };
  }

  function end(): IteratorReturnResult<undefined> {
    followers.delete(onChange);
    if (followers.size === 0 && kept.followers === followers) {
      kept.followers = undefined;
      onLeft();
    }
    signal.removeEventListener('abort', onChange);
    return { value: undefined, done: true };
  }

  return {
    async next() {
      for (;;) {
        const result = take();
        if (result !== undefined) return result;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    return: async () => end(),
  };
}

/** Whether these end with the answer to a turn that has ended: the platform will be silent for a while. */
function isOver(recent: readonly CallEvent[]): boolean {
  return recent.at(-1)?.kind === 'answered' && recent.some(({ kind }) => kind === 'turn-end');
}

function archiveIfOver(kept: Kept, loose: Set<Archive>): void {
  const { archive, recent } = kept;
  if (!isOver(recent)) return;
  archive.add(recent);
  kept.recent = [];
  loose.add(archive);
  if (loose.size <= AT_HAND) return;
  for (const oldest of loose) {
    oldest.compress();
    loose.delete(oldest);
    return;
  }
}
