// Secrets are planted wherever an operator puts them, and servers around give back what they are sent; afterwards everything
// that a process has written is searched.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { signTwilio } from '../../src/signatures/twilio.ts';
import { createCaller, PUBLIC_URL } from '../crash/caller.ts';
import { ask, createFolder, createServerDatabase, type Place } from '../crash/places.ts';
import { startServing, type Serving } from '../crash/serving.ts';
import { DATABASE_URL } from '../support/schema.ts';
import { startServer, type SeenRequest, type TestServer } from '../support/servers.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const SIGNING_KEY = 'planted-signing-key-1f7c';
const CALLBACK_KEY = 'planted-callback-key-9d3b';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const SECRETS = {
  TWILIO_AUTH_TOKEN: 'planted-auth-token-52b1',
  CLOUDONIX_API_KEY: 'planted-api-key-77aa',
  OPENAI_API_KEY: 'sk-planted-model-key-c0de',
  COLLOQUY_SECRET_ORDERS: `whsec_${base64(SIGNING_KEY)}`,
  COLLOQUY_SECRET_HOOKS: `whsec_${base64(CALLBACK_KEY)}`,
} as const;
const PASSWORD = 'planted-password-31e4';
const PLANTED = [...Object.values(SECRETS), SIGNING_KEY, CALLBACK_KEY, PASSWORD];

/** Every form in which one of them is in a text. */
function secretsIn(text: string): readonly string[] {
  return PLANTED.flatMap((secret) =>
    [secret, base64(secret), encodeURIComponent(secret), secret.replace('whsec_', '')].filter((form) =>
      text.includes(form),
    ),
  );
}

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Answer = { readonly status: number; readonly type: string; readonly body: string };

/** The application's host, a model that repeats the key it was given when it refuses, and receivers that echo. */
function startAround(): Promise<TestServer> {
  return startServer((request, response) => {
    const { status, type, body } = answerTo(request);
    response.writeHead(status, { 'content-type': type }).end(body);
  });
}

function answerTo({ path: url, headers, body }: SeenRequest): Answer {
  const { pathname } = new URL(url, 'http://host');
  if (pathname === '/tool' || pathname === '/hook') {
    return { status: 500, type: 'application/json', body: JSON.stringify({ headers, body }) };
  }
  return pathname === '/v1/chat/completions'
    ? modelAnswer(body, headers.authorization ?? '')
    : { status: 200, type: 'text/xml', body: documentOf(headers.host ?? '') };
}

function modelAnswer(body: string, authorization: string): Answer {
  const { messages = [] } = (body === '' ? {} : JSON.parse(body)) as {
    readonly messages?: readonly { readonly role: string; readonly content: string }[];
  };
  const { role = '', content = '' } = messages.at(-1) ?? {};
  if (content.includes('fail')) {
    const error = { message: `Incorrect API key provided: ${authorization}` };
    return { status: 401, type: 'application/json', body: JSON.stringify({ error }) };
  }
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'order', arguments: '{"what":"tea"}' } };
  const asksTool = role === 'user' && content.includes('tea');
  const delta = asksTool ? { tool_calls: [call] } : { content: 'It is noted.' };
  const choices = [{ index: 0, delta, finish_reason: asksTool ? 'tool_calls' : 'stop' }];
  const chunk = { id: 'x', object: 'chat.completion.chunk', choices };
  return { status: 200, type: 'text/event-stream', body: `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n` };
}

function documentOf(host: string): string {
  return `<Response><Gather input="speech" actionOnEmptyResult="true"><Say>Welcome.</Say>
    <Converse statusCallback="http://${host}/hook" statusCallbackEvent="in-progress llm-response tool-response completed">
      <Tool name="order" url="http://${host}/tool" secret="orders"><Description>Orders.</Description><Parameter name="what" source="model"/></Tool>
      <System>Be brief.</System><Speech/></Converse></Gather></Response>`;
}

type Run = { readonly serving: Serving; readonly record: string; readonly answers: string[] };

async function start(place: Place, proxy?: TcpProxy): Promise<Run> {
  const around = await startAround();
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-secrets-'));
  closing.push(() => rm(folder, { recursive: true }));
  const record = path.join(folder, 'calls');
  const config = {
    publicUrl: PUBLIC_URL,
    agents: { desk: { source: `${around.url}/app.xml`, callbackSecret: 'hooks', record } },
    model: { baseUrl: `${around.url}/v1` },
    allowedHosts: [around.host],
  };
  await writeFile(path.join(folder, 'colloquy.config.json'), JSON.stringify(config));
  const { args, env } = place.serve(proxy?.port);
  const serving = await startServing({
    args: [...args, '--port', '0', '--log-level', 'trace'],
    env: { ...SECRETS, ...env },
    folder,
  });
  closing.push(async () => {
    serving.kill();
    await serving.gone;
  });
  return { serving, record, answers: [] };
}

/** A call with a tool that fails and a model that refuses, then requests of every bad kind. */
async function converse({ serving: { url }, answers }: Run): Promise<void> {
  const caller = createCaller({
    callSid: 'CA00000000000000000000000000000001',
    manner: 'leaves',
    repetitions: 0,
    node: () => url,
    sign: (signed, parameters) => ({
      'x-twilio-signature': signTwilio(SECRETS.TWILIO_AUTH_TOKEN, signed, Object.entries(parameters)),
    }),
  });
  await caller.arrives();
  await caller.wants({ tale: 'short', ref: 'tea' });
  await caller.wants({ tale: 'short', ref: 'fail' });
  expect(caller.record.faults).toEqual([]);
  expect(caller.record.sounds.join(' ')).toContain('It is noted. I am sorry, something went wrong');
  answers.push(...caller.record.answers);
  const bearer = { authorization: `Bearer ${SECRETS.CLOUDONIX_API_KEY}`, 'x-cx-apikey': SECRETS.CLOUDONIX_API_KEY };
  const json = { 'content-type': 'application/json' };
  const requests: readonly [string, RequestInit][] = [
    ['/voice/desk', { body: '{"Session":"s1","Domain":"d"}', headers: { ...bearer, ...json } }],
    ['/voice/desk', { body: '{"Session":', headers: { ...bearer, ...json } }],
    ['/voice/desk', { body: 'CallSid=CA2', headers: { 'x-twilio-signature': 'wrong' } }],
    ['/voice/desk', { body: 'x'.repeat(3_000_000), headers: bearer }],
    ['/voice/nobody', { body: '{}', headers: { ...bearer, ...json } }],
    ['/nowhere', { body: '{}', headers: { ...bearer, ...json } }],
    ['/voice/desk/status', { body: '{"Session":"s1","CallStatus":"completed"}', headers: { ...bearer, ...json } }],
  ];
  for (const [where, request] of requests) {
    const response = await fetch(`${url}${where}`, { method: 'POST', ...request });
    answers.push(JSON.stringify([...response.headers]), await response.text());
  }
}

/** Every row of every table, as text. */
async function dump(place: Place): Promise<string> {
  const database = await place.open();
  try {
    const tables = await ask<{ name: string }>(
      database,
      `select table_name::text as name from information_schema.tables
      where table_schema = current_schema() and table_type = 'BASE TABLE'`,
    );
    const rows: string[] = [];
    for (const { name } of tables) {
      const found = await ask<{ row: string }>(database, `select each::text as row from ${name} as each`);
      rows.push(...found.map(({ row }) => `${name} ${row}`));
    }
    return rows.join('\n');
  } finally {
    await database.close();
  }
}

async function filesIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}

describe('no planted secret is', () => {
  test('in what a process with a folder has written', async () => {
    const place = await createFolder();
    closing.push(() => place.drop());
    const run = await start(place);
    await converse(run);
    await delay(1_500);
    await run.serving.stop();
    const [kept, recorded] = [await dump(place), await filesIn(run.record)];
    expect([kept, recorded, run.serving.output()].map((text) => text.includes('is noted'))).toEqual([
      true,
      true,
      false,
    ]);
    expect(run.serving.output()).toContain('Incorrect API key provided');
    for (const text of [kept, recorded, run.serving.output(), ...run.answers]) expect(secretsIn(text)).toEqual([]);
  }, 60_000);

  test.skipIf(DATABASE_URL === undefined)(
    'in what one on a server has written, through an outage too',
    async () => {
      const url = new URL(DATABASE_URL ?? '');
      url.password = PASSWORD;
      const place = await createServerDatabase(url.href);
      closing.push(() => place.drop());
      const proxy = await startTcpProxy(place.server ?? { host: '', port: 0 });
      closing.push(() => proxy.cut());
      const run = await start(place, proxy);
      await converse(run);
      await proxy.cut();
      const lost = await fetch(`${run.serving.url}/voice/desk`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${SECRETS.CLOUDONIX_API_KEY}` },
        body: '{"Session":"s2","Domain":"d"}',
      });
      run.answers.push(await lost.text());
      await proxy.mend();
      await delay(500);
      await run.serving.stop();
      const [kept, recorded] = [await dump(place), await filesIn(run.record)];
      expect(run.serving.output()).toContain('STORE_UNAVAILABLE');
      expect(kept).toContain('is noted');
      for (const text of [kept, recorded, run.serving.output(), ...run.answers]) expect(secretsIn(text)).toEqual([]);
    },
    60_000,
  );

  test.each([
    ['a server that is not there', { DATABASE_URL: `postgres://postgres:${PASSWORD}@127.0.0.1:1/none` }],
    ['a URL that is none', { DATABASE_URL: `postgres//postgres:${PASSWORD}@127.0.0.1/none` }],
  ])(
    'in what is said of %s',
    async (_name, env) => {
      const started = startServing({ args: ['--app', 'desk=http://127.0.0.1:1/app.xml', '--port', '0'], env });
      const error: unknown = await started.catch((reason: unknown) => reason);
      expect(String(error)).toContain('before it listened: colloquy: ');
      expect(secretsIn(String(error))).toEqual([]);
    },
    60_000,
  );
});
