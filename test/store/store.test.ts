import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { openStore, type StorePlace } from '../../src/store/store.ts';
import { delivery } from '../contract/outbox.ts';
import { createSchema, DATABASE_URL } from '../support/schema.ts';

const event: CallEvent = { kind: 'interrupted', seq: 1, turn: 1, atMs: 0 };
const ROOM = { total: 9, perAgent: 9, busy: new Map<string, number>(), leaseMs: 60_000 };

/** Writes in one store and gives what the next one at this place has. */
async function reopened(place: StorePlace): Promise<{ readonly events: readonly CallEvent[]; readonly due: number }> {
  const first = await openStore(place, { clock: Date, keepForMs: 60_000 });
  await first.check();
  await first.log.append('desk/CA1', 0, [event], [delivery('a')]);
  await first.close();
  const second = await openStore(place, { clock: Date, keepForMs: 60_000 });
  const events = await second.log.read('desk/CA1', 1);
  const due = (await second.outbox.claim(ROOM)).length;
  await second.close();
  return { events, due };
}

test('memory begins anew, and says so', async () => {
  expect(await reopened({ kind: 'memory' })).toEqual({ events: [], due: 0 });
  const { description } = await openStore({ kind: 'memory' }, { clock: Date });
  expect(description).toBe('keeps calls in memory: they end with this process');
});

test('a folder keeps calls and deliveries, and tells what that promises and costs', { timeout: 60_000 }, async () => {
  const parent = await mkdtemp(path.join(tmpdir(), 'colloquy-store-'));
  const folder = path.join(parent, 'made', 'here');
  expect(await reopened({ kind: 'folder', folder })).toEqual({ events: [event], due: 1 });
  const store = await openStore({ kind: 'folder', folder }, { clock: Date });
  expect(store.description).toContain(folder);
  expect(store.description).toMatch(/a crash of this process loses nothing, a loss of power may.* \d+ MB/);
  await store.close();
  await rm(parent, { recursive: true });
});

test('a folder that cannot be made is an error with a code', async () => {
  await expect(openStore({ kind: 'folder', folder: '/dev/null/calls' }, { clock: Date })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringContaining('/dev/null/calls') as string,
  });
});

describe.skipIf(DATABASE_URL === undefined)('a server', () => {
  test('keeps calls and deliveries, and is named without its password', async () => {
    const schema = await createSchema();
    expect(await reopened({ kind: 'postgres', url: schema.url })).toEqual({ events: [event], due: 1 });
    const url = new URL(schema.url);
    url.password = 'geheim';
    const store = await openStore({ kind: 'postgres', url: url.href }, { clock: Date });
    expect(store.description).toBe(`keeps calls in Postgres ${url.hostname}:${url.port || '5432'}${url.pathname}`);
    await store.close();
    await schema.drop();
  });
});
