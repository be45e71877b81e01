import { spawn } from 'node:child_process';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';
import { recordedApplication, recordedCall } from '../support/recorded.ts';

const COLLOQUY = fileURLToPath(new URL('../../bin/colloquy.js', import.meta.url));
/** Starting a process on a machine that is busy takes a while. */
const TIMEOUT = { timeout: 30_000 };

let recorded: Awaited<ReturnType<typeof recordedCall>>;
let folder = '';
const at = (...names: readonly string[]): string => path.join(folder, ...names);

beforeAll(async () => {
  recorded = await recordedCall();
  folder = path.join(recorded.folder, '../..');
  await cp(recorded.folder, at('original'), { recursive: true });
});
afterAll(() => recorded.remove());
beforeEach(async () => {
  await rm(at('calls'), { recursive: true });
  await cp(at('original'), at('calls', 'one'), { recursive: true });
});

type Ended = { readonly code: number | null; readonly output: string; readonly problems: string };

function replay(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [COLLOQUY, 'replay', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let problems = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output, problems })));
}

test('calls that are the same are a line each, and exit code 0', TIMEOUT, async () => {
  const line = `same  ${path.join('calls', 'one')}  2 answers, 2 model requests, 1 tool request\n`;
  expect(await replay('calls')).toEqual({ code: 0, output: `${line}1 of 1 calls replayed alike\n`, problems: '' });
});

test('a changed application is shown by its differences, in JUnit too, and exit code 1', TIMEOUT, async () => {
  await writeFile(at('application.xml'), recordedApplication('Welcome', 'Hello'));
  const { code, output, problems } = await replay('calls', '--app', 'desk=application.xml', '--junit', 'report.xml');
  expect([code, problems]).toEqual([1, '']);
  expect(output).toMatch(
    /^DIFFERENT {2}\S+one\n[^]*\n {4}- +<Say>Welcome[^]*\n {4}\+ +<Say>Hello[^]*0 of 1 calls replayed alike\n$/,
  );
  const report = parseStrictly(await readFile(at('report.xml'), 'utf8'));
  expect(report.attributes).toMatchObject({ tests: '1', failures: '1', errors: '0' });
  expect(nodesNamed(report, 'failure').map(textOf).join()).toContain('<Say>Hello');
  expect(await replay('calls')).toMatchObject({ code: 0 });
});

test('an application of another name changes nothing', TIMEOUT, async () => {
  await writeFile(at('application.xml'), recordedApplication('Welcome', 'Hello'));
  expect(await replay('calls', '--app', 'other=application.xml')).toMatchObject({ code: 0 });
});

test('--update makes what came out what is expected, the document with it', TIMEOUT, async () => {
  await writeFile(at('application.xml'), recordedApplication('Welcome', 'Hello').replace('/look"', '/find"'));
  const updated = await replay('calls', '--app', 'desk=application.xml', '--update');
  expect(updated).toEqual({
    code: 0,
    output: `updated  ${path.join('calls', 'one')}\n0 of 1 calls replayed alike, 1 call updated\n`,
    problems: '',
  });
  expect(await replay('calls')).toMatchObject({ code: 0 });
  expect(await readFile(at('calls', 'one', 'expected', '01.xml'), 'utf8')).toContain('<Say>Hello');
  expect(await readFile(at('calls', 'one', 'documents', '01.xml'), 'utf8')).toContain('<Say>Hello');
  expect(await readFile(at('calls', 'one', 'call.json'), 'utf8')).toContain('/find"');
});

test('--update leaves a call alone that goes another way now', TIMEOUT, async () => {
  await writeFile(at('application.xml'), recordedApplication('name="look"', 'name="find"'));
  const { code, output } = await replay('calls', '--app', 'desk=application.xml', '--update');
  expect(code).toBe(1);
  expect(output).toContain('  turn 2: the tool look is not called here\n');
  expect(output).toContain('not updated');
  expect(await replay('calls')).toMatchObject({ code: 0 });
});

test('a fixture that cannot be used is named, the others are replayed, and exit code 2', TIMEOUT, async () => {
  await cp(at('original'), at('calls', 'broken'), { recursive: true });
  await writeFile(at('calls', 'broken', 'call.json'), '{}');
  const { code, output } = await replay('calls', '--junit', 'report.xml');
  expect(code).toBe(2);
  expect(output).toMatch(
    /^UNUSABLE {2}\S+call\.json is not a call fixture: it has no "about"\nsame {2}[^]*1 of 2 calls replayed alike\n$/,
  );
  const report = parseStrictly(await readFile(at('report.xml'), 'utf8'));
  expect(report.attributes).toMatchObject({ tests: '2', failures: '0', errors: '1' });
});

test.each<[string, readonly string[], RegExp]>([
  ['a folder that is not there', ['nowhere'], /^colloquy: nowhere is not a call fixture: there is no such folder\n$/],
  ['a folder without a call', ['original/documents'], /^colloquy: original\/documents .*it has no call\.json.*\n$/],
  ['an application without a name', ['calls', '--app', 'x.xml'], /^error: option '--app .+ Expected name=source\.\n$/],
  [
    'an application that is not there',
    ['calls', '--app', 'desk=x.xml'],
    /^colloquy: cannot read the application x\.xml: .+\n$/,
  ],
  [
    'an application with faults',
    ['calls', '--app', 'desk=calls/one/call.json'],
    /^colloquy: calls\/one\/call\.json cannot be run:\n/,
  ],
  [
    'a report that cannot be written',
    ['calls', '--junit', 'nowhere/report.xml'],
    /^colloquy: --junit nowhere\/report\.xml: .+\n$/,
  ],
])('%s is one message, and exit code 2', TIMEOUT, async (_name, args, problems) => {
  const ended = await replay(...args);
  expect(ended.code).toBe(2);
  expect(ended.problems).toMatch(problems);
});
