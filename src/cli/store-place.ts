import type { Command } from 'commander';
import type { StorePlace } from '../store/store.ts';

/** Where `serve` keeps calls when nobody says otherwise. */
export const DEFAULT_FOLDER = 'colloquy-data';

type Environment = { readonly [name: string]: string | undefined };
export type StoreFlags = { readonly store?: string };

/** Adds the option that says where calls are kept. */
export function withStore(command: Command): Command {
  return command.option(
    '--store <place>',
    `a folder, or memory (DATABASE_URL for Postgres; default ${DEFAULT_FOLDER})`,
  );
}

/**
 * Where calls are kept: what the flag says, else the database that `DATABASE_URL` names, else a folder. The URL of a
 * database holds its password and so is no flag, which every user of the machine can read.
 */
export function storePlaceFrom({ store }: StoreFlags, environment: Environment): StorePlace {
  if (store === 'memory') return { kind: 'memory' };
  if (store !== undefined) return { kind: 'folder', folder: store };
  const url = environment['DATABASE_URL']?.trim() ?? '';
  return url === '' ? { kind: 'folder', folder: DEFAULT_FOLDER } : { kind: 'postgres', url };
}
