import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { ModelReply, ModelRequest } from '../../src/interpret/ports.ts';
import { createOpenAiModel } from '../../src/model/openai.ts';
import type { OpenAiModelOptions } from '../../src/model/openai.ts';
import { respondWith, startServer, until } from '../support/servers.ts';
import type { Answer, TestServer } from '../support/servers.ts';
import { streamFixtures } from './streams.ts';
import type { Ending, StreamFixture } from './streams.ts';

const REQUEST: ModelRequest = { messages: [{ role: 'user', content: 'How is the weather?' }], tools: [] };
const EVENTS = { 'content-type': 'text/event-stream' };

type TestModel = ReturnType<typeof createOpenAiModel>;
let models: TestModel[] = [];

afterEach(async () => {
  await Promise.all(models.map((model) => model.close()));
  models = [];
});

function modelAt(server: { readonly url: string }, options: Partial<OpenAiModelOptions> = {}): TestModel {
  const model = createOpenAiModel({ model: 'mock-1', baseUrl: `${server.url}/v1`, finishGraceMs: 20, ...options });
  models.push(model);
  return model;
}

type Heard = { readonly text: string; readonly pieces: readonly string[]; readonly reply: ModelReply };

async function ask(model: TestModel, request = REQUEST, signal = new AbortController().signal): Promise<Heard> {
  const pieces: string[] = [];
  const reply = await model.reply(request, (piece) => pieces.push(piece), signal);
  return { text: pieces.join(''), pieces, reply };
}

/** Writes the chunks one by one, each in a packet of its own, then ends as told. */
async function write(response: ServerResponse, chunks: Iterable<Buffer>, ending: Ending): Promise<void> {
  for (const chunk of chunks) {
    if (!response.writable) return;
    await new Promise((resolve) => response.write(chunk, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (ending === 'close') response.end();
  if (ending === 'kill') response.destroy();
}

const delta = (part: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: part, finish_reason: finish }] })}\n\n`;
const say = (content: string): string => delta({ content });
const DONE = 'data: [DONE]\n\n';
const HELLO = `${say('Hello')}${delta({}, 'stop')}${DONE}`;

/** What the fixture expects, ids that we make ourselves left open. */
function expectedReply({ expected }: StreamFixture): object {
  return {
    ...expected,
    toolCalls: expected.toolCalls.map((call) => ({ modelId: expect.stringMatching(/^[a-z0-9]{9}$/), ...call })),
  };
}

/** What was heard as a fixture has it; two calls never share an id. */
function heardReply({ text, reply }: Heard): object {
  const ids = reply.toolCalls.map(({ modelId }) => modelId);
  return new Set(ids).size === ids.length ? { text, ...reply } : { duplicateIds: ids };
}

const fixtures = streamFixtures();
/** As the fixtures that stall expect it. */
/** Only a stream that stops need be given up soon; any other may be slow on a busy machine. */
const patience = ({ ending }: { readonly ending: Ending }): object =>
  ending === 'stall' ? { startTimeoutMs: 300, idleTimeoutMs: 300 } : {};

describe('a stream as servers really send it', () => {
  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s', async (_, fixture) => {
    expect([fixture.source, fixture.covers]).not.toContain('');
    const server = await startServer((_, response) => {
      response.writeHead(fixture.status, { 'content-type': fixture.type });
      return write(response, [fixture.body], fixture.ending);
    });
    expect(heardReply(await ask(modelAt(server, patience(fixture))))).toEqual(expectedReply(fixture));
  });

  test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('%s, byte by byte', async (_, fixture) => {
    const server = await startServer((_, response) => {
      response.writeHead(fixture.status, { 'content-type': fixture.type });
      return write(
        response,
        Array.from(fixture.body, (byte) => Buffer.of(byte)),
        fixture.ending,
      );
    });
    expect(heardReply(await ask(modelAt(server, patience(fixture))))).toEqual(expectedReply(fixture));
  });
});

describe('a connection that is killed', () => {
  /** Chunks of events, as a server that flushes each writes them. */
  const events = [
    say('Let me '),
    say('look 🌤. '),
    delta({ tool_calls: [{ index: 0, id: 'call_1', function: { name: 'weather', arguments: '' } }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '"Bonn"}' } }] }),
    delta({ tool_calls: [{ index: 1, id: 'call_2', function: { name: 'now', arguments: '' } }] }),
    delta({}, 'tool_calls'),
    DONE,
  ];

  const lost = {
    toolCalls: [],
    finish: 'error',
    reason: 'the connection was lost before the answer was complete',
    code: 'unavailable',
  };
  // Once the model has said that it is done, nothing is missing but the mark.
  const whole = {
    toolCalls: [
      { modelId: 'call_1', name: 'weather', arguments: '{"city":"Bonn"}' },
      { modelId: 'call_2', name: 'now', arguments: '{}' },
    ],
    finish: 'tool-calls',
  };

  test.each([
    [0, '', lost],
    [1, 'Let me ', lost],
    [2, 'Let me look 🌤. ', lost],
    [3, 'Let me look 🌤. ', lost],
    [4, 'Let me look 🌤. ', lost],
    [5, 'Let me look 🌤. ', lost],
    [6, 'Let me look 🌤. ', lost],
    [7, 'Let me look 🌤. ', whole],
    [8, 'Let me look 🌤. ', whole],
  ])('after %i chunks gives the text so far and no half call', async (count, text, reply) => {
    const chunks = events.slice(0, count).map((event) => Buffer.from(event));
    const server = await startServer((_, response) => {
      response.writeHead(200, EVENTS);
      return write(response, chunks, 'kill');
    });
    expect(heardReply(await ask(modelAt(server)))).toEqual({ text, ...reply });
  });

  test('at any byte gives a beginning of the text, and calls only when all are whole', async () => {
    const bytes = Buffer.from(events.join(''));
    let cut = 0;
    const server = await startServer((_, response) => {
      response.writeHead(200, EVENTS);
      return write(response, [bytes.subarray(0, cut)], 'kill');
    });
    const model = modelAt(server);
    for (cut = 0; cut < bytes.length; cut += 1) {
      const { text, reply } = await ask(model);
      expect('Let me look 🌤. '.startsWith(text)).toBe(true);
      expect([0, 2]).toContain(reply.toolCalls.length);
      expect(reply.finish).toBe(reply.toolCalls.length === 0 ? 'error' : 'tool-calls');
    }
  });

  test.each([
    ['before its end', [events[2], events[3]], []],
    ['between two calls', [events[2], events[3], events[4], events[5]], ['weather']],
  ])('by a server that closes it in order %s leaves cut calls out', async (_, chunks, names) => {
    const server = await startServer(respondWith(200, chunks.join(''), EVENTS));
    const { reply } = await ask(modelAt(server));
    expect(reply.toolCalls.map(({ name }) => name)).toEqual(names);
    expect(reply.finish).toBe(names.length === 0 ? 'error' : 'tool-calls');
  });

  test('before an answer, or never made', async () => {
    const server = await startServer((_, response) => void response.destroy());
    expect((await ask(modelAt(server))).reply).toMatchObject({
      finish: 'error',
      reason: expect.stringMatching(/^the connection was lost/),
    });
    expect((await ask(modelAt({ url: 'http://127.0.0.1:1' }))).reply).toEqual({
      toolCalls: [],
      finish: 'error',
      reason: '127.0.0.1:1 refuses connections',
      code: 'unavailable',
    });
  });
});

describe('time', () => {
  async function stalling(begin: (response: ServerResponse) => void, options: Partial<OpenAiModelOptions>) {
    const server = await startServer((_, response) => begin(response));
    const heard = await ask(modelAt(server, options));
    await until(() => server.connections.size === 0);
    return heard;
  }

  test.each([
    ['without an answer', (): void => {}],
    ['with headers only', (response: ServerResponse): void => response.writeHead(200, EVENTS).flushHeaders()],
    [
      'with an empty delta',
      (response: ServerResponse): void =>
        void response.writeHead(200, EVENTS).write(delta({ role: 'assistant', content: '' })),
    ],
  ])('a model that does not begin, %s, has failed', async (_, begin) => {
    expect((await stalling(begin, { startTimeoutMs: 30 })).reply).toEqual({
      toolCalls: [],
      finish: 'error',
      reason: 'the model did not begin to answer within 0.03 s',
      code: 'timeout',
    });
  });

  test('comments do not count as a beginning', async () => {
    const begin = async (response: ServerResponse): Promise<void> => {
      response.writeHead(200, EVENTS);
      while (response.writable) {
        response.write(': ping\n\n');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    expect((await stalling((response) => void begin(response), { startTimeoutMs: 40 })).reply.finish).toBe('error');
  });

  test('a stream that stalls has failed, after what came', async () => {
    const begin = (response: ServerResponse): void =>
      void response.writeHead(200, EVENTS).write(say('Well, ') + say('<'));
    expect(await stalling(begin, { idleTimeoutMs: 30 })).toMatchObject({
      text: 'Well, <',
      reply: { finish: 'error', reason: "the model's stream stalled for 0.03 s" },
    });
  });

  test('a stream that goes on slowly does not fail', async () => {
    const server = await startServer(async (_, response) => {
      response.writeHead(200, EVENTS);
      for (const piece of ['s', 'l', 'o', 'w', 'l', 'y', '', '']) {
        response.write(piece === '' ? delta({ reasoning_content: 'hm' }) : say(piece));
        await new Promise((resolve) => setTimeout(resolve, 12));
      }
      response.end(HELLO);
    });
    expect(await ask(modelAt(server, { startTimeoutMs: 80, idleTimeoutMs: 80 }))).toMatchObject({
      text: 'slowlyHello',
      reply: { finish: 'stop' },
    });
  });

  test('a stream that does not end after its mark is not waited for', async () => {
    const begin = (response: ServerResponse): void => void response.writeHead(200, EVENTS).write(HELLO);
    const heard = await stalling(begin, { idleTimeoutMs: 10_000 });
    expect(heard).toMatchObject({ text: 'Hello', reply: { finish: 'stop' } });
  });

  test('a finish reason beside words does not end a stream that goes on', async () => {
    const finishGraceMs = 5;
    const server = await startServer(async (_, response) => {
      response.writeHead(200, EVENTS);
      for (const word of ['One, ', 'two, ', 'three.']) {
        response.write(delta({ content: word }, 'stop'));
        await new Promise((resolve) => setTimeout(resolve, 8 * finishGraceMs));
      }
      response.end(DONE);
    });
    expect(await ask(modelAt(server, { finishGraceMs }))).toMatchObject({
      text: 'One, two, three.',
      reply: { finish: 'stop' },
    });
  });

  test('one request may have less time to begin than the others', async () => {
    const server = await startServer(() => {});
    const model = modelAt(server, { startTimeoutMs: 10_000 });
    const reply = await model.reply(REQUEST, () => undefined, new AbortController().signal, { startTimeoutMs: 20 });
    expect(reply).toMatchObject({ code: 'timeout', reason: 'the model did not begin to answer within 0.02 s' });
  });

  test('pieces are passed on as they come', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, EVENTS).write(say('One.'));
      responses.push(response);
    });
    const responses: ServerResponse[] = [];
    const pieces: string[] = [];
    const pending = modelAt(server).reply(REQUEST, (piece) => pieces.push(piece), new AbortController().signal);
    await until(() => pieces.length === 1);
    responses[0]?.end(say(' Two.') + DONE);
    expect(await pending).toEqual({ toolCalls: [], finish: 'stop' });
    expect(pieces).toEqual(['One.', ' Two.']);
  });
});

describe('an abort', () => {
  test('closes the connection and passes nothing more on', async () => {
    const server = await startServer(async (_, response) => {
      response.writeHead(200, EVENTS);
      while (response.writable) {
        response.write(say('and '));
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    const abort = new AbortController();
    let pieces = 0;
    const pending = modelAt(server).reply(
      REQUEST,
      () => {
        pieces += 1;
        if (pieces === 3) abort.abort();
      },
      abort.signal,
    );
    expect(await pending).toEqual({ toolCalls: [], finish: 'error', reason: 'cancelled' });
    expect(pieces).toBe(3);
    await until(() => server.connections.size === 0);
    expect(pieces).toBe(3);
  });

  test('before the answer closes the connection', async () => {
    const server = await startServer(() => {});
    const abort = new AbortController();
    const pending = ask(modelAt(server), REQUEST, abort.signal);
    await until(() => server.requests.length === 1);
    abort.abort();
    expect((await pending).reply.reason).toBe('cancelled');
    await until(() => server.connections.size === 0);
  });

  test('before the request sends nothing', async () => {
    const server = await startServer(respondWith(200, HELLO, EVENTS));
    expect((await ask(modelAt(server), REQUEST, AbortSignal.abort())).reply.reason).toBe('cancelled');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.requests).toEqual([]);
  });

  test('while the connection is made sends nothing', async () => {
    const server = await startServer(respondWith(200, HELLO, EVENTS));
    const abort = new AbortController();
    const pending = ask(modelAt(server), REQUEST, abort.signal);
    // Long enough for the request to be given to its connection, which needs the event loop to open.
    for (let step = 0; step < 50; step += 1) await Promise.resolve();
    abort.abort();
    expect((await pending).reply.reason).toBe('cancelled');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(server.requests).toEqual([]);
  });

  test('leaves no listener behind on the signal', async () => {
    const server = await startServer(respondWith(200, HELLO, EVENTS));
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = new Proxy(signal, {
      get(target, key) {
        if (key === 'addEventListener') listeners += 1;
        if (key === 'removeEventListener') listeners -= 1;
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await ask(modelAt(server), REQUEST, counted);
    expect(listeners).toBe(0);
  });
});

describe('the request', () => {
  async function requested(request: ModelRequest, options: Partial<OpenAiModelOptions> = {}) {
    const server: TestServer = await startServer(respondWith(200, HELLO, EVENTS));
    await ask(modelAt(server, options), request);
    const [seen] = server.requests;
    return { ...seen, json: JSON.parse(seen?.body ?? '') as { [name: string]: unknown } };
  }

  test('asks the base URL for a stream of the default model, and no more than that', async () => {
    const { method, path, headers, json } = await requested(REQUEST, { apiKey: 'sk-test' });
    expect([method, path, headers?.authorization]).toEqual(['POST', '/v1/chat/completions', 'Bearer sk-test']);
    expect(json).toEqual({
      model: 'mock-1',
      stream: true,
      messages: [{ role: 'user', content: 'How is the weather?' }],
    });
  });

  test.each([
    ['openai:gpt-4o-mini', 'gpt-4o-mini'],
    ['gpt-4o', 'gpt-4o'],
    ['ft:openai:x', 'ft:openai:x'],
  ])('names the model %s as %s', async (model, name) => {
    expect((await requested({ ...REQUEST, model })).json['model']).toBe(name);
  });

  test.each([0, 0.7])('sends the temperature %d when it is given', async (temperature) => {
    expect((await requested({ ...REQUEST, temperature })).json['temperature']).toBe(temperature);
  });

  test('sends tools, calls and results in the wire shape', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    } as const;
    const call = { id: 'call_1', name: 'weather', arguments: '{"city":"Bonn"}' };
    const { json } = await requested({
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: '', toolCalls: [call] },
        { role: 'tool', callId: 'call_1', content: 'sunny' },
        { role: 'assistant', content: 'Sunny.', toolCalls: [] },
        { role: 'assistant', content: 'Wait.', toolCalls: [call] },
      ],
      tools: [{ name: 'weather', description: 'The weather', schema }],
    });
    const wireCall = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Bonn"}' } };
    expect(json).toEqual({
      model: 'mock-1',
      stream: true,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, tool_calls: [wireCall] },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
        { role: 'assistant', content: 'Sunny.' },
        { role: 'assistant', content: 'Wait.', tool_calls: [{ ...wireCall, id: 'call00001' }] },
      ],
      tools: [{ type: 'function', function: { name: 'weather', description: 'The weather', parameters: schema } }],
    });
  });

  test('takes nothing from the environment', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      OPENAI_API_KEY: 'sk-ambient',
      OPENAI_ORG_ID: 'org-ambient',
      OPENAI_BASE_URL: 'http://127.0.0.1:1',
    });
    try {
      const { headers } = await requested(REQUEST);
      expect(JSON.stringify(headers)).not.toContain('ambient');
    } finally {
      process.env = before;
    }
  });

  test('uses one connection for one request after another', async () => {
    const ports = new Set<number | undefined>();
    const answer: Answer = (_, response) => {
      ports.add(response.socket?.remotePort);
      response.writeHead(200, EVENTS).end(HELLO);
    };
    const model = modelAt(await startServer(answer));
    for (let time = 0; time < 3; time += 1) {
      await ask(model);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(ports.size).toBe(1);
  });

  test('is not sent on by a redirect', async () => {
    const server = await startServer(respondWith(307, '', { location: 'http://127.0.0.1:1/' }));
    expect((await ask(modelAt(server))).reply).toMatchObject({
      finish: 'error',
      reason: '307 the model server redirects to http://127.0.0.1:1/',
    });
  });

  test('keeps the key out of a reason', async () => {
    const body = JSON.stringify({ error: { message: 'Incorrect API key provided: sk-secret' } });
    const server = await startServer(respondWith(401, body, { 'content-type': 'application/json' }));
    expect((await ask(modelAt(server, { apiKey: 'sk-secret' }))).reply.reason).toBe(
      '401 Incorrect API key provided: [key]',
    );
  });

  test.each(['nowhere', 'ftp://host/v1', ''])('has to go to an http URL, not "%s"', (baseUrl) => {
    expect(() => createOpenAiModel({ model: 'm', baseUrl })).toThrow('is not an http or https URL');
  });

  test('that cannot be made is a failed reply', async () => {
    const { reply } = await ask(modelAt({ url: 'http://127.0.0.1:1' }, { apiKey: 'a\nb' }));
    expect(reply).toMatchObject({
      toolCalls: [],
      finish: 'error',
      reason: expect.stringMatching(/^the request cannot be made/),
    });
    expect(reply.reason).not.toContain('a\nb');
  });
});

describe('a parameter that the model refuses', () => {
  /** Answers 400 as long as the request has one of these, as OpenAI words it. */
  const refusing =
    (...names: readonly string[]): Answer =>
    (request, response) => {
      const body = JSON.parse(request.body) as { readonly [name: string]: unknown };
      const name = names.find((each) => each in body);
      if (name === undefined) return respondWith(200, HELLO, EVENTS)(request, response);
      const error = { message: `Unsupported parameter: '${name}' is not supported with this model.`, param: name };
      return respondWith(400, JSON.stringify({ error }), { 'content-type': 'application/json' })(request, response);
    };
  const request: ModelRequest = { ...REQUEST, temperature: 0.5, maxTokens: 50 };
  const sent = ({ requests }: TestServer): readonly string[] =>
    requests.map(({ body }) => (body.match(/"(?:temperature|max_tokens|max_completion_tokens)"/g) ?? []).join(' '));

  test.each<[string, readonly string[], readonly string[]]>([
    ['the temperature', ['temperature'], ['"temperature" "max_tokens"', '"max_tokens"', '"max_tokens"']],
    [
      'the older name of a limit',
      ['max_tokens'],
      ['"temperature" "max_tokens"', '"temperature" "max_completion_tokens"', '"temperature" "max_completion_tokens"'],
    ],
    [
      'all of them',
      ['temperature', 'max_tokens', 'max_completion_tokens'],
      ['"temperature" "max_tokens"', '"max_tokens"', '"max_completion_tokens"', '', ''],
    ],
  ])('is left out, and stays out: %s', async (_, names, expected) => {
    const server = await startServer(refusing(...names));
    const model = modelAt(server);
    for (let time = 0; time < 2; time += 1) {
      expect(await ask(model, request)).toMatchObject({ text: 'Hello', reply: { finish: 'stop' } });
    }
    expect(sent(server)).toEqual(expected);
  });

  test('is left out for that model alone', async () => {
    const server = await startServer((seen, response) =>
      seen.body.includes('"model":"old"') ? refusing('temperature')(seen, response) : refusing()(seen, response),
    );
    const model = modelAt(server);
    await ask(model, { ...request, model: 'old' });
    await ask(model, { ...request, model: 'new' });
    expect(sent(server).at(-1)).toBe('"temperature" "max_tokens"');
  });

  test('that was not sent is not asked about again', async () => {
    const server = await startServer(
      respondWith(
        400,
        JSON.stringify({ error: { message: "Unsupported value: 'temperature'", param: 'temperature' } }),
      ),
    );
    expect((await ask(modelAt(server))).reply).toMatchObject({ finish: 'error', code: 'refused-parameter' });
    expect(server.requests).toHaveLength(1);
  });
});

test('an event without end is given up', async () => {
  const server = await startServer(async (_, response) => {
    response.writeHead(200, EVENTS).write('data: {"x":"');
    while (response.writable) {
      response.write('x'.repeat(256 * 1024));
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  expect((await ask(modelAt(server))).reply.reason).toMatch(/^the model server sent an event of more than \d+ bytes$/);
  await until(() => server.connections.size === 0);
});

test('a connection is opened before it is needed, and not a second time while it is fresh', async () => {
  const server = await startServer(({ method }, response) => {
    if (method === 'HEAD') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: [DONE]\n\n');
  });
  const model = modelAt(server);
  model.prepare?.();
  model.prepare?.();
  await until(() => server.requests.length === 1);
  await ask(model);
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'HEAD /v1/models',
    'POST /v1/chat/completions',
  ]);
});
