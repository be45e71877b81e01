import type { Clock } from '../../src/interpret/ports.ts';

export type VirtualClock = Clock & {
  /** Resolves when `ms` of virtual time have passed. */
  sleep(ms: number): Promise<void>;
  /** Lets `ms` of virtual time pass: timers fire in their order, and what each brings about settles before the next. */
  advance(ms: number): Promise<void>;
  /** Lets time pass until `promise` settles, and gives its value. Fails when nothing is left that could settle it. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets everything that needs no time happen. */
  settle(): Promise<void>;
};

type Timer = { readonly dueMs: number; readonly order: number; readonly callback: () => void };

/** Long before any call in a test is over; a loop that never ends fails there instead of hanging. */
const MOST_VIRTUAL_MS = 6 * 60 * 60_000;
const START_MS = Date.UTC(2030, 0, 1);

/** A clock that stands still until a test moves it. */
export function createVirtualClock(startMs = START_MS): VirtualClock {
  let nowMs = startMs;
  let order = 0;
  const timers = new Set<Timer>();

  function next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (
        first === undefined ||
        timer.dueMs < first.dueMs ||
        (timer.dueMs === first.dueMs && timer.order < first.order)
      ) {
        first = timer;
      }
    }
    return first;
  }

  async function fire(timer: Timer): Promise<void> {
    timers.delete(timer);
    nowMs = Math.max(nowMs, timer.dueMs);
    timer.callback();
    await settle();
  }

  const clock: VirtualClock = {
    now: () => nowMs,
    after: (delayMs, callback) => {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), order: order++, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    sleep: (ms) => new Promise((resolve) => void clock.after(ms, resolve)),
    advance: async (ms) => {
      const untilMs = nowMs + ms;
      await settle();
      for (let timer = next(); timer !== undefined && timer.dueMs <= untilMs; timer = next()) await fire(timer);
      nowMs = untilMs;
    },
    until: async (promise) => {
      const ended = new AbortController();
      const done = promise.finally(() => ended.abort());
      done.catch(() => undefined);
      await settle();
      while (!ended.signal.aborted) {
        const timer = next();
        if (timer === undefined) throw new Error('nothing is left to happen, and the promise has not settled');
        if (timer.dueMs - startMs > MOST_VIRTUAL_MS) throw new Error('it has not settled within six virtual hours');
        await fire(timer);
      }
      return done;
    },
    settle,
  };
  return clock;
}

/** A turn takes its inputs once in a round of the event loop; so many are more than any goes through without waiting. */
const ROUNDS = 48;

/** All that depends on nothing but promises has come to rest after this. */
async function settle(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
}
