import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../src/index.ts';
import { formatDiagnostics } from '../src/language/diagnostics.ts';
import { readFixture } from '../src/replay/fixture.ts';
import { replay } from '../src/testing.ts';

const EXAMPLES = fileURLToPath(new URL('../examples', import.meta.url));

/** Every example that is an application with recorded calls; the demo starts everything itself. */
const APPLICATIONS = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'demo')
  .map(({ name }) => name);
const documents = APPLICATIONS.flatMap((name) =>
  readdirSync(path.join(EXAMPLES, name)).flatMap((file) => (file.endsWith('.xml') ? [path.join(name, file)] : [])),
);
const calls = APPLICATIONS.flatMap((name) =>
  readdirSync(path.join(EXAMPLES, name, 'calls')).map((call) => [name, call] as const),
);

const read = (name: string): string => readFileSync(path.join(EXAMPLES, name), 'utf8');

test('there are four, each with a page and recorded calls', () => {
  expect(APPLICATIONS).toHaveLength(4);
  for (const name of APPLICATIONS) expect(read(path.join(name, 'README.md'))).toMatch(/^# /);
  expect([...new Set(calls.map(([name]) => name))]).toEqual(APPLICATIONS);
});

test('the overview leads to each of them', () => {
  expect(APPLICATIONS.filter((name) => !read('README.md').includes(`(${name}/README.md)`))).toEqual([]);
});

test.each(documents)('%s has no fault', (name) => {
  for (const platform of [undefined, 'twilio', 'cloudonix'] as const) {
    const source = read(name);
    const faults = check(source, { url: 'https://app.example/', ...(platform !== undefined && { platform }) });
    expect(formatDiagnostics(source, name, faults)).toEqual([]);
  }
});

test.each(calls)('the recorded call of %s, %s, is the same with the application as it is', async (name, call) => {
  const folder = path.join(EXAMPLES, name, 'calls', call);
  const { answers } = await replay(folder, { document: path.join(EXAMPLES, name, `${name}.xml`) });
  expect(answers.length).toBeGreaterThan(1);
});

test.each(calls)('the recorded call of %s, %s, has the other documents as they are', async (name, call) => {
  const { fixture, files } = await readFixture(path.join(EXAMPLES, name, 'calls', call));
  const arrived = fixture.turns.flatMap(({ steps }) => steps.flatMap((step) => ('document' in step ? [step] : [])));
  expect(arrived.length).toBeGreaterThan(0);
  const other = arrived.filter(({ document, url }) => {
    const file = path.posix.basename(new URL(url).pathname);
    // What belongs to a key has the URL of the question.
    return (
      file !== 'choice' && withoutNumbers(files.get(document) ?? '') !== withoutNumbers(read(path.join(name, file)))
    );
  });
  expect(other).toEqual([]);
});

/** Telephone numbers of fetched documents are replaced when they are recorded. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/\+\d{9,}/g, '+');
}

describe('the server of the menu', () => {
  let address = '';
  let child: ReturnType<typeof spawn>;
  beforeAll(async () => {
    child = spawn(process.execPath, [path.join(EXAMPLES, 'menu', 'server.js')], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    address = await new Promise<string>((resolve) =>
      child.stdout?.setEncoding('utf8').once('data', (line: string) => resolve(line.trim())),
    );
  });
  afterAll(() => child.kill());

  test.each<[string, string, string]>([
    ['menu.xml', '', 'menu.xml'],
    ['choice', '2', '2.xml'],
    ['choice', '9', 'unknown.xml'],
    ['choice', '../README', 'unknown.xml'],
    ['goodbye.xml', '', 'goodbye.xml'],
  ])('answers %s with the keys "%s" by %s', async (asked, Digits, file) => {
    const answer = await fetch(new URL(asked, address), { method: 'POST', body: new URLSearchParams({ Digits }) });
    expect(await answer.text()).toBe(read(path.join('menu', file)));
  });

  test('has nothing else', async () => {
    expect((await fetch(new URL('server.js', address))).status).toBe(404);
  });
});
