import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openDatabase } from '../../src/store/store.ts';
import { createSchema, type Schema } from './schema.ts';

const EMPTY = 'truncate appends, calls, documents, deliveries, delivery_attempts;';

/** A database for all tests of a file; the function gives it with its tables empty. */
export function usePostgres(): () => Promise<Database> {
  let schema: Schema | undefined;
  return useDatabase(
    async () => {
      schema = await createSchema();
      return openDatabase({ kind: 'postgres', url: schema.url });
    },
    async () => schema?.drop(),
  );
}

/** The embedded database for all tests of a file, in a folder; the function gives it with its tables empty. */
export function useFolder(): () => Promise<Database> {
  let folder = '';
  return useDatabase(
    async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'colloquy-store-'));
      return openDatabase({ kind: 'folder', folder });
    },
    () => rm(folder, { recursive: true }),
  );
}

function useDatabase(open: () => Promise<Database>, drop: () => Promise<void>): () => Promise<Database> {
  let database: Database | undefined;
  beforeAll(async () => {
    database = await open();
    await migrate(database);
  }, 60_000);
  afterAll(async () => {
    await database?.close();
    await drop();
  });
  return async () => {
    if (database === undefined) throw new Error('the database is open before the first test');
    await database.run(EMPTY);
    return database;
  };
}
