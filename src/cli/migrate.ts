import type { Command } from 'commander';
import { migrate, type Migrated } from '../store/migrations.ts';
import { openDatabase, type StorePlace } from '../store/store.ts';
import type { Flags } from './config/layers.ts';
import { settle } from './config/settle.ts';
import { storePlaceOf } from './config/store-place.ts';
import { makeStoreFolder } from './folders.ts';
import { withSettings } from './options.ts';
import { show } from './outcome.ts';

/** `colloquy migrate`: brings the tables to what this release needs; `serve` does so too when it starts. */
export function migrateCommand(program: Command): void {
  withSettings(
    program.command('migrate').description('bring the tables of the store to what this release needs'),
    'store',
  ).action(async (flags: Flags) => {
    const { settled } = await settle(flags, process.env);
    show({ output: describeMigration(await migrateAt(storePlaceOf(settled, process.env))), exitCode: 0 });
  });
}

/** What was done to the tables at this place; undefined where there are none. @throws as `migrate` */
async function migrateAt(place: StorePlace): Promise<Migrated | undefined> {
  if (place.kind === 'memory') return undefined;
  await makeStoreFolder(place);
  const database = await openDatabase(place);
  try {
    return await migrate(database);
  } finally {
    await database.close();
  }
}

/** One line for the operator. */
export function describeMigration(migrated: Migrated | undefined): string {
  if (migrated === undefined) return 'memory has no tables\n';
  const { from, to } = migrated;
  return from === to
    ? `the tables have version ${to}: nothing to do\n`
    : `the tables went from version ${from} to ${to}\n`;
}
