import { spawn, type ChildProcess } from 'node:child_process';
import type { Answer, Question } from './answering.ts';

/** A busy machine compiles slowly. */
const START_MS = 60_000;
const ANSWER_MS = 30_000;
/** A service that is told to stop lets its turns end first. */
const STOP_MS = 5_000;
const KEPT_PROBLEM_CHARACTERS = 4_000;

export type Started = {
  /** Where it listens, as it says itself. */
  readonly url: string;
  ask<T>(ask: string, given?: unknown): Promise<T>;
  /** Told to stop, then killed; resolves when it is gone. May be called twice. */
  stop(): Promise<void>;
};

export type StartOptions = {
  /** For Node itself, before the script. */
  readonly nodeArgs?: readonly string[];
  readonly env?: { readonly [name: string]: string };
  readonly cwd?: string;
};

/** What a child needs of this process's environment; settings that happen to be there are none of it. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];

/** A Node process that has said "listens on <url>". It ends with this one, however this one ends. */
export async function start(
  script: string,
  args: readonly string[] = [],
  { nodeArgs = [], env = {}, cwd }: StartOptions = {},
): Promise<Started> {
  const passed = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const child = spawn(process.execPath, [...nodeArgs, script, ...args], {
    env: { ...Object.fromEntries(passed), ...env },
    ...(cwd !== undefined && { cwd }),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const stop = stopper(child);
  try {
    const url = await listening(child, script);
    return { url, ask: (ask, given) => question(child, ask, given), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(child: ChildProcess, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    let problems = '';
    const fail = (what: string): void => reject(new Error(`${script} ${what}: ${problems || output}`));
    const timer = setTimeout(() => fail('did not say where it listens'), START_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      problems = (problems + text).slice(-KEPT_PROBLEM_CHARACTERS);
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, KEPT_PROBLEM_CHARACTERS);
      const [, url] = /listens on (http:[^\s,]+)[,\s]/.exec(output) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${code ?? signal}`);
    });
    child.once('error', reject);
  });
}

let questions = 0;

function question<T>(child: ChildProcess, ask: string, given: unknown): Promise<T> {
  questions += 1;
  const id = questions;
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      settle();
    };
    const fail = (what: string): void => done(() => reject(new Error(`a process ${what} when asked for "${ask}"`)));
    const onMessage = (message: unknown): void => {
      const { id: answered, answer } = message as Answer;
      if (answered === id) done(() => resolve(answer as T));
    };
    const onExit = (): void => fail('was gone');
    const timer = setTimeout(() => fail('was silent'), ANSWER_MS);
    child.on('message', onMessage).on('exit', onExit);
    child.send({ id, ask, given } satisfies Question, (error) => {
      if (error !== null) fail(`could not be reached (${error.message})`);
    });
  });
}

function stopper(child: ChildProcess): () => Promise<void> {
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  return async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(timer);
  };
}
