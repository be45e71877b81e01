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

  testCallLog('Postgres', async () => sqlStoreOver(await empty()).log);
  testOutbox('Postgres', async () => sqlStoreOver(await empty()));
  testDeliverer('Postgres', async () => sqlStoreOver(await empty()));
  testSweeping('Postgres', empty);
  testSecrets('Postgres', empty);
});
