import { afterEach, expect, test } from 'vitest';
import type { Outbox } from '../../src/deliveries/outbox.ts';
import type { SendOutcome } from '../../src/deliveries/send.ts';
import { createMemoryCallLog } from '../../src/store/memory.ts';
import { createMemoryOutbox, withDeliveries } from '../../src/store/memory-outbox.ts';
import { delivery, type OutboxStore } from '../contract/outbox.ts';
import { deliver, FAILED, isDone, many, put, RECEIVED, soon, stopDeliverers } from '../support/deliverers.ts';

afterEach(stopDeliverers);

function memory(): OutboxStore {
  const outbox = createMemoryOutbox({ clock: Date, givenUpAfterMs: 60_000 });
  return { log: withDeliveries(createMemoryCallLog(Date), outbox), outbox };
}

test('a receiver that hangs holds up nobody but its own agent', async () => {
  const kept = memory();
  await put(kept, ...many(500, 'dead'), ...many(40, 'alive'));
  const { promise: never, resolve: release } = Promise.withResolvers<SendOutcome>();
  const sent: string[] = [];
  deliver(kept, async ({ agent }) => (sent.push(agent), agent === 'dead' ? never : RECEIVED));
  await soon(() => sent.filter((agent) => agent === 'alive').length === 40);
  expect(sent.filter((agent) => agent === 'dead')).toHaveLength(8);
  release(RECEIVED);
  await soon(isDone(kept));
});

test('what is given up is given up, and is not sent again unless somebody asks', async () => {
  const outbox = createMemoryOutbox({ clock: Date, givenUpAfterMs: -1 });
  const kept = { log: withDeliveries(createMemoryCallLog(Date), outbox), outbox };
  await put(kept, delivery('a'));
  let attempts = 0;
  deliver(kept, async () => ((attempts += 1), FAILED));
  await soon(isDone(kept));
  expect(await outbox.list({ limit: 9 })).toMatchObject([{ state: 'given-up', attempts: [{ number: 1 }] }]);
  await outbox.redeliver('a');
  await soon(() => attempts === 2);
});

test('a plea for patience is heard', async () => {
  const kept = memory();
  await put(kept, delivery('a'));
  let attempts = 0;
  const asked: number[] = [];
  deliver(kept, async () => ((attempts += 1), { ...FAILED, patienceMs: 60_000 }), {
    onAttempt: (_delivery, { retryAfterMs }) => asked.push(retryAfterMs),
  });
  await soon(() => asked.length === 1);
  expect(asked[0]).toBeGreaterThan(50_000);
  expect(attempts).toBe(1);
});

test('a store that is away is told of, and deliveries go on when it is back', async () => {
  const kept = memory();
  let isAway = true;
  const outbox: Outbox = {
    ...kept.outbox,
    claim: (room) => (isAway ? Promise.reject(new Error('away')) : kept.outbox.claim(room)),
  };
  await put(kept, delivery('a'));
  const sent: string[] = [];
  const { errors } = deliver({ ...kept, outbox }, async ({ id }) => (sent.push(id), RECEIVED));
  await soon(() => errors.length > 0);
  isAway = false;
  await put(kept, delivery('b'));
  await soon(isDone(kept));
  expect(sent.toSorted()).toEqual(['a', 'b']);
});

test('closing lets what is on its way end, records it, and takes nothing more', async () => {
  const kept = memory();
  await put(kept, delivery('a'));
  const { promise, resolve } = Promise.withResolvers<SendOutcome>();
  let begun = 0;
  const { deliverer } = deliver(kept, () => ((begun += 1), promise));
  await soon(() => begun === 1);
  const closed = deliverer.close();
  await put(kept, delivery('b'));
  resolve(RECEIVED);
  await closed;
  expect(begun).toBe(1);
  expect((await kept.outbox.list({ limit: 9 })).map(({ state }) => state).toSorted()).toEqual(['delivered', 'pending']);
});

test('what hangs when the process closes is cut off, and is due at once for another', { timeout: 10_000 }, async () => {
  const kept = memory();
  await put(kept, delivery('a'));
  let begun = 0;
  const { deliverer } = deliver(
    kept,
    (_delivery, signal) =>
      new Promise((resolve) => {
        begun += 1;
        signal.addEventListener('abort', () => resolve({ status: null, error: 'cancelled' }));
      }),
    { schedule: () => 60_000 },
  );
  await soon(() => begun === 1);
  await deliverer.close();
  expect(await kept.outbox.claim({ total: 1, perAgent: 1, busy: new Map(), leaseMs: 1 })).toMatchObject([
    { number: 2 },
  ]);
});
