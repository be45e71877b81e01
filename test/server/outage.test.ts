import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { VoiceError } from '../../src/errors.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { createServer, type ServerOptions } from '../../src/server/server.ts';
import { createWorld, PUBLIC_URL, TWILIO_PARAMETERS } from '../support/world.ts';
import { gatherDocument } from '../support/documents.ts';
import { until } from '../support/until.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const servers: FastifyInstance[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const LINES = { apology: 'Please say that again.', wait: 'One moment.' };
const BACK = `${PUBLIC_URL}/voice/desk/continue`;
const FALLBACK = `${PUBLIC_URL}/voice/desk/fallback`;

type Answered = { readonly status: number; readonly body: string };
type Send = (url: string, parameters?: object) => Promise<Answered>;

type Served = { readonly server: FastifyInstance; readonly send: Send };

async function serve(options: Partial<ServerOptions> & { readonly fallsBack?: boolean }): Promise<Served> {
  const { fallsBack } = options;
  const { calls } = createWorld({ document: gatherDocument() });
  const server = await createServer({
    logger: pino({ level: 'silent' }),
    isDraining: () => false,
    checkStore: async () => undefined,
    mayBegin: () => true,
    sink: { answer: async () => '<Response/>' },
    calls,
    agents: new Map([['desk', { failureLine: ENGLISH.failure, publicUrl: PUBLIC_URL, apologies: LINES, fallsBack }]]),
    ...options,
  });
  servers.push(server);
  const send: Send = async (url, parameters = {}) => {
    const { statusCode, body } = await server.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ ...TWILIO_PARAMETERS, ...parameters } as Record<string, string>).toString(),
    });
    return { status: statusCode, body };
  };
  return { server, send };
}

const away = (): never => {
  throw new VoiceError('STORE_UNAVAILABLE', { reason: 'connection refused' });
};
const AWAY = { sink: { answer: async () => away() } };

describe('while the store is away', () => {
  test.each<[string, string, object, string, string | undefined]>([
    ['whose call begins', '/voice/desk', {}, LINES.wait, 'turn=1&exit=1'],
    ['who spoke', '/voice/desk/continue?turn=3&exit=9', { SpeechResult: 'Hi' }, LINES.apology, 'turn=2&from=9'],
    ['who pressed a key', '/voice/desk/continue?turn=3&exit=9', { Digits: '1' }, LINES.apology, 'turn=2&from=9'],
    ['who comes from a Dial', '/voice/desk/continue?turn=3&exit=9', {}, LINES.wait, 'turn=3&exit=9'],
    ['who is to hear the rest', '/voice/desk/continue?turn=3&from=9', {}, LINES.wait, 'turn=3&from=9'],
    [
      'of whom the fallback URL is told where',
      '/voice/desk/fallback',
      { ErrorUrl: `${BACK}?turn=3&exit=9` },
      LINES.wait,
      'turn=3&exit=9',
    ],
    [
      'of whom it is told the words too',
      '/voice/desk/fallback',
      { ErrorUrl: `${BACK}?turn=3&exit=9`, SpeechResult: 'Hi' },
      LINES.apology,
      'turn=2&from=9',
    ],
    ['of whom it is told nothing', '/voice/desk/fallback', {}, LINES.wait, undefined],
    ['of whom it is told words alone', '/voice/desk/fallback', { SpeechResult: 'Hi' }, LINES.apology, undefined],
  ])('a caller %s is asked for patience, and the platform led back', async (_who, url, parameters, line, back) => {
    // At the fallback URL also where every other is left to the platform.
    const { send } = await serve({ ...AWAY, fallsBack: url.endsWith('/fallback') });
    const { status, body } = await send(url, parameters);
    expect([status, body.replaceAll('&amp;', '&')]).toEqual([
      200,
      expect.stringMatching(/<Say>[^<]*<\/Say><Redirect method="POST">/) as string,
    ]);
    const root = parseStrictly(body);
    expect(nodesNamed(root, 'Say').map(textOf)).toEqual([line]);
    expect(nodesNamed(root, 'Redirect').map(textOf)).toEqual([back === undefined ? FALLBACK : `${BACK}?${back}`]);
  });

  test.each([
    ['/voice/desk/continue?turn=3&from=9', false],
    ['/voice/desk/fallback', true],
  ])('apologies at %s come to an end, and begin anew when the call was answered', async (url, fallsBack) => {
    let isAway = true;
    const { send } = await serve({ sink: { answer: async () => (isAway ? away() : '<Response/>') }, fallsBack });
    const heard = async (): Promise<string> => (await send(url)).body;
    for (let times = 0; times < 5; times += 1) expect(await heard()).toContain(LINES.wait);
    expect(await heard()).toContain(`${ENGLISH.failure}</Say><Hangup/>`);
    isAway = false;
    expect(await heard()).toBe('<Response/>');
    isAway = true;
    expect(await heard()).toContain(LINES.wait);
  });

  test.each(['/voice/desk', '/voice/desk/continue?turn=2&exit=4'])(
    'an agent that falls back leaves %s to the platform',
    async (url) => {
      const { send } = await serve({ ...AWAY, fallsBack: true });
      expect(await send(url)).toEqual({ status: 503, body: 'the store does not answer\n' });
    },
  );

  test('any other fault is the failure line, for an agent that falls back too', async () => {
    const broken = { answer: () => Promise.reject(new TypeError('out of order')) };
    const { send } = await serve({ sink: broken, fallsBack: true });
    expect(await send('/voice/desk')).toMatchObject({ status: 200 });
  });

  test('the end of a call that could not be kept is not acknowledged', async () => {
    const { calls } = createWorld({ document: gatherDocument() });
    const { send } = await serve({ calls: { ...calls, hangUp: async () => away() } });
    expect(await send('/voice/desk/status', { CallStatus: 'completed' })).toMatchObject({ status: 503 });
    expect(await send('/voice/desk/status', { CallStatus: 'ringing' })).toMatchObject({ status: 204 });
  });
});

test('a store that hangs keeps no platform for longer than it reads', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let isAsked = false;
  const hang = (): Promise<string> => {
    isAsked = true;
    return new Promise(() => undefined);
  };
  const { send } = await serve({ sink: { answer: hang } });
  const answer = send('/voice/desk');
  await until(() => isAsked);
  vi.advanceTimersByTime(4_500);
  expect(await answer).toEqual({ status: 200, body: expect.stringContaining(LINES.wait) as string });
});

test.each([
  [true, 'close'],
  [false, 'keep-alive'],
])('a node of which it is %s that it stops answers with a connection to %s', async (isDraining, connection) => {
  const { server } = await serve({ isDraining: () => isDraining });
  const { port } = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
  const { headers } = await fetch(`http://127.0.0.1:${port}/voice/desk?CallSid=CA1`);
  expect(headers.get('connection')).toBe(connection);
});

test('a node that begins no calls leaves them to another, and goes on with those it knows', async () => {
  const asked: (readonly string[])[] = [];
  const { send } = await serve({
    mayBegin: (...about) => {
      asked.push(about);
      return about[1] === 'CA-known';
    },
  });
  expect(await send('/voice/desk')).toEqual({ status: 503, body: 'this node begins no more calls\n' });
  expect(await send('/voice/desk', { CallSid: 'CA-known' })).toMatchObject({ status: 200 });
  expect(await send('/voice/desk/continue?turn=2&exit=4')).toMatchObject({ status: 200 });
  expect(await send('/voice/desk/fallback')).toMatchObject({ status: 200 });
  expect(asked).toHaveLength(2);
});
