import { hash, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VoiceError } from '../errors.ts';
import { isJsonObject, parseJson, type JsonValue } from '../json.ts';

/** Who holds a folder. */
type Holder = {
  readonly pid: number;
  readonly host: string;
  /** When it took the folder, for people. */
  readonly since: string;
  /** When its process began, as the system counts: a number of a process is used again. Empty where that is not known. */
  readonly began: string;
};

const LOCK_FILE = 'lock.json';
/** Several processes may find the lock of one dead process at once; the last of them finds a living one soon. */
const MOST_TRIES = 20;

/**
 * Makes a folder this process's own until the returned function is called. The lock of a process that has died is taken
 * over; that of another machine never, because nobody can tell from here whether it lives.
 *
 * @throws STORE_LOCKED
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = path.join(folder, LOCK_FILE);
  const own = JSON.stringify(await thisProcess());
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (await createWhole(file, own)) return () => unlock(file, own);
    const found = await readFile(file, 'utf8').catch(() => undefined);
    if (found === undefined) continue;
    const holder = holderIn(found);
    if (holder === undefined || (await isAlive(holder))) throw locked(folder, holder);
    await removeDead(file, found, own);
  }
  throw locked(folder, undefined);
}

/** Creates a file with all of its content at once; false when it is there already. */
async function createWhole(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** While another process clears the same lock away. */
const PAUSE_MS = 10;

/**
 * Removes the lock of a dead process, if it is still there. Whoever removes it must hold a claim to that very lock: without
 * one, a slower process would remove the lock that a faster one has put in its place.
 */
async function removeDead(file: string, text: string, own: string): Promise<void> {
  const claim = `${file}.${hash('sha256', text).slice(0, 16)}`;
  if (!(await createWhole(claim, own))) {
    const claimer = holderIn(await readFile(claim, 'utf8').catch(() => ''));
    if (claimer !== undefined && !(await isAlive(claimer))) await rm(claim, { force: true });
    await delay(PAUSE_MS);
    return;
  }
  try {
    if ((await readFile(file, 'utf8').catch(() => undefined)) === text) await rm(file);
  } finally {
    await rm(claim, { force: true });
  }
}

async function unlock(file: string, own: string): Promise<void> {
  const found = await readFile(file, 'utf8').catch(() => undefined);
  if (found === own) await rm(file, { force: true });
}

async function thisProcess(): Promise<Holder> {
  const { pid } = process;
  return { pid, host: hostname(), since: new Date().toISOString(), began: await beginOf(pid) };
}

async function isAlive({ pid, host, began }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = await beginOf(pid);
  return began === '' || now === '' || now === began;
}

/** When a process began, in ticks since the machine did; empty where there is no /proc. */
async function beginOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the name in brackets, which may hold anything; the twenty-second is the time.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function holderIn(text: string): Holder | undefined {
  const parsed = parseJson(text);
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined;
  const { pid, host, since, began } = parsed.value;
  if (typeof pid !== 'number' || typeof host !== 'string') return undefined;
  return { pid, host, since: textOf(since), began: textOf(began) };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function locked(folder: string, holder: Holder | undefined): VoiceError {
  const by = holder === undefined ? 'somebody' : `process ${holder.pid} on ${holder.host} since ${holder.since}`;
  return new VoiceError('STORE_LOCKED', { folder, by, file: path.join(folder, LOCK_FILE) });
}
