import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Statement } from './database.ts';
import { ask } from './ride-out.ts';
import { STATEMENTS } from './statements.ts';

/** Few enough that nothing waits for a batch, and that an hour of calls is swept within seconds. */
const BATCH = 200;
const BETWEEN_BATCHES_MS = 20;
const SWEEP_EVERY_MS = 10 * 60_000;
/** Documents outlast the calls that run them: a use is noted only hourly, and a call may last for days. */
const DOCUMENTS_KEPT_LONGER_MS = 7 * 24 * 60 * 60_000;

export type SweeperOptions = {
  readonly database: Database;
  readonly keepForMs: number;
  /** Is told when a sweep failed; the next one is tried all the same. */
  readonly onError: (error: unknown) => void;
};

/** Sweeps now and then, until it is closed. Any number of processes may do it at once. */
export function createSweeper({ database, keepForMs, onError }: SweeperOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await sweep(database, keepForMs, closing.signal).catch(onError);
      await delay(SWEEP_EVERY_MS, undefined, { ref: false, signal: closing.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    close: async () => {
      closing.abort();
      await running;
    },
  };
}

export type Swept = { readonly calls: number; readonly deliveries: number; readonly documents: number };

/**
 * Removes calls that nobody has touched for `keepForMs`, deliveries that have been over for as long, and the documents
 * that no call can need any more. Ends early when `signal` aborts. @throws STORE_UNAVAILABLE
 */
export async function sweep(database: Database, keepForMs: number, signal?: AbortSignal): Promise<Swept> {
  const inBatches = async (statement: Statement<{ swept: number }>, olderThanMs: number): Promise<number> => {
    for (let total = 0; ;) {
      const [row] = await ask(database, statement, [olderThanMs, BATCH]);
      const swept = row?.swept ?? 0;
      total += swept;
      if (swept < BATCH || signal?.aborted === true) return total;
      await delay(BETWEEN_BATCHES_MS);
    }
  };
  return {
    calls: await inBatches(STATEMENTS.sweepCalls, keepForMs),
    deliveries: await inBatches(STATEMENTS.sweepDeliveries, keepForMs),
    documents: await inBatches(STATEMENTS.sweepDocuments, keepForMs + DOCUMENTS_KEPT_LONGER_MS),
  };
}
