import { describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { statement, type Database } from '../../src/store/database.ts';
import { createSweeper, sweep } from '../../src/store/sweeper.ts';
import { delivery, settlement } from './outbox.ts';
import { sqlStoreOver } from '../support/stores.ts';
import { until } from '../support/until.ts';

const DAY_MS = 24 * 60 * 60_000;
const ROOM = { total: 100, perAgent: 100, busy: new Map(), leaseMs: 60_000 } as const;
const begin = (seq: number): CallEvent => ({
  kind: 'turn-start',
  key: 'k',
  origin: { kind: 'start' },
  request: { platform: 'twilio', callSid: 'CA1', parameters: {}, publicUrl: 'https://voice.example' },
  seq,
  turn: 1,
  atMs: 0,
});
const end = (seq: number): CallEvent => ({ kind: 'turn-end', outcome: 'listening', faults: [], seq, turn: 1, atMs: 0 });
const document = (seq: number, url: string): CallEvent => ({
  kind: 'document',
  document: { kind: 'invalid', url, source: '', faults: [] },
  seq,
  turn: 1,
  atMs: 0,
});

const COUNTS = statement<{ [table: string]: number }>(
  'counts',
  `select (select count(*) from appends)::integer as appends, (select count(*) from calls)::integer as calls,
    (select count(*) from documents)::integer as documents, (select count(*) from deliveries)::integer as deliveries,
    (select count(*) from delivery_attempts)::integer as attempts`,
);

/** Makes everything that is there this much older. */
function age(database: Database, days: number): Promise<void> {
  const back = (table: string, column: string): string =>
    `update ${table} set ${column} = ${column} - interval '${days} days';`;
  return database.run(
    [
      back('calls', 'started_at'),
      back('calls', 'touched_at'),
      back('appends', 'at'),
      back('documents', 'used_at'),
      back('deliveries', 'created_at'),
      back('deliveries', 'settled_at'),
    ].join(''),
  );
}

/** Proves retention over a database. `empty` gives it with its tables empty. */
export function testSweeping(name: string, empty: () => Promise<Database>): void {
  describe(`sweeping ${name}`, () => {
    test('removes calls that nobody has touched for that long, in batches, and nothing else', async () => {
      const database = await empty();
      const { log } = sqlStoreOver(database);
      const old = Array.from({ length: 450 }, (_, index) => `desk/old${index}`);
      await Promise.all(old.map((callId) => log.append(callId, 0, [begin(1), document(2, 'https://old.example/')])));
      await log.append('desk/long', 0, [begin(1), document(2, 'https://long.example/')]);
      await age(database, 31);
      await log.append('desk/long', 2, [end(3)]);
      await log.append('desk/new', 0, [begin(1), end(2)]);
      expect(await sweep(database, 30 * DAY_MS)).toEqual({ calls: 450, deliveries: 0, documents: 0 });
      expect(await log.read('desk/old7', 1)).toEqual([]);
      expect(await log.read('desk/long', 1)).toHaveLength(3);
      expect(await database.query(COUNTS, [])).toMatchObject([{ appends: 3, calls: 2, documents: 2 }]);
    });

    test('removes documents a week after the last call that may need them', async () => {
      const database = await empty();
      const { log } = sqlStoreOver(database);
      await log.append('desk/a', 0, [document(1, 'https://old.example/')]);
      await age(database, 36);
      expect(await sweep(database, 30 * DAY_MS)).toMatchObject({ calls: 1, documents: 0 });
      await age(database, 2);
      expect(await sweep(database, 30 * DAY_MS)).toMatchObject({ documents: 1 });
    });

    test('removes deliveries that are over, with their attempts, and never one that waits', async () => {
      const database = await empty();
      const { log, outbox } = sqlStoreOver(database);
      await log.append('desk/a', 0, [end(1)], [delivery('done')]);
      const [claimed] = await outbox.claim(ROOM);
      if (claimed === undefined) throw new Error('it is due');
      await outbox.settle([settlement(claimed, 'delivered')]);
      await log.append('desk/b', 0, [end(1)], [delivery('waits')]);
      await age(database, 31);
      expect(await sweep(database, 30 * DAY_MS)).toMatchObject({ deliveries: 1 });
      expect(await database.query(COUNTS, [])).toMatchObject([{ deliveries: 1, attempts: 0 }]);
    });

    test('begins by itself, and tells of a store that fails', async () => {
      const database = await empty();
      await sqlStoreOver(database).log.append('desk/a', 0, [end(1)]);
      await age(database, 2);
      const errors: unknown[] = [];
      const sweeper = createSweeper({ database, keepForMs: DAY_MS, onError: (error) => errors.push(error) });
      await until(() => true);
      await sweeper.close();
      expect(await database.query(COUNTS, [])).toMatchObject([{ calls: 0 }]);
      const broken = { ...database, query: () => Promise.reject(new TypeError('broken')) };
      const failing = createSweeper({ database: broken, keepForMs: DAY_MS, onError: (error) => errors.push(error) });
      await until(() => errors.length > 0);
      await failing.close();
      expect(errors).toMatchObject([{ code: 'STORE_UNAVAILABLE' }]);
    });

    test('calls whose turn has been silent are found, and no others', async () => {
      const database = await empty();
      const { log } = sqlStoreOver(database);
      await log.append('desk/dead', 0, [begin(1)]);
      await log.append('desk/alive', 0, [begin(1)]);
      await log.append('desk/over', 0, [begin(1), end(2)]);
      await age(database, 1);
      await log.append('desk/alive', 1, [document(2, 'https://a.example/')]);
      expect(await log.stalled(3_000, 10)).toEqual(['desk/dead']);
      expect(await log.stalled(0, 10)).toHaveLength(2);
      expect(await log.stalled(0, 1)).toHaveLength(1);
    });
  });
}
