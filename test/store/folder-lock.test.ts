import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../src/store/folder-lock.ts';
import { openStore } from '../../src/store/store.ts';

const STORE = new URL('../../src/store/store.ts', import.meta.url).href;
/** Beyond what Linux gives out. */
const NO_PROCESS = 2 ** 22 + 1;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

const lockFile = (): string => path.join(folder, 'lock.json');
const writeLock = (holder: object): Promise<void> => writeFile(lockFile(), JSON.stringify(holder));

test('a folder is held by one at a time, and the other learns by whom', async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: 'STORE_LOCKED',
    message: expect.stringContaining(`process ${process.pid} on ${hostname()} since 20`) as string,
  });
  await unlock();
  await (
    await lockFolder(folder)
  )();
  expect(await readdir(folder)).toEqual([]);
});

test.each<[string, object]>([
  ['has died', { pid: NO_PROCESS, host: hostname(), since: '', began: '1' }],
  ['has died, and another has its number', { pid: process.pid, host: hostname(), since: '', began: '1' }],
])('the lock of a process that %s is taken over by one of many', async (_what, holder) => {
  await writeLock(holder);
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['lock.json']);
});

test.each<[string, string]>([
  ['of another machine', JSON.stringify({ pid: NO_PROCESS, host: 'elsewhere', since: 'yesterday', began: '' })],
  ['that nobody can read', 'what is this'],
])('a lock %s is left alone', async (_what, text) => {
  await writeFile(lockFile(), text);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
  expect(await readFile(lockFile(), 'utf8')).toBe(text);
});

test(
  'what one process has appended is there after it was killed; until then another one is refused',
  { timeout: 60_000 },
  async () => {
    const code = `
    import { openStore } from ${JSON.stringify(STORE)};
    const { log } = await openStore({ kind: 'folder', folder: ${JSON.stringify(folder)} }, { clock: Date });
    for (let seq = 1; ; seq += 1) {
      await log.append('desk/CA1', seq - 1, [{ kind: 'interrupted', seq, turn: 1, atMs: 0 }]);
      process.stdout.write(seq + '\\n');
    }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let told = '';
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        told += chunk.toString('utf8');
        if (told.includes('\n50\n')) resolve();
      });
    });
    await expect(openStore({ kind: 'folder', folder }, { clock: Date })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`process ${child.pid}`) as string,
    });
    child.kill('SIGKILL');
    await ended;
    const acknowledged = told.split('\n').slice(0, -1).length;
    const store = await openStore({ kind: 'folder', folder }, { clock: Date });
    const kept = await store.log.read('desk/CA1', 1);
    await store.close();
    expect(kept.length).toBeGreaterThanOrEqual(acknowledged);
    expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => index + 1));
  },
);
