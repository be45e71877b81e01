import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cxml } from '../../grammars/cxml.ts';
import { DEFAULT_SETTINGS } from '../../src/app.ts';
import { check } from '../../src/cli/check.ts';
import { readConfigText, settleLayers } from '../../src/cli/config/settle.ts';
import { fmt } from '../../src/cli/fmt.ts';
import { init } from '../../src/cli/init.ts';
import { createProgram } from '../../src/cli/program.ts';
import { xsd } from '../../src/language/xsd.ts';
import { readFixture } from '../../src/replay/fixture.ts';
import { isFaithful, replay } from '../../src/replay/replay.ts';

let folder = '';
beforeEach(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'colloquy-init-')), 'app');
});
afterEach(() => rm(path.dirname(folder), { recursive: true }));

/** Beside the recorded call, whose files are the recorder's business. */
const FILES = [
  '.vscode/settings.json',
  'README.md',
  'colloquy.config.json',
  'config.schema.json',
  'cxml.xsd',
  'fixture.schema.json',
  'hello.xml',
];

const read = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');

async function filesIn(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .toSorted();
}

test('it writes an application, a recorded call, schemas and a README, and names each', async () => {
  const { output, exitCode } = await init(folder);
  expect(exitCode).toBe(0);
  const files = await filesIn();
  expect(files.filter((name) => !name.startsWith('calls/'))).toEqual(FILES);
  expect(files.filter((name) => name.startsWith('calls/hello/expected/'))).toHaveLength(3);
  for (const name of files) expect(output).toContain(`written  ${path.join(folder, name)}\n`);
  expect(output).toContain(
    `${files.length} files written\nnext: cd ${folder}; npx colloquy check hello.xml, then npx colloquy call hello.xml; `,
  );
});

test('the application has no fault on any platform that is served, and is in canonical form', async () => {
  await init(folder);
  const app = path.join(folder, 'hello.xml');
  for (const platform of ['twilio', 'cloudonix']) {
    expect(await check([app], { platform })).toEqual({
      output: `${app} on ${platform}: no declared parameter ends a call\n1 document checked: no faults\n`,
      problems: '',
      exitCode: 0,
    });
  }
  expect(await fmt([app], { check: true })).toMatchObject({ exitCode: 0 });
});

test('the recorded call is of that application, and replays to the byte', async () => {
  await init(folder);
  const files = await readFixture(path.join(folder, 'calls/hello'));
  const result = replay(files, DEFAULT_SETTINGS);
  expect(result.faults).toEqual([]);
  expect(result.answers).toHaveLength(3);
  expect(isFaithful(result)).toBe(true);
  expect(await read('calls/hello/documents/01.xml')).toBe(await read('hello.xml'));
  expect(await read('calls/hello/expected/03.xml')).toContain('Goodbye!</Say><Hangup/>');
});

test('the call names a schema that is there', async () => {
  await init(folder);
  const { $schema } = JSON.parse(await read('calls/hello/call.json')) as { readonly $schema: string };
  const schema = path.relative(folder, path.resolve(folder, 'calls/hello', $schema));
  expect(JSON.parse(await read(schema))).toHaveProperty('title', 'A recorded call');
});

test('editors find the schema: by the association and by the application itself', async () => {
  await init(folder);
  const settings = JSON.parse(await read('.vscode/settings.json')) as {
    readonly 'xml.fileAssociations': readonly { readonly systemId: string }[];
  };
  const located = /xsi:noNamespaceSchemaLocation="([^"]*)"/.exec(await read('hello.xml'))?.[1] ?? '';
  expect([settings['xml.fileAssociations'][0]?.systemId, located]).toEqual(['cxml.xsd', 'cxml.xsd']);
  expect(await read(located)).toBe(xsd(cxml));
});

test('the application is valid by its schema', async () => {
  await init(folder);
  using schema = XmlDocument.fromString(await read('cxml.xsd'));
  using validator = XsdValidator.fromDoc(schema);
  using document = XmlDocument.fromString(await read('hello.xml'));
  expect(() => validator.validate(document)).not.toThrow();
});

test('what is there is named and left as it is', async () => {
  await mkdir(path.join(folder, '.vscode'), { recursive: true });
  await writeFile(path.join(folder, 'hello.xml'), 'mine');
  await writeFile(path.join(folder, '.vscode/settings.json'), '{}');
  const { output, exitCode } = await init(folder);
  expect(exitCode).toBe(0);
  expect(output).toContain(`left     ${path.join(folder, 'hello.xml')}\n`);
  expect(output).toContain(`left     ${path.join(folder, '.vscode/settings.json')}\n`);
  expect(output).toContain(`${(await filesIn()).length - 2} files written\n`);
  expect([await read('hello.xml'), await read('.vscode/settings.json')]).toEqual(['mine', '{}']);
});

test('a recorded call of the same name is left whole', async () => {
  await mkdir(path.join(folder, 'calls/hello'), { recursive: true });
  await writeFile(path.join(folder, 'calls/hello/call.json'), 'mine');
  await init(folder);
  expect(await readdir(path.join(folder, 'calls/hello'))).toEqual(['call.json']);
  expect(await read('calls/hello/call.json')).toBe('mine');
});

test('twice changes nothing', async () => {
  await init(folder);
  const files = await filesIn();
  const before = await Promise.all(files.map(read));
  expect((await init(folder)).output).toContain('0 files written\n');
  expect(await Promise.all(files.map(read))).toEqual(before);
});

test('a folder that is a file is refused in one line', async () => {
  await mkdir(path.dirname(folder), { recursive: true });
  await writeFile(folder, '');
  await expect(init(folder)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^cannot write in .+app: it is a file; expected a folder$/) as string,
  });
});

test('the configuration serves the application, and is valid by the schema that it names', async () => {
  await init(folder);
  const text = await read('colloquy.config.json');
  const { settled } = settleLayers(readConfigText(path.join(folder, 'colloquy.config.json'), text), {}, {});
  expect(settled.agents).toEqual({ hello: { source: path.join(folder, 'hello.xml') } });
  const { $schema } = JSON.parse(text) as { readonly $schema: string };
  const validate = new Ajv2020().compile(JSON.parse(await read($schema)) as object);
  expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null]);
});

test('the README names commands that exist', async () => {
  await init(folder);
  const named = [...(await read('README.md')).matchAll(/^ {4}npx colloquy (\w+)/gm)].map(([, name]) => name);
  expect(named).toEqual(['check', 'call', 'serve', 'config', 'replay']);
  const existing = createProgram().commands.map((command) => command.name());
  for (const name of named) expect(existing).toContain(name);
});
