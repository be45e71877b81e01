// A server that a program has made with the library, and that is there again after it was gone.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { StorePlace } from '../../src/index.ts';
import { createCaller, PUBLIC_URL } from '../crash/caller.ts';
import { faultsOf } from '../crash/judge.ts';
import { createFolder, createServerDatabase } from '../crash/places.ts';
import { freePort } from '../crash/serving.ts';
import { startSurroundings, type Surroundings } from '../crash/surroundings.ts';
import { DATABASE_URL } from '../support/schema.ts';
import type { OwnProgram } from './own-program.ts';

const PROGRAM = fileURLToPath(new URL('own-program.ts', import.meta.url));

const closing: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Resolves when it listens. */
async function start(served: OwnProgram): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(served)], { stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(() => void child.kill('SIGKILL'));
  await once(child.stdout ?? child, 'data');
  return child;
}

async function folder(): Promise<StorePlace> {
  const place = await createFolder();
  closing.push(() => place.drop());
  return { kind: 'folder', folder: `${place.name}/data` };
}

async function database(): Promise<StorePlace> {
  const place = await createServerDatabase(DATABASE_URL ?? '');
  closing.push(() => place.drop());
  return { kind: 'postgres', url: place.serve().env['DATABASE_URL'] ?? '' };
}

describe.each<[string, () => Promise<StorePlace>]>([
  ['a folder', folder],
  ...(DATABASE_URL === undefined ? [] : [['Postgres', database] as [string, () => Promise<StorePlace>]]),
])('a call of a server of the library, kept in %s', (_name, newStore) => {
  test.each(['SIGTERM', 'SIGKILL'] as const)(
    'goes on where %s ended it in mid-turn',
    async (signal) => {
      let running: Promise<ChildProcess> | undefined;
      let isEnded = false;
      const surroundings: Surroundings = await startSurroundings({
        watch: ({ kind }) => {
          if (kind !== 'tool-asked' || isEnded) return false;
          isEnded = true;
          running = running?.then(async (child) => {
            const gone = once(child, 'exit');
            child.kill(signal);
            await gone;
            return start(served);
          });
          return signal === 'SIGKILL';
        },
      });
      closing.push(() => surroundings.close());
      const { app: source, modelUrl, host: allowedHost } = surroundings;
      const port = await freePort();
      const served = { source, modelUrl, allowedHost, publicUrl: PUBLIC_URL, store: await newStore(), port };
      running = start(served);
      await running;

      const { record, arrives, wants } = createCaller({
        callSid: 'CA000001',
        manner: 'retries',
        node: () => `http://127.0.0.1:${port}`,
      });
      await arrives();
      await wants({ tale: 'short', ref: 'w1' });
      await wants({ tale: 'order', ref: 'w2' });
      await wants({ tale: 'short', ref: 'w3' });
      expect(isEnded).toBe(true);
      expect(faultsOf(record, surroundings.seen(record.callSid))).toEqual([]);
      const child = await running;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await gone).toEqual([0, null]);
    },
    60_000,
  );
});
