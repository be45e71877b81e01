import { expect, test } from 'vitest';
import type { Clock } from '../../src/interpret/ports.ts';
import { createMemoryCallLog } from '../../src/store/memory.ts';
import { createMemoryOutbox, withDeliveries } from '../../src/store/memory-outbox.ts';
import { testCallLog } from '../contract/call-log.ts';
import { testDeliverer } from '../contract/delivering.ts';
import { delivery, settlement, testOutbox, type OutboxStore } from '../contract/outbox.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

function create(clock: Pick<Clock, 'now'> = createVirtualClock()): OutboxStore {
  const outbox = createMemoryOutbox({ clock, givenUpAfterMs: 60_000 });
  return { log: withDeliveries(createMemoryCallLog(clock), outbox), outbox };
}

testCallLog('the memory with an outbox', () => create().log);
testOutbox('the memory', () => create());
testDeliverer('the memory', () => create(Date));

test('of what is over, the last thousand are kept; of what waits, all', async () => {
  const outbox = createMemoryOutbox({ clock: createVirtualClock(), givenUpAfterMs: 60_000 });
  const room = { total: 2_000, perAgent: 2_000, busy: new Map<string, number>(), leaseMs: 60_000 };
  outbox.add(Array.from({ length: 1_200 }, (_, index) => delivery(`over ${index}`)));
  const claimed = await outbox.claim(room);
  outbox.add(Array.from({ length: 1_200 }, (_, index) => delivery(`waits ${index}`)));
  await outbox.settle(claimed.map((each) => settlement(each, 'delivered')));
  expect(await outbox.list({ state: 'delivered', limit: 9_999 })).toHaveLength(1_000);
  expect(await outbox.list({ state: 'pending', limit: 9_999 })).toHaveLength(1_200);
  expect(await outbox.redeliver('over 0')).toBe(false);
  expect(await outbox.redeliver('over 1199')).toBe(true);
});
