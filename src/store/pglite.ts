import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { VoiceError } from '../errors.ts';
import type { Database } from './database.ts';
import { lockFolder } from './folder-lock.ts';

/** What the embedded engine adds to a process, as measured. */
const ABOUT_MEGABYTES = 500;

/**
 * Postgres within this process, its data in `folder`, which is made if it is not there. What was appended is there again
 * after the process was killed; it never asks the disk to write through, so a loss of power may take the last of it.
 *
 * @throws STORE_LOCKED, STORE_UNAVAILABLE
 */
export async function openFolder(folder: string): Promise<Database> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new VoiceError('STORE_UNAVAILABLE', { reason: `the folder ${folder}: ${String(cause)}` }, { cause });
  });
  const unlock = await lockFolder(folder);
  try {
    const engine = await PGlite.create(path.join(folder, 'postgres'));
    return { ...overEngine(engine, unlock), description: describe(folder) };
  } catch (cause) {
    await unlock();
    throw new VoiceError('STORE_UNAVAILABLE', { reason: `the folder ${folder}: ${String(cause)}` }, { cause });
  }
}

function overEngine(engine: PGlite, unlock: () => Promise<void>): Omit<Database, 'description'> {
  return {
    isShared: false,
    failureOf: () => 'lasting',
    query: async <Row>({ text }: { readonly text: string }, values: readonly unknown[]) => {
      // The engine runs on this thread and never waits: without this, one statement after the other would leave timers
      // and sockets unserved.
      await turn();
      return (await engine.query<Row>(text, [...values])).rows;
    },
    run: async (script) => void (await engine.exec(script)),
    // There is nobody else who could notify.
    listen: () => undefined,
    close: async () => {
      await engine.close();
      await unlock();
    },
  };
}

function describe(folder: string): string {
  return `keeps calls in ${folder}: a crash of this process loses nothing, a loss of power may; takes about ${ABOUT_MEGABYTES} MB of memory`;
}
