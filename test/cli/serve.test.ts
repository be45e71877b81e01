import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { init } from '../../src/cli/init.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** Starting a process on a machine that is busy takes a while. */
const STARTING_MS = 30_000;

type Ended = { readonly code: number | null; readonly output: string; readonly problems: string };
type Environment = { readonly [name: string]: string };

let folder = '';
let modelUrl = '';
const running: ChildProcess[] = [];

/** A model that says goodbye to whoever thanks it, and something about the moon to anybody else. */
const model = createServer((incoming, response) => {
  let text = '';
  incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  incoming.on('end', () => {
    // A connection is opened ahead of the first request for an answer.
    if (text === '') return response.writeHead(404).end();
    const { messages } = JSON.parse(text) as { readonly messages: readonly { role: string; content: string }[] };
    const isBye = /thank/i.test(messages.findLast(({ role }) => role === 'user')?.content ?? '');
    const send = (delta: object, finish: string | null = null): void => {
      const chunk = { id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    send({ role: 'assistant', content: isBye ? 'Goodbye!' : 'It is far away.' });
    const hangup = { index: 0, id: 'c1', type: 'function', function: { name: 'hangup', arguments: '{}' } };
    if (isBye) send({ tool_calls: [hangup] });
    send({}, isBye ? 'tool_calls' : 'stop');
    return response.end('data: [DONE]\n\n');
  });
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-serve-'));
  await init(folder);
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
  modelUrl = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  model.closeAllConnections();
  model.close();
  await rm(folder, { recursive: true });
});

function start(args: readonly string[], environment: Environment = {}, said?: string): ChildProcess {
  // An embedded engine takes seconds to start.
  const env = { PATH: process.env['PATH'], OPENAI_BASE_URL: modelUrl, COLLOQUY_STORE: 'memory', ...environment };
  const stdio = [said === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env, stdio: [...stdio] });
  child.stdin?.end(said);
  running.push(child);
  return child;
}

function ended(child: ChildProcess): Promise<Ended> {
  let output = '';
  let problems = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (problems += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output, problems })));
}

/** The address that a server says it listens on. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (text: Buffer) => {
      output += text.toString();
      const [, address] = /listens on (http:\S+?),/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.on('close', (code) => reject(new Error(`ended with ${code}: ${output}`)));
  });
}

test('in a folder that init made, serve answers, records a call and stops', { timeout: STARTING_MS }, async () => {
  const child = start(['serve', '--port', '0', '--record', 'recorded'], { COLLOQUY_STORE: '' });
  const end = ended(child);
  const address = await listening(child);
  const post = async (url: string, parameters: object = {}): Promise<string> => {
    const body = new URLSearchParams({ CallSid: 'CA1', From: '+15550001111', To: '+15550002222', ...parameters });
    return (await fetch(url, { method: 'POST', body })).text();
  };
  const greeting = await post(`${address}/voice/hello`);
  expect(greeting).toContain('<Say>Hello! What would you like to know?</Say>');
  const action = /action="([^"]*)"/.exec(greeting)?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(await post(action, { SpeechResult: 'Thank you' })).toContain('Goodbye!</Say><Hangup/>');
  child.kill('SIGTERM');
  const { code, output } = await end;
  expect(code).toBe(0);
  expect(output).toMatch(
    /configured by colloquy\.config\.json\n {2}keeps calls in colloquy-data: a crash .+ loses nothing, a loss of power may; .+ MB .+; removes them 30 days .+\n {2}hello {2}runs hello\.xml\n/,
  );
  const [recorded = ''] = await readdir(path.join(folder, 'recorded'));
  expect(await readFile(path.join(folder, 'recorded', recorded, 'call.json'), 'utf8')).not.toContain('15550001111');
});

test('a call outlives the process, and a folder has one process at a time', { timeout: 3 * STARTING_MS }, async () => {
  const serving = ['serve', '--port', '0', '--store', 'folder', '--data-folder', 'kept'];
  const post = async (url: string, parameters: object = {}): Promise<string> => {
    const body = new URLSearchParams({ CallSid: 'CA2', From: '+15550001111', To: '+15550002222', ...parameters });
    return (await fetch(url, { method: 'POST', body })).text();
  };
  const first = start(serving);
  const address = await listening(first);
  const action = /action="([^"]*)"/.exec(await post(`${address}/voice/hello`))?.[1]?.replaceAll('&amp;', '&') ?? '';
  expect(await ended(start(serving))).toMatchObject({
    code: 2,
    problems: expect.stringMatching(
      new RegExp(`^colloquy: kept is held by process ${first.pid} on \\S+ since \\S+; stop that, .+\\n$`),
    ) as string,
  });
  const gone = ended(first);
  first.kill('SIGKILL');
  await gone;
  const again = await listening(start(serving));
  const answer = await post(action.replace(new URL(action).origin, again), { SpeechResult: 'How far is the moon?' });
  expect(answer).toContain('It is far away.');
});

test('a store that is not there is one line, and exit code 1', { timeout: STARTING_MS }, async () => {
  const environment = { COLLOQUY_STORE: '', DATABASE_URL: 'postgres://me:geheim@127.0.0.1:1/calls' };
  const { code, output, problems } = await ended(start(['serve', '--port', '0'], environment));
  expect([code, output]).toEqual([1, '']);
  expect(problems).toMatch(/^colloquy: the store cannot be reached: .*ECONNREFUSED.*\n$/);
  expect(problems).not.toContain('geheim');
});

test('each agent is verified by its own credentials, and says its own lines', { timeout: STARTING_MS }, async () => {
  const agents = {
    open: { source: 'hello.xml', platform: 'twilio' },
    mine: { source: 'hello.xml', platforms: { cloudonix: { apiKey: 'MY_KEY' } } },
    late: { source: 'http://127.0.0.1:1/nobody-listens', lines: { failure: 'Not today.' } },
  };
  await writeFile(path.join(folder, 'agents.json'), JSON.stringify({ agents }));
  const child = start(['serve', '--config', 'agents.json', '--port', '0'], { MY_KEY: 'key-of-mine' });
  const address = await listening(child);
  const ask = async (
    agent: string,
    headers: { readonly [name: string]: string } = {},
  ): Promise<readonly [number, string]> => {
    const body = new URLSearchParams({ CallSid: agent });
    const response = await fetch(`${address}/voice/${agent}`, { method: 'POST', headers, body });
    return [response.status, await response.text()];
  };
  expect((await ask('open'))[0]).toBe(200);
  expect((await ask('mine'))[0]).toBe(403);
  expect((await ask('mine', { authorization: 'Bearer key-of-mine' }))[0]).toBe(200);
  expect(await ask('late')).toEqual([200, expect.stringContaining('<Say>Not today.</Say><Hangup/>')]);
});

test.each<[string, readonly string[]]>([
  ['its file', ['hello.xml']],
  ['its name in the configuration', ['hello']],
  ['nothing, as it is the only one', []],
  ['its file, called by a platform with names of its own', ['hello.xml', '--platform', 'plivo']],
])('call talks to an application by %s', { timeout: STARTING_MS }, async (_what, args) => {
  const { code, output, problems } = await ended(start(['call', ...args], {}, 'How far is the moon?\nThank you\n'));
  expect([code, problems]).toEqual([0, '']);
  expect(output).toContain('Hello! What would you like to know?\n> It is far away.\n> Goodbye!\n  -> hangup {}\n  <- ');
  expect(output).toMatch(/\(the call ends\)\n$/);
});

test('call is told which application, where there are several', { timeout: STARTING_MS }, async () => {
  await writeFile(path.join(folder, 'several.json'), JSON.stringify({ agents: { a: 'a.xml', b: 'b.xml' } }));
  const { code, problems } = await ended(start(['call', '--config', 'several.json'], {}, ''));
  expect([code, problems]).toEqual([2, 'colloquy: name an application: a file, a URL, or one of a, b\n']);
});

test('call without a key says so before the model is asked', { timeout: STARTING_MS }, async () => {
  const { problems } = await ended(start(['call', 'hello.xml'], { OPENAI_BASE_URL: '' }, ''));
  expect(problems).toMatch(/^colloquy: OPENAI_API_KEY is not set: .+\n$/);
});

test('call says in words that its application is not there', { timeout: STARTING_MS }, async () => {
  const { code, problems } = await ended(start(['call', 'nofile.xml'], {}, ''));
  expect([code, problems]).toEqual([2, 'colloquy: cannot read the application nofile.xml: there is no such file\n']);
});

describe('what cannot be served is one line with its mend, and exit code 2', () => {
  beforeAll(async () => {
    const write = (name: string, content: object | string): Promise<void> =>
      writeFile(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    await write('typo.json', '{\n  "agnets": {}\n}');
    await write('empty.json', '{}');
    await write('named.json', {
      agents: { a: { source: 'hello.xml', platforms: { plivo: { authToken: 'NOT_THERE' } } } },
    });
    await write('two.json', { agents: { a: 'hello.xml', b: { source: 'hello.xml', platform: 'telnyx' } } });
    await write('fallback.json', { fallback: 'absent.xml', agents: { a: 'hello.xml' } });
    await write('broken.xml', '<Response><Pause length="x"/></Response>');
  });

  test.each<[string, readonly string[], Environment, RegExp]>([
    [
      'a key that is none',
      ['--config', 'typo.json'],
      {},
      /^typo\.json:2:3: unknown key "agnets"; did you mean "agents"\?$/,
    ],
    [
      'nothing',
      ['--config', 'empty.json'],
      {},
      /^there is nothing to serve: name an application in empty\.json or .+"colloquy init" writes both$/,
    ],
    [
      'a missing variable',
      ['--config', 'named.json'],
      {},
      /^named\.json:1:72: agents\.a\.platforms\.plivo\.authToken is in NOT_THERE, which is not set$/,
    ],
    [
      'a fallback that is not there, though the application is',
      ['--config', 'fallback.json'],
      {},
      /^cannot read the application absent\.xml: there is no such file$/,
    ],
    [
      'an application with faults',
      ['--app', 'a=broken.xml'],
      {},
      /^broken\.xml cannot be run:\nbroken\.xml:1:26: error bad-attribute [^]+$/,
    ],
    [
      'a public address for agents that nobody verifies',
      ['--config', 'two.json', '--host', '0.0.0.0'],
      { TWILIO_AUTH_TOKEN: 't' },
      /^0\.0\.0\.0 is reachable from outside, and no platform is verified for b; set a credential .+ or pass --insecure$/,
    ],
    [
      'an address of another machine',
      ['--host', '192.0.2.1', '--insecure'],
      {},
      /^cannot listen on 192\.0\.2\.1:3000: the address is not one of this machine; .+--host.+$/,
    ],
    [
      'an application that is not there',
      ['--app', 'a=nofile.xml'],
      {},
      /^cannot read the application nofile\.xml: there is no such file$/,
    ],
    [
      'a file to record in',
      ['--record', 'hello.xml'],
      {},
      /^cannot record in hello\.xml: it is a file; expected a folder$/,
    ],
    [
      'a file to keep calls in',
      ['--store', 'folder', '--data-folder', 'hello.xml'],
      {},
      /^cannot keep calls in hello\.xml: it is a file; expected a folder$/,
    ],
    [
      'a folder that cannot be made',
      ['--record', 'hello.xml/calls'],
      {},
      /^cannot record in hello\.xml\/calls: a part of its path is a file; expected folders$/,
    ],
  ])('%s', { timeout: STARTING_MS }, async (_what, args, environment, message) => {
    const { code, output, problems } = await ended(start(['serve', ...args], environment));
    expect([code, output]).toEqual([2, '']);
    expect(problems).toMatch(/^colloquy: /);
    expect(problems.slice('colloquy: '.length).trimEnd()).toMatch(message);
    expect(problems).not.toContain('\n    at ');
  });

  test('a port that is taken', { timeout: STARTING_MS }, async () => {
    const port = String((model.address() as AddressInfo).port);
    const { code, problems } = await ended(start(['serve', '--port', port]));
    expect(code).toBe(2);
    expect(problems).toContain(
      `colloquy: port ${port} is taken; choose another with --port, or --port 0 for any free one\n`,
    );
  });
});
