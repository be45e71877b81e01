import { expect, test } from 'vitest';
import { listDeliveries, redeliver } from '../../src/cli/deliveries.ts';
import { describeMigration } from '../../src/cli/migrate.ts';
import { createMemoryOutbox, type MemoryOutbox } from '../../src/store/memory-outbox.ts';
import { delivery } from '../contract/outbox.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

async function failedOnce(): Promise<MemoryOutbox> {
  const outbox = createMemoryOutbox({ clock: createVirtualClock(), givenUpAfterMs: 60_000 });
  outbox.add([delivery('desk/CA1/1/status', 'desk', { url: 'https://crm.example/events?key=hush' })]);
  const [claimed] = await outbox.claim({ total: 1, perAgent: 1, busy: new Map(), leaseMs: 1 });
  const attempt = {
    number: claimed?.number ?? 0,
    atMs: Date.UTC(2030, 0, 1),
    tookMs: 42,
    status: 500,
    error: 'the receiver answered 500',
  };
  await outbox.settle([{ id: 'desk/CA1/1/status', attempt, state: 'given-up', retryAfterMs: 0 }]);
  return outbox;
}

test('deliveries are listed with each attempt, and without what may be a key', async () => {
  expect(await listDeliveries(await failedOnce(), { limit: '5' })).toEqual({
    output: [
      'given-up  desk/CA1/1/status  of desk, 2030-01-01T00:00:00.000Z',
      '    POST https://crm.example/events',
      '    attempt 1 at 2030-01-01T00:00:00.000Z, 42 ms: the receiver answered 500',
      '',
    ].join('\n'),
    exitCode: 0,
  });
});

test('or as JSON', async () => {
  const { output } = await listDeliveries(await failedOnce(), {
    limit: '5',
    state: 'given-up',
    agent: 'desk',
    json: true,
  });
  expect(JSON.parse(output)).toMatchObject([{ state: 'given-up', attempts: [{ status: 500 }] }]);
});

test('that there are none is said', async () => {
  const outbox = await failedOnce();
  expect(
    await listDeliveries(createMemoryOutbox({ clock: createVirtualClock(), givenUpAfterMs: 1 }), { limit: '5' }),
  ).toEqual({ output: 'there are no deliveries\n', exitCode: 0 });
  expect(await listDeliveries(outbox, { limit: '5', state: 'pending' })).toMatchObject({
    output: 'there are no such deliveries\n',
  });
  expect(await listDeliveries(outbox, { limit: '5', state: 'pending', json: true })).toMatchObject({ output: '[]\n' });
});

test.each(['0', 'many', '-1', '1.5'])('--limit %s is a mistake', async (limit) => {
  expect(await listDeliveries(await failedOnce(), { limit })).toMatchObject({ exitCode: 2 });
});

test('a delivery is sent again by its id, and one that nobody knows is told of', async () => {
  const outbox = await failedOnce();
  expect(await redeliver(outbox, ['desk/CA1/1/status', 'nobody'])).toEqual({
    output: 'desk/CA1/1/status will be sent again\n',
    problems: 'colloquy: there is no delivery nobody\n',
    exitCode: 1,
  });
  expect(await outbox.list({ limit: 1 })).toMatchObject([{ state: 'pending' }]);
});

test.each([
  [{ from: 0, to: 1 }, 'the tables went from version 0 to 1\n'],
  [{ from: 1, to: 1 }, 'the tables have version 1: nothing to do\n'],
  [undefined, 'memory has no tables\n'],
])('a migration %j is told as "%s"', (migrated, line) => {
  expect(describeMigration(migrated)).toBe(line);
});
