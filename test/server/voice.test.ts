import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Calls } from '../../src/interpret/calls.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { createServer } from '../../src/server/server.ts';
import type { ServedAgent } from '../../src/server/voice.ts';
import { signTwilio } from '../../src/signatures/twilio.ts';
import type { DocumentSink } from '../../src/transports/document.ts';
import { createDocumentSink } from '../../src/transports/document.ts';
import { placeCall, type Post } from '../support/carrier.ts';
import { gatherDocument } from '../support/documents.ts';
import {
  CALL_SID,
  CLOUDONIX_PARAMETERS,
  createWorld,
  PUBLIC_URL,
  TWILIO_PARAMETERS,
  type World,
  type WorldOptions,
} from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const AUTH_TOKEN = 'test-auth-token';
const API_KEY = 'test-api-key';
const VERIFIED = { twilio: { authToken: AUTH_TOKEN }, cloudonix: { apiKey: API_KEY } };

const servers: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Served = { readonly server: FastifyInstance; readonly world: World; readonly logged: readonly string[] };

type ServeOptions = Partial<WorldOptions> & {
  readonly agent?: Partial<ServedAgent>;
  readonly sink?: DocumentSink;
  readonly calls?: Partial<Calls>;
};

async function serve({ agent, sink, calls, ...options }: ServeOptions = {}): Promise<Served> {
  const world = createWorld({
    document: gatherDocument(),
    model: [{ says: 'At nine.' }, { says: 'At six.' }],
    ...options,
  });
  const logged: string[] = [];
  const server = await createServer({
    logger: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    isDraining: () => false,
    checkStore: async () => undefined,
    mayBegin: () => true,
    calls: { ...world.calls, ...calls },
    sink: sink ?? createDocumentSink(world),
    agents: new Map([['desk', { failureLine: ENGLISH.failure, publicUrl: PUBLIC_URL, ...agent }]]),
  });
  servers.push(server);
  return { server, world, logged };
}

type Answered = { readonly status: number; readonly type: string; readonly body: string };

async function send({ server, world }: Served, request: InjectOptions): Promise<Answered> {
  const { statusCode, headers, body } = await passing(world, server.inject(request));
  return { status: statusCode, type: headers['content-type'] ?? '', body };
}

/** Lets time pass until `promise` settles: a request goes through several turns of the event loop before it needs any. */
async function passing<T>({ clock }: World, promise: PromiseLike<T>): Promise<T> {
  const race = new AbortController();
  const done = Promise.resolve(promise).finally(() => race.abort());
  for (let round = 0; round < 20_000 && !race.signal.aborted; round += 1) await clock.advance(10);
  return done;
}

function form(parameters: object, extra: InjectOptions = {}): InjectOptions {
  return {
    method: 'POST',
    url: '/voice/desk',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...extra.headers },
    payload: new URLSearchParams(
      Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString(),
    ...(extra.url !== undefined && { url: extra.url }),
  };
}

function json(parameters: unknown, headers: { readonly [name: string]: string } = {}): InjectOptions {
  return {
    method: 'POST',
    url: '/voice/desk',
    headers: { 'content-type': 'application/json', ...headers },
    payload: JSON.stringify(parameters),
  };
}

function expectDocument({ status, type, body }: Answered): ReturnType<typeof parseStrictly> {
  expect(status).toBe(200);
  expect(type).toMatch(/^text\/xml\b/);
  return parseStrictly(body);
}

describe('a request of a platform', () => {
  test.each<[string, InjectOptions]>([
    ['a form of Twilio', form(TWILIO_PARAMETERS)],
    ['JSON of Cloudonix', json(CLOUDONIX_PARAMETERS)],
    ['JSON with headers', json({ From: '+15550001111' }, { 'x-cx-session': CALL_SID, 'x-cx-domain': 'example.net' })],
    [
      'a query',
      {
        method: 'GET',
        url: `/voice/desk?${new URLSearchParams(TWILIO_PARAMETERS as Record<string, string>).toString()}`,
      },
    ],
    ['a URL that ends in a slash', form(TWILIO_PARAMETERS, { url: '/voice/desk/' })],
    [
      'JSON with another word for it',
      { ...json(CLOUDONIX_PARAMETERS), headers: { 'content-type': 'application/vnd.api+json; charset=utf-8' } },
    ],
    ['a body without a type', { ...json(CLOUDONIX_PARAMETERS), headers: {} }],
  ])('is answered with a document: %s', async (_name, request) => {
    const served = await serve();
    const root = expectDocument(await send(served, request));
    expect(nodesNamed(root, 'Say').map(textOf)).toEqual(['Welcome to the desk.']);
    expect(served.world.eventsOf('turn-start')[0]?.request.parameters).toMatchObject({ From: '+15550001111' });
  });

  test.each<[string, InjectOptions]>([
    ['JSON that is cut off', { ...json({}), payload: '{"Session":' }],
    ['JSON that is a list', json([1])],
    ['JSON that is null', json(null)],
    ['JSON with a byte that is none', { ...json({}), payload: Buffer.from([0x7b, 0xff, 0xfe]) }],
    [
      'an empty body',
      { method: 'POST', url: '/voice/desk', headers: { 'content-type': 'application/json' }, payload: '' },
    ],
    ['no body at all', { method: 'POST', url: '/voice/desk' }],
    ['no call id', form({ From: '+1' })],
    ['a call id that is an object', json({ Session: { a: 1 } })],
    ['a call id that no URL can hold', json({ Session: '\uD800' })],
    [
      'another kind of body',
      {
        method: 'POST',
        url: '/voice/desk',
        headers: { 'content-type': 'image/png' },
        payload: Buffer.from([0x89, 0x50]),
      },
    ],
    [
      'a multipart body',
      {
        method: 'POST',
        url: '/voice/desk',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        payload: '--x--',
      },
    ],
    ['a type that is none', { method: 'POST', url: '/voice/desk', headers: { 'content-type': ';;;' }, payload: 'x' }],
    ['a body longer than any platform sends', form({ ...TWILIO_PARAMETERS, Extra: 'x'.repeat(2 * 1024 * 1024) })],
  ])('is answered with a sentence and a hang-up when it makes no sense: %s', async (_name, request) => {
    const served = await serve();
    const root = expectDocument(await send(served, request));
    expect(root.children.map((child) => (typeof child === 'string' ? child : child.name))).toEqual(['Say', 'Hangup']);
    expect(textOf(root)).toBe(ENGLISH.failure);
    expect(served.world.documents.requests).toEqual([]);
    expect(served.world.model.requests).toEqual([]);
  });

  test.each<[string, DocumentSink]>([
    [
      'throws',
      {
        answer: () => {
          throw new Error('out of order');
        },
      },
    ],
    [
      'rejects',
      {
        answer: async () => {
          throw new Error('out of order');
        },
      },
    ],
  ])('is answered with a sentence and a hang-up when what answers it %s, and the log says why', async (_name, sink) => {
    const served = await serve({ sink });
    const root = expectDocument(await send(served, form(TWILIO_PARAMETERS)));
    expect(textOf(root)).toBe(ENGLISH.failure);
    expect(served.logged.join()).toContain('out of order');
    expect(textOf(root)).not.toContain('out of order');
  });

  test('is answered when the log of calls is out of order', async () => {
    const broken = (): never => {
      throw new Error('the store is down');
    };
    const served = await serve({
      log: () => ({ append: async () => broken(), read: async () => broken(), follow: broken }),
    });
    expect(textOf(expectDocument(await send(served, form(TWILIO_PARAMETERS))))).toBe(ENGLISH.failure);
    expect(
      (await send(served, form({ ...TWILIO_PARAMETERS, CallStatus: 'completed' }, { url: '/voice/desk/status' })))
        .status,
    ).toBe(204);
  });

  test('never shows an error’s text, a stack or a path', async () => {
    const served = await serve({
      sink: {
        answer: async () => {
          throw new Error('secret at /srv/app');
        },
      },
    });
    expect((await send(served, form(TWILIO_PARAMETERS))).body).not.toMatch(/secret|\/srv|at .*:\d+/);
  });
});

describe('an agent that nobody knows', () => {
  test.each([
    '/voice/nobody',
    '/voice/nobody/continue?turn=2&exit=4',
    '/voice/nobody/status',
    '/voice/constructor',
    '/voice/__proto__',
    '/voice/%00',
  ])('is a 404: %s', async (url) => {
    const served = await serve();
    expect((await send(served, form(TWILIO_PARAMETERS, { url }))).status).toBe(404);
    expect(served.world.documents.requests).toEqual([]);
  });

  test.each(['/', '/voice', '/voice/desk/else', '/favicon.ico'])(
    'so is a URL that is none of ours: %s',
    async (url) => {
      expect((await send(await serve(), { method: 'GET', url })).status).toBe(404);
    },
  );
});

describe('where a platform proves itself', () => {
  const signed = (parameters: object, url = '/voice/desk', token = AUTH_TOKEN): InjectOptions => {
    const pairs = Object.entries(parameters).map(([name, value]) => [name, String(value)] as const);
    return form(parameters, { url, headers: { 'x-twilio-signature': signTwilio(token, PUBLIC_URL + url, pairs) } });
  };

  test.each<[string, InjectOptions]>([
    ['a signature of Twilio', signed(TWILIO_PARAMETERS)],
    ['a bearer key of Cloudonix', json(CLOUDONIX_PARAMETERS, { authorization: `Bearer ${API_KEY}` })],
    ['a key header of Cloudonix', json(CLOUDONIX_PARAMETERS, { 'x-cx-apikey': API_KEY })],
  ])('%s lets the request in', async (_name, request) => {
    const root = expectDocument(await send(await serve({ agent: { credentials: VERIFIED } }), request));
    expect(textOf(root)).toBe('Welcome to the desk.');
  });

  test.each<[string, InjectOptions]>([
    ['no signature', form(TWILIO_PARAMETERS)],
    ['the signature of another key', signed(TWILIO_PARAMETERS, '/voice/desk', 'another')],
    ['the signature of another URL', { ...signed(TWILIO_PARAMETERS), url: '/voice/desk?x=1' }],
    [
      'the signature of other parameters',
      { ...signed(TWILIO_PARAMETERS), payload: new URLSearchParams({ CallSid: 'CA9' }).toString() },
    ],
    ['the wrong bearer key', json(CLOUDONIX_PARAMETERS, { authorization: 'Bearer wrong' })],
    ['no key', json(CLOUDONIX_PARAMETERS)],
    ['a continuation without a signature', form(TWILIO_PARAMETERS, { url: '/voice/desk/continue?turn=2&exit=4' })],
    [
      'a status without a signature',
      form({ ...TWILIO_PARAMETERS, CallStatus: 'completed' }, { url: '/voice/desk/status' }),
    ],
    ['a broken body without a signature', { ...json({}), payload: '{' }],
  ])('%s is refused with 403, and nothing is fetched or asked', async (_name, request) => {
    const served = await serve({ agent: { credentials: VERIFIED } });
    expect((await send(served, request)).status).toBe(403);
    expect(served.world.documents.requests).toEqual([]);
    expect(served.world.events).toEqual([]);
  });

  test('a refusal is logged without the caller’s number', async () => {
    const served = await serve({ agent: { credentials: VERIFIED } });
    await send(served, {
      method: 'GET',
      url: `/voice/desk?${new URLSearchParams({ CallSid: 'CA1', From: '+15557654321' }).toString()}`,
    });
    expect(served.logged.join()).toContain('refused');
    expect(served.logged.join()).not.toContain('5557654321');
  });

  test('a body that is too long to be verified reaches nobody', async () => {
    const served = await serve({ agent: { credentials: VERIFIED } });
    const { status } = await send(served, signed({ ...TWILIO_PARAMETERS, Extra: 'x'.repeat(2 * 1024 * 1024) }));
    expect(status).toBeLessThan(500);
    expect(served.world.events).toEqual([]);
  });
});

describe('a whole call over the routes', () => {
  function overServer(served: Served, build: (url: string, parameters: object) => InjectOptions, base: object): Post {
    return async (url, parameters) => {
      const { pathname, search } = new URL(url);
      const { statusCode, body } = await served.server.inject(build(pathname + search, { ...base, ...parameters }));
      expect(statusCode).toBe(200);
      return body;
    };
  }

  test.each<[string, (url: string, parameters: object) => InjectOptions, object]>([
    ['as forms', (url, parameters) => form(parameters, { url }), TWILIO_PARAMETERS],
    ['as JSON', (url, parameters) => ({ ...json(parameters), url }), CLOUDONIX_PARAMETERS],
    [
      'as queries',
      (url, parameters) => ({
        method: 'GET',
        url: `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(parameters as Record<string, string>).toString()}`,
      }),
      TWILIO_PARAMETERS,
    ],
  ])('%s', async (_name, build, base) => {
    const served = await serve();
    const { clock } = served.world;
    const heard = placeCall({ clock, post: overServer(served, build, base), says: ['When?', 'And?'] });
    expect((await passing(served.world, heard)).words).toEqual(['Welcome to the desk.', 'At nine.', 'At six.']);
    expect(
      served.world
        .eventsOf('turn-start')
        .map(({ request }) => Object.keys(request.parameters))
        .flat(),
    ).not.toContain('turn');
  });
});

describe('the status URL', () => {
  test.each(['completed', 'busy', 'failed', 'no-answer', 'noanswer', 'canceled'])(
    'ends the call: %s',
    async (CallStatus) => {
      const served = await serve();
      await send(served, form(TWILIO_PARAMETERS));
      const { status, body } = await send(
        served,
        form({ ...TWILIO_PARAMETERS, CallStatus }, { url: '/voice/desk/status' }),
      );
      expect([status, body]).toEqual([204, '']);
      expect(served.world.eventsOf('hung-up')).toMatchObject([{ status: CallStatus }]);
    },
  );

  test.each<[string, InjectOptions]>([
    ['a call that goes on', form({ ...TWILIO_PARAMETERS, CallStatus: 'ringing' }, { url: '/voice/desk/status' })],
    [
      'a call that nobody knows',
      form({ CallSid: 'CA-unknown', CallStatus: 'completed' }, { url: '/voice/desk/status' }),
    ],
    ['a broken body', { ...json({}), url: '/voice/desk/status', payload: '{' }],
    ['no call id', { ...json({ CallStatus: 'completed' }), url: '/voice/desk/status' }],
    [
      'a call id that no URL can hold',
      { ...json({ Session: '\uD800', CallStatus: 'completed' }), url: '/voice/desk/status' },
    ],
    ['a query', { method: 'GET', url: `/voice/desk/status?CallSid=${CALL_SID}&CallStatus=ringing` }],
  ])('is a 204 for %s as well', async (_name, request) => {
    const served = await serve();
    await send(served, form(TWILIO_PARAMETERS));
    expect((await send(served, request)).status).toBe(204);
    expect(served.world.eventsOf('hung-up')).toEqual([]);
  });
});

test('says when the first sentence of a reply was ready', async () => {
  const served = await serve({ document: gatherDocument({ greeting: '' }) });
  const { headers } = await passing(served.world, served.server.inject(form(TWILIO_PARAMETERS)));
  expect(headers['server-timing']).toMatch(/^fs;dur=\d+\.\d\d;desc="first speech"$/);
});

test('says that it is well', async () => {
  const { status, body } = await send(await serve(), { method: 'GET', url: '/healthz' });
  expect([status, body]).toEqual([200, 'ok\n']);
});

test('the vendor’s own example converses on Twilio once the agent has aliases', async () => {
  const { readFile } = await import('node:fs/promises');
  const document = await readFile(new URL('../support/documents/contact-lookup.xml', import.meta.url), 'utf8');
  for (const [aliases, words] of [
    [{ Session: 'CallSid', Domain: 'AccountSid' }, 'At nine.'],
    [{}, ENGLISH.failure],
  ] as const) {
    const served = await serve({ document, agent: { aliases } });
    const root = expectDocument(await send(served, form(TWILIO_PARAMETERS)));
    expect(nodesNamed(root, 'Say').map(textOf)).toEqual([words]);
  }
});

describe('a body that was not read', () => {
  const long = (url: string): InjectOptions => form({ ...TWILIO_PARAMETERS, Extra: 'x'.repeat(400_000) }, { url });

  test.each<[string, Partial<ServedAgent>, InjectOptions, number]>([
    ['without credentials', {}, long('/voice/desk'), 200],
    ['without credentials, of a status', {}, long('/voice/desk/status'), 204],
    ['that proves nothing', { credentials: VERIFIED }, long('/voice/desk'), 403],
    ['that proves nothing, of a status', { credentials: VERIFIED }, long('/voice/desk/status'), 403],
    [
      'with a key in a header',
      { credentials: VERIFIED },
      json({ Extra: 'x'.repeat(400_000) }, { 'x-cx-apikey': API_KEY }),
      200,
    ],
  ])('%s is answered with one warning, which says why', async (_who, agent, request, status) => {
    const served = await serve({ agent });
    expect((await send(served, request)).status).toBe(status);
    expect(served.logged.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        level: 40,
        agent: 'desk',
        reason: expect.stringContaining('the body could not be read: Request body is too large') as string,
      }),
    ]);
    expect(served.logged.join()).not.toContain('stack');
  });
});

test.each<[string, Partial<ServedAgent>, readonly (string | undefined)[]]>([
  ['once for each agent', { publicUrl: undefined }, ['voice.example:99999']],
  ['not where the operator says it', {}, []],
])('a host that is none is told in the log: %s', async (_when, agent, hosts) => {
  const served = await serve({ agent });
  const headers = { host: 'voice.example:99999' };
  for (let times = 0; times < 2; times += 1) await send(served, form(TWILIO_PARAMETERS, { headers }));
  const warnings = served.logged.map((line) => JSON.parse(line) as { msg: string; host?: string });
  expect(warnings.filter(({ msg }) => msg.includes('--public-url')).map(({ host }) => host)).toEqual(hosts);
});
