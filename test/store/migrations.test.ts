import { afterEach, describe, expect, test } from 'vitest';
import { statement, type Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openDatabase } from '../../src/store/store.ts';
import { createSchema, DATABASE_URL, type Schema } from '../support/schema.ts';

describe.skipIf(DATABASE_URL === undefined)('the tables on a server', () => {
  const open = new Set<Database>();
  let schema: Schema | undefined;
  afterEach(async () => {
    await Promise.all([...open].map((database) => database.close()));
    open.clear();
    await schema?.drop();
    schema = undefined;
  });

  async function connect(): Promise<Database> {
    schema ??= await createSchema();
    const database = await openDatabase({ kind: 'postgres', url: schema.url });
    open.add(database);
    return database;
  }

  test('are made once when many nodes start together', async () => {
    const nodes: Database[] = [];
    for (let node = 0; node < 8; node += 1) nodes.push(await connect());
    await Promise.all(nodes.map(migrate));
    const versions = statement<{ version: number }>('versions', 'select version from colloquy_migrations order by 1');
    const [first] = nodes;
    expect(await first?.query(versions, [])).toEqual([{ version: 1 }]);
  });

  test('are left alone the second time', async () => {
    const database = await connect();
    expect(await migrate(database)).toEqual({ from: 0, to: 1 });
    expect(await migrate(database)).toEqual({ from: 1, to: 1 });
  });

  test('of a newer release are refused', async () => {
    const database = await connect();
    await migrate(database);
    await database.run('insert into colloquy_migrations (version) values (99)');
    await expect(migrate(database)).rejects.toMatchObject({
      code: 'STORE_TOO_NEW',
      message: 'the store has version 99 and this release knows 1; start a newer release',
    });
  });

  test('are made all or none', async () => {
    const database = await connect();
    await database.run('create view calls as select 1 as one');
    await expect(migrate(database)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const tables = statement<{ found: string | null }>('tables', `select to_regclass('appends')::text as found`);
    expect(await database.query(tables, [])).toEqual([{ found: null }]);
  });
});
