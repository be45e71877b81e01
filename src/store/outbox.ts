import type { Delivery } from '../call/delivery.ts';
import type { DeliveryAttempt, DeliveryState, Outbox } from '../deliveries/outbox.ts';
import type { Database } from './database.ts';
import { ask } from './ride-out.ts';
import { STATEMENTS } from './statements.ts';

const DELIVERIES_CHANNEL = 'colloquy_deliveries';

export type SqlOutbox = Outbox & {
  /** Something was put into it by this process. */
  due(): void;
};

export type SqlOutboxOptions = {
  readonly database: Database;
  /** Milliseconds after which a delivery that was sent again by hand is given up. */
  readonly givenUpAfterMs: number;
};

/** The outbox in a database whose tables are there. Its methods reject with STORE_UNAVAILABLE. */
export function createSqlOutbox({ database, givenUpAfterMs }: SqlOutboxOptions): SqlOutbox {
  const listeners = new Set<() => void>();
  const due = (): void => {
    for (const listener of listeners) listener();
  };
  let listening = false;

  return {
    due,
    claim: async ({ total, perAgent, busy, leaseMs }) => {
      const values = [total, perAgent, [...busy.keys()], [...busy.values()], leaseMs];
      const rows = await ask(database, STATEMENTS.claim, values);
      return rows.map(({ request, number, left_ms }) => ({
        delivery: JSON.parse(request) as Delivery,
        number,
        leftMs: left_ms,
      }));
    },
    settle: async (settlements) => {
      const attempts = settlements.map(({ attempt }) => attempt);
      await ask(database, STATEMENTS.settle, [
        settlements.map(({ id }) => id),
        attempts.map(({ number }) => number),
        attempts.map(({ atMs }) => atMs),
        attempts.map(({ tookMs }) => tookMs),
        attempts.map(({ status }) => status),
        attempts.map(({ error }) => error),
        settlements.map(({ state }) => state),
        settlements.map(({ retryAfterMs }) => retryAfterMs),
      ]);
    },
    list: async ({ state, agent, limit }) => {
      const rows = await ask(database, STATEMENTS.list, [state ?? null, agent ?? null, limit]);
      return rows.map((row) => ({
        delivery: JSON.parse(row.request) as Delivery,
        state: row.state as DeliveryState,
        createdAtMs: Math.round(row.created_at_ms),
        attempts: JSON.parse(row.attempts ?? '[]') as DeliveryAttempt[],
      }));
    },
    redeliver: async (id) => {
      const found = await ask(database, STATEMENTS.redeliver, [id, givenUpAfterMs]);
      if (found.length === 0) return false;
      due();
      if (database.isShared) await ask(database, STATEMENTS.notify, [DELIVERIES_CHANNEL, ['']]);
      return true;
    },
    onDue: (listener) => {
      listeners.add(listener);
      if (database.isShared && !listening) database.listen(DELIVERIES_CHANNEL, due, due);
      listening = true;
      return () => void listeners.delete(listener);
    },
  };
}
