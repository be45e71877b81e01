import type { CallEvent } from '../call/event.ts';

type Follower = {
  /** In order, and not yet given out. */
  waiting: CallEvent[];
  /** Number of the event after those. */
  next: number;
  /** Whether the log may hold more than `waiting` does. */
  behind: boolean;
  /** Whether it has waited since the calls were last looked at. */
  idle: boolean;
  wake: () => void;
};

export type Followers = {
  follow(callId: string, fromSeq: number, signal: AbortSignal): AsyncIterable<readonly CallEvent[]>;
  /** These were appended by this process: who follows gets them without reading. */
  appended(callId: string, events: readonly CallEvent[]): void;
  /** Another process has appended to this call. */
  changed(callId: string): void;
  /** Something may have been appended to any call, and nobody heard of it. */
  missed(): void;
  /** Calls with followers that have waited for a whole round, each with the last event that all of them have. */
  quiet(): ReadonlyMap<string, number>;
};

/** The events of a turn that this process runs, from its `turn-start` on: who joins meanwhile need not read them. */
type Tail = CallEvent[];

/** All who follow calls in this process. `read` is the log's. */
export function createFollowers(read: (callId: string, fromSeq: number) => Promise<readonly CallEvent[]>): Followers {
  const followers = new Map<string, Set<Follower>>();
  const tails = new Map<string, Tail>();

  /** Keeps the tail of a call while its turn runs, as far as this process alone writes it. */
  function keepTail(callId: string, events: readonly CallEvent[]): void {
    const begin = events.findLastIndex(({ kind }) => kind === 'turn-start');
    const tail = begin === -1 ? tails.get(callId) : [];
    const isNext = tail?.at(-1)?.seq === (events[0]?.seq ?? 0) - 1;
    if (tail === undefined || (begin === -1 && !isNext) || events.some(({ kind }) => kind === 'turn-end')) {
      tails.delete(callId);
      return;
    }
    tail.push(...events.slice(Math.max(0, begin)));
    tails.set(callId, tail);
  }

  function change(callId: string): void {
    tails.delete(callId);
    for (const follower of followers.get(callId) ?? []) {
      follower.behind = true;
      follower.wake();
    }
  }

  function join(callId: string, follower: Follower): () => void {
    const others = followers.get(callId) ?? new Set();
    followers.set(callId, others.add(follower));
    return () => {
      others.delete(follower);
      if (others.size === 0 && followers.get(callId) === others) followers.delete(callId);
    };
  }

  return {
    follow: async function* (callId, fromSeq, signal) {
      const follower: Follower = { waiting: [], next: fromSeq, behind: true, idle: false, wake: () => undefined };
      const leave = join(callId, follower);
      const tail = tails.get(callId);
      if (tail !== undefined && fromSeq >= (tail[0]?.seq ?? 0)) {
        follower.behind = false;
        take(follower, tail);
      }
      const { promise: aborted, resolve: abort } = Promise.withResolvers<undefined>();
      const onAbort = (): void => abort(undefined);
      signal.addEventListener('abort', onAbort);
      try {
        while (!signal.aborted) {
          if (follower.waiting.length > 0) {
            const ready = follower.waiting;
            follower.waiting = [];
            yield ready;
          } else if (follower.behind) {
            follower.behind = false;
            // A store that is away must not keep anybody beyond the time that they have.
            take(follower, (await Promise.race([read(callId, follower.next), aborted])) ?? []);
          } else {
            follower.idle = false;
            await Promise.race([new Promise<void>((resolve) => (follower.wake = resolve)), aborted]);
          }
        }
      } finally {
        leave();
        signal.removeEventListener('abort', onAbort);
      }
    },
    appended: (callId, events) => {
      keepTail(callId, events);
      for (const follower of followers.get(callId) ?? []) {
        take(follower, events);
        follower.wake();
      }
    },
    changed: change,
    missed: () => {
      tails.clear();
      for (const callId of followers.keys()) change(callId);
    },
    quiet: () => {
      const quiet = new Map<string, number>();
      for (const [callId, each] of followers) {
        for (const follower of each) {
          if (follower.idle) quiet.set(callId, Math.min(quiet.get(callId) ?? Infinity, follower.next - 1));
          follower.idle = true;
        }
      }
      return quiet;
    },
  };
}

/** Takes what comes next; what is known is skipped, and a gap is read from the log. */
function take(follower: Follower, events: readonly CallEvent[]): void {
  for (const event of events) {
    if (event.seq > follower.next) {
      follower.behind = true;
      return;
    }
    if (event.seq < follower.next) continue;
    follower.waiting.push(event);
    follower.next += 1;
  }
}
