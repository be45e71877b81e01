import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const COLLOQUY = fileURLToPath(new URL('../../bin/colloquy.js', import.meta.url));
/** Starting two processes on a machine that is busy takes a while. */
const STARTING_MS = 30_000;

type Ended = { readonly code: number | null; readonly output: string; readonly problems: string };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-process-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command line as users do: through the launcher, without a terminal. */
function colloquy(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [COLLOQUY, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let problems = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output, problems })));
}

test('an application made by init passes check, fmt --check and replay', { timeout: STARTING_MS }, async () => {
  expect(await colloquy('init', 'shop')).toMatchObject({ code: 0, problems: '' });
  const app = path.join('shop', 'hello.xml');
  const results = await Promise.all([
    colloquy('check', app, '--platform', 'twilio'),
    colloquy('fmt', '--check', app),
    colloquy('replay', path.join('shop', 'calls')),
    colloquy('compile', app),
  ]);
  expect(results.map(({ code, problems }) => [code, problems])).toEqual(results.map(() => [0, '']));
  expect(results[0]?.output).toContain('1 document checked: no faults\n');
  expect(results[2]?.output).toContain('1 of 1 calls replayed alike\n');
});

describe('exit codes, one line, and no trace of a stack', () => {
  beforeAll(async () => {
    await writeFile(path.join(folder, 'broken.xml'), '<Response><Pause length="x"/></Response>');
  });

  test.each<[string, readonly string[], number, RegExp]>([
    ['faults', ['check', 'broken.xml'], 1, /^$/],
    ['no arguments', ['check'], 2, /^error: missing required argument 'application'\n$/],
    [
      'an unknown option',
      ['check', '--jsonn', 'broken.xml'],
      2,
      /^error: unknown option '--jsonn'\n\(Did you mean --json\?\)\n$/,
    ],
    [
      'two forms at once',
      ['check', '--json', '--sarif', 'broken.xml'],
      2,
      /^error: option '--json' cannot be used with option '--sarif'\n$/,
    ],
    ['an unknown command', ['chekc'], 2, /^error: unknown command 'chekc'\n\(Did you mean check\?\)\n$/],
    ['an unknown platform', ['check', '--platform', 'twillio', 'x.xml'], 2, /^colloquy: --platform twillio: .+\n$/],
    ['a host that is none', ['check', '--allow-host', 'a b', '--', 'x.xml'], 2, /^colloquy: "a b" is not a host.+\n$/],
    [
      'a file that is not there',
      ['check', 'absent.xml'],
      2,
      /^colloquy: cannot read the application absent\.xml: .+\n$/,
    ],
    [
      'a code that does not exist',
      ['explain', 'doctipe'],
      2,
      /^colloquy: there is no diagnostic "doctipe"; did you mean "doctype"\?\n$/,
    ],
    ['help', ['check', '--help'], 0, /^$/],
  ])('%s', { timeout: STARTING_MS }, async (_name, args, code, problems) => {
    const ended = await colloquy(...args);
    expect(ended.code).toBe(code);
    expect(ended.problems).toMatch(problems);
    expect(ended.output + ended.problems).not.toContain('\n    at ');
    expect(ended.output + ended.problems).not.toContain('\u001b');
  });
});

// A device that is always full, which only Linux has.
test.skipIf(!existsSync('/dev/full'))(
  'output that cannot be written is one line',
  { timeout: STARTING_MS },
  async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [COLLOQUY, 'schema'], { stdio: ['ignore', full, 'pipe'] });
    let problems = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (problems += text));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2);
    expect(problems).toMatch(/^colloquy: cannot write the output: .+\n$/);
    closeSync(full);
  },
);

test('schema prints the XML Schema and nothing else', { timeout: STARTING_MS }, async () => {
  const { code, output, problems } = await colloquy('schema');
  expect({ code, problems }).toEqual({ code: 0, problems: '' });
  expect(output).toMatch(/^<\?xml [^]*<xs:schema[^]*<\/xs:schema>\n$/);
});
