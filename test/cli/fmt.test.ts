import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fmt } from '../../src/cli/fmt.ts';

const UGLY = "<response><SAY voice='woman'>Hello.</SAY></response>";
const CANONICAL = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say voice="woman">Hello.</Say>
</Response>
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-fmt-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}

test('a file is written in canonical form, and is then left alone', async () => {
  const app = await file('app.xml', UGLY);
  await chmod(app, 0o640);
  expect(await fmt([app], {})).toEqual({ output: `changed  ${app}\n1 file of 1 changed\n`, problems: '', exitCode: 0 });
  expect(await readFile(app, 'utf8')).toBe(CANONICAL);
  const { mtimeMs, mode } = await stat(app);
  expect(mode & 0o777).toBe(0o640);
  expect(await fmt([app], {})).toEqual({ output: '0 files of 1 changed\n', problems: '', exitCode: 0 });
  expect((await stat(app)).mtimeMs).toBe(mtimeMs);
});

test('a byte order mark and line ends of another system go', async () => {
  const app = await file('windows.xml', `\ufeff${CANONICAL.replaceAll('\n', '\r\n')}`);
  await fmt([app], {});
  expect(await readFile(app, 'utf8')).toBe(CANONICAL);
});

test('--check changes nothing and fails on what would change', async () => {
  const ugly = await file('ugly.xml', UGLY);
  const good = await file('good.xml', CANONICAL);
  expect(await fmt([ugly, good], { check: true })).toEqual({
    output: `would change  ${ugly}\n1 file of 2 would change\n`,
    problems: '',
    exitCode: 1,
  });
  expect(await readFile(ugly, 'utf8')).toBe(UGLY);
  expect(await fmt([good], { check: true })).toMatchObject({ exitCode: 0 });
});

test.each([[{}], [{ check: true }]])(
  'a file that is no XML is refused with the place, and left as it is: %j',
  async (flags) => {
    const broken = await file('broken.xml', '<Response><Say>Fish & chips</Say></Response>');
    const { problems, exitCode } = await fmt([broken], flags);
    expect(exitCode).toBe(1);
    expect(problems).toMatch(/^\S+broken\.xml:1:\d+: error malformed-xml .+\n.+\n +\^+\n$/);
    expect(await readFile(broken, 'utf8')).toContain('Fish & chips');
  },
);

test('a fault that is not of the syntax is no obstacle', async () => {
  const app = await file('faulty.xml', '<Response><Pause length="x"/></Response>');
  expect(await fmt([app], {})).toMatchObject({ exitCode: 0 });
  expect(await readFile(app, 'utf8')).toContain('  <Pause length="x"/>\n');
});

test('a file that cannot be read is told of, and the others are formatted', async () => {
  const app = await file('app.xml', UGLY);
  const absent = path.join(folder, 'absent.xml');
  expect(await fmt([absent, app], {})).toEqual({
    output: `changed  ${app}\n1 file of 2 changed\n`,
    problems: `colloquy: cannot read the application ${absent}: there is no such file\n`,
    exitCode: 2,
  });
});
