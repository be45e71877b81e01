import type { Calls } from '../interpret/calls.ts';
import type { Store } from '../store/store.ts';

/** As often as the nodes that run turns show that they live. */
const LOOK_EVERY_MS = 1_000;
/** Of one round; whatever is left is there in the next one, or on another node. */
const MOST_AT_ONCE = 50;

export type TakeOverOptions = {
  readonly stalled: Store['stalled'];
  readonly takeOver: Calls['takeOver'];
  /** Milliseconds of silence after which the node of a turn counts as dead. */
  readonly silentForMs: number;
  /** Whether this node serves the call's agent: another may have been given agents that this one does not know yet. */
  readonly serves: (callId: string) => boolean;
  /** Is told when looking begins to fail, once until it is well again. */
  readonly onError: (error: unknown) => void;
};

/** Looks for turns whose node is gone and goes on with them, until it is closed. A look never begins before the last one is over. */
export function createTakeOver({ stalled, takeOver, silentForMs, serves, onError }: TakeOverOptions): {
  close(): Promise<void>;
} {
  let isFailing = false;
  let looking: Promise<void> | undefined;
  /** Living nodes were silent too while the store was away: they are given time to show themselves. */
  let patientUntilMs = 0;

  async function look(): Promise<void> {
    const beganAtMs = performance.now();
    const all = await stalled(silentForMs, MOST_AT_ONCE);
    const nowMs = performance.now();
    if (isFailing || nowMs - beganAtMs > LOOK_EVERY_MS) patientUntilMs = nowMs + silentForMs;
    if (nowMs < patientUntilMs) return;
    const found = all.filter(serves);
    const results = await Promise.allSettled(found.map((callId) => takeOver(callId, silentForMs)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async function lookOnce(): Promise<void> {
    try {
      await look();
      isFailing = false;
    } catch (error) {
      if (!isFailing) onError(error);
      isFailing = true;
    } finally {
      looking = undefined;
    }
  }

  const timer = setInterval(() => {
    looking ??= lookOnce();
  }, LOOK_EVERY_MS);
  // Nobody waits for it: it must not keep a process from ending.
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
    },
  };
}
