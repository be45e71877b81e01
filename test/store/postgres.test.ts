import { describe, expect, test } from 'vitest';
import { statement } from '../../src/store/database.ts';
import { testCallLog } from '../contract/call-log.ts';
import { testDeliverer } from '../contract/delivering.ts';
import { delivery, testOutbox } from '../contract/outbox.ts';
import { testSecrets } from '../contract/secrets.ts';
import { testSweeping } from '../contract/sweeping.ts';
import { usePostgres } from '../support/database.ts';
import { DATABASE_URL } from '../support/schema.ts';
import { sqlStoreOver } from '../support/stores.ts';

describe.skipIf(DATABASE_URL === undefined)('on a server', () => {
  const empty = usePostgres();
  test('a claim does not wait for what another node is claiming', async () => {
    const database = await empty();
    const { log, outbox } = sqlStoreOver(database);
    await log.append(
      'desk/CA1',
      0,
      [{ kind: 'interrupted', seq: 1, turn: 1, atMs: 0 }],
      [delivery('a'), delivery('b')],
    );
    const claiming = database.query(
      statement(
        'slow_claim',
        `with taken as materialized (select id from deliveries where id = 'a' for update)
        select id, pg_sleep(1)::text from taken`,
      ),
      [],
    );
    await new Promise((resolve) => void setTimeout(resolve, 200));
    const startedAt = performance.now();
    const room = { total: 9, perAgent: 9, busy: new Map<string, number>(), leaseMs: 60_000 };
    // Of the two only one can be had now.
    expect((await outbox.claim(room)).map((each) => each.delivery.id)).toEqual(['b']);
    expect(performance.now() - startedAt).toBeLessThan(500);
    await claiming;
  });

  test('who holds the lock of one call holds up the appends of no other for long', async () => {
    const database = await empty();
    const { log } = sqlStoreOver(database);
    const append = (callId: string, afterSeq = 0) =>
      log.append(callId, afterSeq, [{ kind: 'hung-up', status: 'completed', seq: afterSeq + 1, turn: 1, atMs: 0 }]);
    await append('desk/held');
    const holding = database.query(
      statement(
        'hold_call',
        `with taken as materialized (select call_id from calls where call_id = 'desk/held' for update)
        select call_id, pg_sleep(1.2)::text from taken`,
      ),
      [],
    );
    await new Promise((resolve) => void setTimeout(resolve, 200));
    const startedAt = performance.now();
    // The first goes alone, and the others together behind it.
    const first = append('desk/first');
    const held = append('desk/held', 1);
    const others = Promise.all(Array.from({ length: 40 }, (_, index) => append(`desk/other${index}`)));
    expect(await first).toBe('appended');
    expect(new Set(await others)).toEqual(new Set(['appended']));
    expect(performance.now() - startedAt).toBeLessThan(800);
    expect(await held).toBe('appended');
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    await holding;
  });

  testCallLog('Postgres', async () => sqlStoreOver(await empty()).log);
  testOutbox('Postgres', async () => sqlStoreOver(await empty()));
  testDeliverer('Postgres', async () => sqlStoreOver(await empty()));
  testSweeping('Postgres', empty);
  testSecrets('Postgres', empty);
});
