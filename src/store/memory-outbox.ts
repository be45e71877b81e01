import type { Delivery } from '../call/delivery.ts';
import type {
  ClaimedDelivery,
  ClaimRoom,
  DeliveryAttempt,
  DeliveryRecord,
  DeliveryState,
  Outbox,
} from '../deliveries/outbox.ts';
import type { CallLog, Clock } from '../interpret/ports.ts';

/** Deliveries that are over are kept for those who look into what became of them. */
const SETTLED_MAX = 1_000;

type Kept = {
  readonly delivery: Delivery;
  readonly createdAtMs: number;
  readonly attempts: DeliveryAttempt[];
  state: DeliveryState;
  /** Attempts that were begun. */
  begun: number;
  nextAtMs: number;
  giveUpAtMs: number;
};

export type MemoryOutboxOptions = {
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds after which a delivery is given up. */
  readonly givenUpAfterMs: number;
};

export type MemoryOutbox = Outbox & {
  /** Puts deliveries in; one whose id is known is left out. */
  add(deliveries: readonly Delivery[]): void;
};

/** An outbox that lives as long as the process. */
export function createMemoryOutbox({ clock, givenUpAfterMs }: MemoryOutboxOptions): MemoryOutbox {
  // In the order in which they came; what is pending also stands by agent, in the order of the last attempt.
  const kept = new Map<string, Kept>();
  const pending = new Map<string, Map<string, Kept>>();
  const listeners = new Set<() => void>();
  let settled = 0;

  function wait(each: Kept): void {
    const { id, agent } = each.delivery;
    pending.set(agent, (pending.get(agent) ?? new Map<string, Kept>()).set(id, each));
  }

  function end({ delivery: { id, agent } }: Kept): void {
    const ofAgent = pending.get(agent);
    ofAgent?.delete(id);
    if (ofAgent?.size === 0) pending.delete(agent);
    settled += 1;
    if (settled <= SETTLED_MAX) return;
    const oldest = [...kept.values()].find(({ state }) => state !== 'pending');
    if (oldest !== undefined) kept.delete(oldest.delivery.id);
    settled -= 1;
  }

  function wake(): void {
    for (const listener of listeners) listener();
  }

  function claim({ total, perAgent, busy, leaseMs }: ClaimRoom): readonly ClaimedDelivery[] {
    const nowMs = clock.now();
    const queues = [...pending].map(([agent, ofAgent]) => {
      const room = perAgent - (busy.get(agent) ?? 0);
      const due: Kept[] = [];
      for (const each of ofAgent.values()) {
        if (due.length >= room) break;
        if (each.nextAtMs <= nowMs) due.push(each);
      }
      return due;
    });
    const turns = Math.max(0, ...queues.map(({ length }) => length));
    const inTurns = Array.from({ length: turns }, (_, turn) => queues.flatMap((queue) => queue[turn] ?? [])).flat();
    return inTurns.slice(0, total).map((each) => {
      each.begun += 1;
      each.nextAtMs = nowMs + leaseMs;
      // Behind those that have not been tried.
      pending.get(each.delivery.agent)?.delete(each.delivery.id);
      wait(each);
      return { delivery: each.delivery, number: each.begun, leftMs: each.giveUpAtMs - nowMs };
    });
  }

  return {
    add: (deliveries) => {
      const nowMs = clock.now();
      for (const delivery of deliveries) {
        if (kept.has(delivery.id)) continue;
        const each: Kept = {
          delivery,
          createdAtMs: nowMs,
          attempts: [],
          state: 'pending',
          begun: 0,
          nextAtMs: nowMs,
          giveUpAtMs: nowMs + givenUpAfterMs,
        };
        kept.set(delivery.id, each);
        wait(each);
      }
      if (deliveries.length > 0) wake();
    },
    claim: async (room) => claim(room),
    settle: async (settlements) => {
      for (const { id, attempt, state, retryAfterMs } of settlements) {
        const each = kept.get(id);
        if (each === undefined || each.attempts.some(({ number }) => number === attempt.number)) continue;
        each.attempts.push(attempt);
        if (each.state !== 'pending' || (state !== 'delivered' && attempt.number !== each.begun)) continue;
        each.state = state;
        each.nextAtMs = clock.now() + retryAfterMs;
        if (state !== 'pending') end(each);
      }
    },
    list: async ({ state, agent, limit }) =>
      [...kept.values()]
        .filter(
          (each) => (state ?? each.state) === each.state && (agent ?? each.delivery.agent) === each.delivery.agent,
        )
        .toReversed()
        .slice(0, limit)
        .map(record),
    redeliver: async (id) => {
      const each = kept.get(id);
      if (each === undefined) return false;
      if (each.state !== 'pending') settled -= 1;
      each.state = 'pending';
      each.nextAtMs = clock.now();
      each.giveUpAtMs = clock.now() + givenUpAfterMs;
      wait(each);
      wake();
      return true;
    },
    onDue: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** `log`, with what its appends must deliver put into `outbox`. */
export function withDeliveries(log: CallLog, outbox: Pick<MemoryOutbox, 'add'>): CallLog {
  return {
    ...log,
    append: (callId, afterSeq, events, deliveries = []) => {
      const appended = log.append(callId, afterSeq, events);
      if (deliveries.length === 0) return appended;
      return appended.then((outcome) => {
        if (outcome === 'appended') outbox.add(deliveries);
        return outcome;
      });
    },
  };
}

function record({ delivery, state, createdAtMs, attempts }: Kept): DeliveryRecord {
  return { delivery, state, createdAtMs, attempts: attempts.toSorted((a, b) => a.number - b.number) };
}
