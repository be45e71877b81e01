// What each platform reads of ours: its content type and its verbs, in every answer, those of failures too.
import { createRequire } from 'node:module';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import type { PlatformName } from '../../src/call/request.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import type { PlatformCredentials } from '../../src/platforms/platform.ts';
import { createServer } from '../../src/server/server.ts';
import { createDocumentSink, type DocumentSink } from '../../src/transports/document.ts';
import { gatherDocument } from '../support/documents.ts';
import { createWorld, PUBLIC_URL, type World, type WorldOptions } from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const jambonz = createRequire(import.meta.url)('@jambonz/verb-specifications') as {
  validate(logger: object, verbs: unknown): void;
};

type Fields = { readonly [name: string]: unknown };
type Verbs = readonly {
  readonly verb: string;
  readonly text?: string;
  readonly actionHook?: string;
  readonly say?: { readonly text: string };
}[];

type Reader = {
  readonly platform: PlatformName;
  readonly type: RegExp;
  readonly start: Fields;
  /** What the caller said, or that they said nothing. */
  readonly speech: Fields;
  readonly ended: Fields;
  readonly status: string;
  readonly headers?: { readonly [name: string]: string };
  /** What is said in an answer. */
  said(body: string): readonly string[];
  /** Where the answer listens. */
  action(body: string): string;
  /** The names of its verbs. */
  verbs(body: string): readonly string[];
};

const xml = (speak: string, collect: string): Pick<Reader, 'type' | 'said' | 'action' | 'verbs'> => ({
  type: /^text\/xml\b/,
  said: (body) => nodesNamed(parseStrictly(body), speak).map(textOf),
  action: (body) => nodesNamed(parseStrictly(body), collect)[0]?.attributes['action'] ?? '',
  verbs: (body) => parseStrictly(body).children.map((child) => (typeof child === 'string' ? child : child.name)),
});
const TWIML = { CallSid: 'c1', From: '+15550001111', To: '+15550002222', CallStatus: 'ringing' };
const twiml = {
  ...xml('Say', 'Gather'),
  start: TWIML,
  speech: { SpeechResult: 'When?' },
  ended: { CallStatus: 'completed' },
  status: 'completed',
};

const read = (body: string): Verbs => {
  const verbs = JSON.parse(body) as Verbs;
  jambonz.validate({ info: () => undefined }, structuredClone(verbs));
  return verbs;
};

const READERS: readonly Reader[] = [
  { platform: 'twilio', ...twiml },
  { platform: 'signalwire', ...twiml, headers: { 'x-signalwire-signature': 'x' } },
  { platform: 'telnyx', ...twiml, headers: { 'telnyx-signature-ed25519': 'x' } },
  {
    platform: 'plivo',
    ...xml('Speak', 'GetInput'),
    start: { CallUUID: 'c1', From: '15550001111', To: '15550002222', CallStatus: 'ringing', Event: 'StartApp' },
    speech: { Speech: 'When?', InputType: 'speech' },
    ended: { CallStatus: 'timeout', Event: 'Hangup' },
    status: 'timeout',
  },
  {
    platform: 'jambonz',
    type: /^application\/json\b/,
    start: { call_sid: 'c1', application_sid: 'a1', account_sid: 'b1', from: '+15550001111', call_status: 'trying' },
    speech: { reason: 'speechDetected', speech: { alternatives: [{ transcript: 'When?', confidence: 0.9 }] } },
    ended: { call_status: 'no-answer' },
    status: 'no-answer',
    said: (body) => read(body).flatMap(({ text, say }) => [text, say?.text].filter((words) => words !== undefined)),
    action: (body) => read(body).find(({ verb }) => verb === 'gather')?.actionHook ?? '',
    verbs: (body) => read(body).map(({ verb }) => verb),
  },
];

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

type Served = {
  readonly world: World;
  readonly logged: readonly string[];
  send(reader: Reader, fields: Fields, url?: string): Promise<{ status: number; type: string; body: string }>;
};

async function serve(
  options: Partial<WorldOptions> & { readonly sink?: DocumentSink; readonly credentials?: PlatformCredentials } = {},
): Promise<Served> {
  const world = createWorld({
    document: gatherDocument(),
    model: [{ says: 'At nine.' }, { says: 'At six.' }],
    ...options,
  });
  const logged: string[] = [];
  const { sink = createDocumentSink(world), credentials } = options;
  const server = await createServer({
    logger: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    isDraining: () => false,
    checkStore: async () => undefined,
    mayBegin: () => true,
    calls: world.calls,
    sink,
    agents: new Map([['desk', { failureLine: ENGLISH.failure, publicUrl: PUBLIC_URL, credentials }]]),
  });
  closing.push(() => server.close());
  return {
    world,
    logged,
    send: async (reader, fields, url = '/voice/desk') => {
      const all = { ...reader.start, ...fields };
      const isJson = reader.platform === 'jambonz';
      const request: InjectOptions = {
        method: 'POST',
        url,
        headers: {
          'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
          ...reader.headers,
        },
        payload: isJson ? JSON.stringify(all) : new URLSearchParams(all as Record<string, string>).toString(),
      };
      const race = new AbortController();
      const answer = server.inject(request).finally(() => race.abort());
      for (let round = 0; round < 20_000 && !race.signal.aborted; round += 1) await world.clock.advance(10);
      const { statusCode, headers, body } = await answer;
      return { status: statusCode, type: headers['content-type'] ?? '', body };
    },
  };
}

const pathOf = (url: string): string => url.slice(PUBLIC_URL.length);

describe.each(READERS.map((reader) => [reader.platform, reader] as const))('%s', (platform, reader) => {
  test('converses', async () => {
    const served = await serve();
    const greeting = await served.send(reader, {});
    expect(greeting).toMatchObject({ status: 200, type: expect.stringMatching(reader.type) });
    expect(reader.said(greeting.body)).toEqual(['Welcome to the desk.']);
    const reply = await served.send(reader, reader.speech, pathOf(reader.action(greeting.body)));
    expect(reader.said(reply.body)).toEqual(['At nine.']);
    expect(served.world.model.requests[0]?.messages.at(-1)).toMatchObject({ role: 'user', content: 'When?' });
    expect(served.world.eventsOf('turn-start').map(({ request }) => [request.platform, request.callSid])).toEqual([
      [platform, 'c1'],
      [platform, 'c1'],
    ]);
    // What the caller said first is no part of what later turns are bound to.
    expect(Object.keys(served.world.eventsOf('turn-start')[0]?.request.parameters ?? {})).toEqual(
      Object.keys(reader.start),
    );
  });

  test('is answered in its own words when a request makes no sense', async () => {
    const served = await serve();
    const [id] = Object.keys(reader.start);
    const { status, type, body } = await served.send(reader, { [id ?? '']: '' });
    expect([status, reader.said(body)]).toEqual([200, [ENGLISH.failure]]);
    expect(type).toMatch(reader.type);
    expect(reader.verbs(body).at(-1)?.toLowerCase()).toBe('hangup');
  });

  test('is answered in its own words when what answers it fails', async () => {
    const answer = async (): Promise<never> => {
      throw new Error('out of order');
    };
    const { status, type, body } = await (await serve({ sink: { answer } })).send(reader, {});
    expect([status, reader.said(body)]).toEqual([200, [ENGLISH.failure]]);
    expect(type).toMatch(reader.type);
  });

  test('is refused with 403 where it does not prove itself, and nothing runs', async () => {
    const served = await serve({ credentials: { cloudonix: { apiKey: 'XI1' } } });
    expect((await served.send(reader, {})).status).toBe(403);
    expect(served.world.events).toEqual([]);
  });

  test('ends its call on the status URL', async () => {
    const served = await serve();
    await served.send(reader, {});
    expect(await served.send(reader, {}, '/voice/desk/status')).toMatchObject({ status: 204, body: '' });
    expect(served.world.eventsOf('hung-up')).toEqual([]);
    expect(await served.send(reader, reader.ended, '/voice/desk/status')).toMatchObject({ status: 204, body: '' });
    expect(served.world.eventsOf('hung-up')).toMatchObject([{ status: reader.status }]);
  });

  test('is given the answer to the caller’s words again on the fallback URL', async () => {
    const served = await serve();
    const greeting = await served.send(reader, {});
    const answer = await served.send(reader, reader.speech, pathOf(reader.action(greeting.body)));
    expect(await served.send(reader, {}, '/voice/desk/fallback')).toEqual(answer);
    expect(served.world.model.requests).toHaveLength(1);
  });

  test('hears a failure and a hang-up in place of a verb that it has not, when the call reaches it', async () => {
    const document =
      '<Response><Say>Here is our assistant.</Say><Dial><Service provider="vapi">a</Service></Dial><Say>Bye.</Say></Response>';
    const served = await serve({ document });
    const { body } = await served.send(reader, {});
    expect(reader.said(body).join(' ')).toBe(`Here is our assistant. ${ENGLISH.failure}`);
    expect(reader.verbs(body).at(-1)?.toLowerCase()).toBe('hangup');
    const end = served.world.eventsOf('turn-end')[0];
    expect(end).toMatchObject({ outcome: 'failed', faults: [`<Service> cannot be used on ${platform}`] });
  });
});

test('the fallback URL answers for the URL that failed, where the platform names it', async () => {
  const served = await serve();
  const [twilio] = READERS as [Reader];
  const action = twilio.action((await served.send(twilio, {})).body);
  const { body } = await served.send(
    twilio,
    { ...twilio.speech, ErrorUrl: action, ErrorCode: '11200' },
    '/voice/desk/fallback',
  );
  expect(twilio.said(body)).toEqual(['At nine.']);
  expect(served.world.model.requests[0]?.messages.at(-1)).toMatchObject({ content: 'When?' });
});

test('a verb that the platform has not is no fault of a call that never reaches it', async () => {
  const document =
    '<Response><Gather action="https://a.example/"><Say>Press one.</Say></Gather><Coach>+1</Coach></Response>';
  const served = await serve({ document });
  const [twilio] = READERS as [Reader];
  const { body } = await served.send(twilio, {});
  expect(twilio.verbs(body)).toEqual(['Gather', 'Redirect']);
  expect(served.world.eventsOf('turn-end')).toMatchObject([{ outcome: 'document-end', faults: [] }]);
  const redirect = nodesNamed(parseStrictly(body), 'Redirect').map(textOf)[0] ?? '';
  expect(twilio.said((await served.send(twilio, {}, pathOf(redirect))).body)).toEqual([ENGLISH.failure]);
});
