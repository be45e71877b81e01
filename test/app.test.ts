import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp, type App, type AppOptions } from '../src/app.ts';
import type { CallEvent } from '../src/call/event.ts';
import { createMemoryStore, type Store } from '../src/store/store.ts';
import { callRequest, CALL_SID } from './support/world.ts';

const CALL_ID = `desk/${CALL_SID}`;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-app-'));
  await writeFile(path.join(folder, 'desk.xml'), '<Response><Say>Hello.</Say></Response>');
});
afterAll(() => rm(folder, { recursive: true }));

function appOver(options: Omit<AppOptions, 'logger'>): App {
  return createApp(
    {
      agents: new Map([['desk', { source: path.join(folder, 'desk.xml') }]]),
      model: { baseUrl: 'http://127.0.0.1:1/v1', model: 'none', providers: {} },
      allowedHosts: [],
    },
    { logger: pino({ level: 'silent' }), ...options },
  );
}

/** A turn whose node has died before it did anything. */
async function leftOff(): Promise<Store> {
  const store = createMemoryStore(Date);
  const request = callRequest();
  const start = { kind: 'turn-start', key: 'start:x', origin: { kind: 'start' }, request } as const;
  await store.log.append(CALL_ID, 0, [{ ...start, seq: 1, turn: 1, atMs: Date.now() }]);
  return { ...store, stalled: async () => [CALL_ID] };
}

async function eventsUntil(store: Store, kind: CallEvent['kind'], signal: AbortSignal): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const appended of store.log.follow(CALL_ID, 1, signal)) {
    kinds.push(...appended.map((event) => event.kind));
    if (kinds.includes(kind)) break;
  }
  return kinds;
}

test.each(['folder', 'postgres'] as const)('a turn that was left off in %s is run to its end', async (storeKind) => {
  const store = await leftOff();
  const app = appOver({ store, storeKind });
  const kinds = await eventsUntil(store, 'turn-end', AbortSignal.timeout(5_000));
  expect(kinds.slice(0, 2)).toEqual(['turn-start', 'taken-over']);
  expect(kinds).toContain('passed-verb');
  expect(kinds.at(-1)).toBe('turn-end');
  await app.close();
});

test('one in memory, which nobody can have left off, is let be', async () => {
  const store = await leftOff();
  const app = appOver({ store });
  expect(await eventsUntil(store, 'turn-end', AbortSignal.timeout(1_500))).toEqual(['turn-start']);
  await app.close();
});

test('a node that stops takes over nothing', async () => {
  const store = await leftOff();
  const app = appOver({ store, storeKind: 'postgres' });
  await app.drain(0);
  expect(await eventsUntil(store, 'turn-end', AbortSignal.timeout(1_500))).toEqual(['turn-start']);
  await app.close();
});
