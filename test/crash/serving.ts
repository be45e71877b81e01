import { spawn, type ChildProcess } from 'node:child_process';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** Starting a process, and an embedded engine in it, on a machine that is busy takes a while. */
const STARTING_MS = 60_000;
/** What no process of ours needs of this one's environment is left out, so that no key that happens to be set gets in. */
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR'];

export type ServeOptions = {
  readonly args: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** Where a configuration file is looked for. Default: where there is none. */
  readonly folder?: string;
};

/** `colloquy serve` in a process of its own. */
export type Serving = {
  readonly url: string;
  /** All that it has written to standard output and standard error so far. */
  readonly output: () => string;
  readonly isAlive: () => boolean;
  /** `kill -9`, at once; `gone` resolves when the process is no more. */
  kill(): void;
  /** Asks it to stop, as an operator does. Resolves when it has. */
  stop(): Promise<void>;
  readonly gone: Promise<void>;
};

/** Resolves when it listens; rejects, with what it has said, when it ends before that. */
export async function startServing({ args, env = {}, folder = tmpdir() }: ServeOptions): Promise<Serving> {
  const passed = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const child = spawn(process.execPath, [MAIN, 'serve', ...args], {
    env: { ...Object.fromEntries(passed), OPENAI_API_KEY: 'key-of-the-test', ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const gone = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  const url = await addressOf(child, () => output);
  return {
    url,
    output: () => output,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
    },
    gone,
  };
}

function addressOf(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`serve did not listen within ${STARTING_MS / 1000} s: ${output()}`));
    }, STARTING_MS);
    child.stdout?.on('data', () => {
      const [, address] = /listens on (http:\S+?),/.exec(output()) ?? [];
      if (address === undefined) return;
      clearTimeout(tooLate);
      resolve(address);
    });
    child.on('close', (code, signal) => {
      clearTimeout(tooLate);
      reject(new Error(`serve ended with ${code ?? signal} before it listened: ${output()}`));
    });
  });
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
