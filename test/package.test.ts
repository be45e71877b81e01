import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack, type Packed } from './support/packed.ts';

/** A package is compiled, packed and unpacked, on a machine that may be busy. */
const PACKING_MS = 120_000;
const TIMEOUT = { timeout: 60_000 };

type Ended = { readonly code: number | null; readonly output: string; readonly problems: string };

let packed: Packed;
beforeAll(async () => {
  packed = await pack();
}, PACKING_MS);
afterAll(() => packed.remove());

/** Runs Node in the program that has the package installed. */
function node(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd: packed.program, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let problems = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output, problems })));
}

const colloquy = (...args: readonly string[]): Promise<Ended> =>
  node(path.join('node_modules', 'colloquy', 'bin', 'colloquy.js'), ...args);

async function run(name: string, program: string): Promise<Ended> {
  await writeFile(path.join(packed.program, name), program);
  return node(name);
}

async function manifest(): Promise<{ readonly version: string; readonly engines: { readonly node: string } }> {
  return JSON.parse(await readFile(path.join(packed.installed, 'package.json'), 'utf8')) as Awaited<
    ReturnType<typeof manifest>
  >;
}

describe('what is published', () => {
  test('publint has nothing to say', async () => {
    const { buffer, byteOffset, byteLength } = packed.tarball;
    const tarball = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    expect((await publint({ pack: { tarball }, strict: true })).messages).toEqual([]);
  });

  test('types are found wherever ES modules are', async () => {
    const analysis = await checkPackage(createPackageFromTarballData(packed.tarball));
    const problems = 'problems' in analysis ? analysis.problems : undefined;
    // The package is one of ES modules: resolution as of Node 10 knows no exports, and CommonJS has to import() it.
    const expected = ['CJSResolvesToESM', 'NoResolution'];
    expect(problems?.filter(({ kind }) => !expected.includes(kind))).toEqual([]);
    expect(
      problems
        ?.filter(({ kind }) => expected.includes(kind))
        .map((each) => 'resolutionKind' in each && each.resolutionKind),
    ).toEqual(['node10', 'node16-cjs', 'node10', 'node16-cjs']);
  });

  test('it holds what runs and what is read, and no sources, tests or fixtures', () => {
    const names = createPackageFromTarballData(packed.tarball)
      .listFiles()
      .map((name) => name.split('/node_modules/colloquy/')[1] ?? '');
    expect(names.filter((name) => !/^(bin|dist|docs)\//.test(name)).toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    expect(names.filter((name) => /(?<!\.d)\.ts$|\.map$|\.test\.|^dist\/(?!src|grammars)/.test(name))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(['bin/colloquy.js', 'dist/src/cli/main.js', 'dist/src/index.d.ts', 'docs/commands.md']),
    );
  });

  test('the oldest Node is the same everywhere', async () => {
    const launcher = await readFile(path.join(packed.installed, 'bin', 'node-version.js'), 'utf8');
    const [, major, minor] = /OLDEST_NODE = \[(\d+), (\d+)\]/.exec(launcher) ?? [];
    expect((await manifest()).engines.node).toBe(`>=${major}.${minor}`);
  });
});

describe('installed', () => {
  test('--version is the version of the package', TIMEOUT, async () => {
    expect(await colloquy('--version')).toEqual({ code: 0, output: `${(await manifest()).version}\n`, problems: '' });
  });

  test('an older Node is told what to do, in one line', TIMEOUT, async () => {
    const old = path.join(packed.program, 'old.mjs');
    await writeFile(old, "Object.defineProperty(process.versions, 'node', { value: '20.20.2' });\n");
    const bin = path.join('node_modules', 'colloquy', 'bin', 'colloquy.js');
    const { code, output, problems } = await node('--import', './old.mjs', bin, '--version');
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(problems).toMatch(/^colloquy: this is Node 20\.20\.2 and Node 22\.19 or newer is needed; [^\n]+\n$/);
  });

  test('an application is made, checked and replayed', TIMEOUT, async () => {
    expect(await colloquy('init', 'shop')).toMatchObject({ code: 0, problems: '' });
    expect(await colloquy('check', 'shop/hello.xml')).toMatchObject({ code: 0, problems: '' });
    const replayed = await colloquy('replay', 'shop/calls', '--app', 'hello=shop/hello.xml');
    expect(replayed).toMatchObject({ code: 0, problems: '' });
    expect(replayed.output).toContain('1 of 1 calls replayed alike\n');
  });

  test('diagnostics lead to the pages that were installed', TIMEOUT, async () => {
    await writeFile(path.join(packed.program, 'broken.xml'), '<Response><Pause length="x"/></Response>');
    const { output } = await colloquy('check', '--sarif', 'broken.xml');
    const [, page = ''] = /"helpUri": "file:\/\/([^"#]+)#/.exec(output) ?? [];
    expect(await readFile(page, 'utf8')).toContain('# ');
  });

  test('serve answers a platform', TIMEOUT, async () => {
    await writeFile(path.join(packed.program, 'hello.xml'), '<Response><Say>Hello from the package.</Say></Response>');
    const bin = path.join('node_modules', 'colloquy', 'bin', 'colloquy.js');
    const child = spawn(process.execPath, [bin, 'serve', '--app', 'hello=hello.xml', '--port', '0'], {
      cwd: packed.program,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const address = await new Promise<string>((resolve, reject) => {
        let said = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
          said += text;
          const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
          if (found !== undefined) resolve(found);
        });
        child.on('exit', () => reject(new Error(`it ended: ${said}`)));
      });
      const health = await fetch(`${address}/healthz`);
      expect([health.status, await health.text()]).toEqual([200, 'ok\n']);
      const body = new URLSearchParams({
        CallSid: 'CA1',
        From: '+15550001111',
        To: '+15550002222',
        CallStatus: 'ringing',
      });
      const answer = await fetch(`${address}/voice/hello`, { method: 'POST', body });
      expect(await answer.text()).toBe(
        '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hello from the package.</Say></Response>',
      );
    } finally {
      child.kill();
    }
  });
});

describe('imported', () => {
  test('colloquy reads, serves and signs', TIMEOUT, async () => {
    const { code, output, problems } = await run(
      'library.mjs',
      `
      import { bind, check, compile, createHttpClient, createServer, formatDiagnostics, parse, SIGNATURES } from 'colloquy';
      import { writeFile } from 'node:fs/promises';
      const tool = '<Tool name="look" url="https://a.example/look"><Description>Looks for it.</Description><Parameter name="From"/></Tool>';
      const xml = '<Response><Converse>' + tool + '<System>Be brief.</System><User>Hello</User></Converse></Response>';
      const broken = '<Response><Pause length="x"/></Response>';
      const errors = check(xml).filter(({ severity }) => severity === 'error');
      console.log(parse(xml).ok, errors.length, formatDiagnostics(broken, 'broken.xml', check(broken))[0].split('\\n')[0]);
      const compiled = compile(xml, { url: 'https://a.example/' });
      const { conversation } = compiled.program.verbs[0];
      console.log(conversation.tools[0].name, bind(conversation, {}).kind, bind(conversation, { From: '+15550001111' }).kind);
      const signed = SIGNATURES['standard-webhooks'].sign('c2VjcmV0', { id: '1', timestamp: 1, body: '{}' });
      console.log(signed.kind);
      const client = createHttpClient();
      const refused = await client.send({ method: 'GET', url: 'https://127.0.0.1/', timeoutMs: 1000, limitBytes: 10 });
      console.log(refused.kind, refused.code);
      await client.close();
      await writeFile('library.xml', '<Response><Say>From the library.</Say></Response>');
      const server = await createServer({
        agents: new Map([['desk', { source: 'library.xml' }]]),
        model: { baseUrl: 'https://model.example/v1', model: 'any', providers: {} },
        allowedHosts: [],
      });
      const address = await server.listen({ port: 0, host: '127.0.0.1' });
      const body = new URLSearchParams({ CallSid: 'CA1', From: '+15550001111', CallStatus: 'ringing' });
      console.log(await (await fetch(address + '/voice/desk', { method: 'POST', body })).text());
      await server.close();
      const absent = new Map([['desk', { source: 'absent.xml' }]]);
      const model = { baseUrl: 'https://model.example/v1', model: 'any', providers: {} };
      await createServer({ agents: absent, model, allowedHosts: [] }).catch(({ code }) => console.log(code));
      `,
    );
    expect({ code, problems }).toEqual({ code: 0, problems: '' });
    expect(output.split('\n')).toEqual([
      expect.stringMatching(/^true 0 broken\.xml:1:\d+: error /) as string,
      'look missing bound',
      'signed',
      'failed refused',
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say>From the library.</Say></Response>',
      'APPLICATION_UNREADABLE',
      '',
    ]);
  });

  test('the example of docs/fixtures.md runs, and its test fails when the application changes', TIMEOUT, async () => {
    const page = await readFile(path.join(packed.installed, 'docs', 'fixtures.md'), 'utf8');
    const [, example = ''] = /```js\n([^]*?)```/.exec(page) ?? [];
    await mkdir(path.join(packed.program, 'desk'), { recursive: true });
    await colloquy('init', 'desk');
    const file = path.join(packed.program, 'desk', 'calls.test.mjs');
    await writeFile(file, example);
    const runTests = (): Promise<Ended> => node('--test', '--test-reporter=tap', file);
    expect(await runTests()).toMatchObject({ code: 0 });
    const application = path.join(packed.program, 'desk', 'hello.xml');
    await writeFile(application, (await readFile(application, 'utf8')).replace('Hello!', 'Good day!'));
    const { code, output } = await runTests();
    expect(code).toBe(1);
    expect(output).toMatch(/- +<Say>Hello![^]*\+ +<Say>Good day!/);
  });

  test('CommonJS can require both entries', TIMEOUT, async () => {
    const { code, output } = await run(
      'required.cjs',
      "console.log(typeof require('colloquy').createServer, typeof require('colloquy/testing').replay);",
    );
    expect({ code, output }).toEqual({ code: 0, output: 'function function\n' });
  });

  test('a strict program compiles against the types', TIMEOUT, async () => {
    await writeFile(
      path.join(packed.program, 'program.mts'),
      `
      import { bind, check, compile, createServer, type Config, type Diagnostic } from 'colloquy';
      import { findFixtures, replay, type Replay } from 'colloquy/testing';
      const faults: readonly Diagnostic[] = check('<Response/>', { platform: 'twilio' });
      const compiled = compile('<Response/>');
      if (compiled.kind === 'program') for (const verb of compiled.program.verbs) if (verb.kind === 'gather') bind(verb.conversation, {}).kind;
      const config: Config = { agents: new Map(), model: { baseUrl: '', model: '', providers: {} }, allowedHosts: [] };
      (await createServer(config)).close satisfies Function;
      const replays: Promise<Replay>[] = (await findFixtures('calls')).map((folder) => replay(folder, { document: 'a.xml' }));
      // @ts-expect-error a platform that does not exist
      check('<Response/>', { platform: 'pigeon' });
      export { faults, replays };
      `,
    );
    const flags = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--types',
      'node',
      '--ignoreConfig',
    ];
    const { code, output } = await node(path.join('node_modules', 'typescript', 'bin', 'tsc'), ...flags, 'program.mts');
    expect({ code, output }).toEqual({ code: 0, output: '' });
  });
});
