import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import type { ToolDefinition, ToolResult, ToolSource } from '../../src/call/tool.ts';
import { createHttpClient } from '../../src/http/client.ts';
import type { HttpClient } from '../../src/http/client.ts';
import type { ToolRun } from '../../src/interpret/ports.ts';
import { TOOL_RESULT_MAX_BYTES } from '../../src/limits.ts';
import { createWebhookTools } from '../../src/tools/webhook.ts';
import { respondWith, startServer, until } from '../support/servers.ts';
import type { TestServer } from '../support/servers.ts';

const SECRET = Buffer.from('a key of a tool owner').toString('base64');
const SECRETS: { readonly [name: string]: string } = {
  'shop/orders': SECRET,
  'shop/prefixed': `whsec_${SECRET}`,
  'shop/broken': 'not base64!',
};

let client: HttpClient | undefined;

afterEach(async () => {
  await client?.close();
  client = undefined;
});

function runOf(source: Partial<ToolSource> & { readonly url: string }): ToolRun {
  const tool: ToolDefinition = {
    name: 'lookup_order',
    description: 'Looks an order up',
    schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
    bindings: [],
    source: { kind: 'webhook', timeoutMs: 500, ...source },
  };
  return { agent: 'shop', id: 'CA1/2/1/0', tool, arguments: { order: 'ORD-42', count: 2 } };
}

function call(run: ToolRun, signal = new AbortController().signal, nowMs = 1_735_603_214_900): Promise<ToolResult> {
  client ??= createHttpClient({ allow: ['127.0.0.1'] });
  const tools = createWebhookTools({
    client,
    secrets: (agent, name) => SECRETS[`${agent}/${name}`],
    clock: { now: () => nowMs },
  });
  return tools.run(run, signal);
}

const error = (content: string): ToolResult => ({ content, isError: true });

describe('the request', () => {
  test('is the arguments as JSON, with id and time and without a signature', async () => {
    const server = await startServer(respondWith(200, '{"status":"shipped"}', { 'content-type': 'application/json' }));
    expect(await call(runOf({ url: `${server.url}/orders?x=1` }))).toEqual({
      content: '{"status":"shipped"}',
      isError: false,
    });
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/orders?x=1', body: '{"order":"ORD-42","count":2}' },
    ]);
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'CA1/2/1/0',
      'webhook-timestamp': '1735603214',
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  test.each(['orders', 'prefixed'])(
    'is signed with the secret "%s", which the standard package verifies',
    async (secret) => {
      const server = await startServer(respondWith(200, 'ok'));
      await call(runOf({ url: server.url, secret }), undefined, Date.now());
      const [request] = server.requests;
      const verified = new Webhook(SECRET).verify(request?.body ?? '', request?.headers as Record<string, string>);
      expect(verified).toEqual({ order: 'ORD-42', count: 2 });
      expect(() => new Webhook(SECRET).verify('{}', request?.headers as Record<string, string>)).toThrow(
        'No matching signature',
      );
    },
  );

  test.each([
    ['is not configured', 'unknown', 'The tool was not called: its secret "unknown" is not configured.'],
    [
      'is no key',
      'broken',
      'The tool was not called: its secret "broken": the secret is not base64, as a Standard Webhooks secret must be.',
    ],
  ])('is not sent when its secret %s', async (_, secret, content) => {
    const server = await startServer(respondWith(200, 'ok'));
    expect(await call(runOf({ url: server.url, secret }))).toEqual(error(content));
    expect(server.requests).toEqual([]);
  });

  test("is not sent with another agent's secret", async () => {
    const server = await startServer(respondWith(200, 'ok'));
    expect(await call({ ...runOf({ url: server.url, secret: 'orders' }), agent: 'other' })).toMatchObject({
      isError: true,
    });
    expect(server.requests).toEqual([]);
  });
});

describe('the result', () => {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  test.each([
    ['JSON', 200, '{"a":1}', json, '{"a":1}'],
    ['text', 201, ' done \n', { 'content-type': 'text/plain' }, 'done'],
    ['text without a type', 200, 'fine', {}, 'fine'],
    ['text that a script calls HTML', 200, 'in stock: 4', { 'content-type': 'text/html' }, 'in stock: 4'],
    ['problem JSON', 200, '{}', { 'content-type': 'application/problem+json' }, '{}'],
    [
      'text of another charset',
      200,
      Buffer.from('Grüße', 'latin1'),
      { 'content-type': 'text/plain; charset=latin1' },
      'Grüße',
    ],
    ['nothing', 200, '', {}, 'The tool answered 200 without content.'],
    ['no content', 204, '', {}, 'The tool answered 204 without content.'],
  ])('of %s', async (_, status, body, headers, content) => {
    const server = await startServer(respondWith(status, body, headers));
    expect(await call(runOf({ url: server.url }))).toEqual({ content, isError: false });
  });

  test.each([
    ['a client error', 404, '{"error":"no such order"}', json, 'The tool answered 404: {"error":"no such order"}'],
    ['a conflict', 409, '', {}, 'The tool answered 409.'],
    ['a server error', 500, 'boom', { 'content-type': 'text/plain' }, 'The tool answered 500: boom'],
    [
      'a web page',
      200,
      '<!DOCTYPE html><title>Log in</title>',
      { 'content-type': 'text/html' },
      'The tool answered 200 with a web page instead of a result.',
    ],
    [
      'an error page',
      502,
      '<html><h1>Bad Gateway</h1>',
      { 'content-type': 'text/html' },
      'The tool answered 502 with a web page instead of a result.',
    ],
    [
      'a picture',
      200,
      Buffer.from([137, 80, 78, 71]),
      { 'content-type': 'image/png' },
      'The tool answered 200 with image/png, which cannot be read as text.',
    ],
    [
      'a redirect',
      302,
      '',
      { location: 'http://127.0.0.1/elsewhere' },
      'The tool answered 302: it redirects, and tools are not followed elsewhere.',
    ],
  ])('of %s is an error', async (_, status, body, headers, content) => {
    const server = await startServer(respondWith(status, body, headers));
    expect(await call(runOf({ url: server.url }))).toEqual(error(content));
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['a reason', '{"error":"no such order"}'],
    ['a reason in parts', '{"error":{"code":7},"data":null}'],
    ['a mark', '{"error":true}'],
    ['no success', '{"success":false,"message":"closed"}'],
    ['not ok', ' {"ok":false} '],
    ['a list of reasons', '{"data":null,"errors":[{"message":"no such field"}]}'],
  ])('of 200 with %s is an error with the same text', async (_, body) => {
    const server = await startServer(respondWith(200, body, json));
    expect(await call(runOf({ url: server.url }))).toEqual(error(body.trim()));
  });

  test.each([
    '{"error":null}',
    '{"error":false}',
    '{"error":""}',
    '{"error":{}}',
    '{"error":[]}',
    '{"errors":[]}',
    '{"errors":0}',
    '{"success":true,"ok":true}',
    '{"success":"false"}',
    '{"message":"the error was repaired"}',
    '[{"error":"of one of them"}]',
    'error: none',
    '{"error":"not JSON',
  ])('of 200 with %s is none', async (body) => {
    const server = await startServer(respondWith(200, body, json));
    expect(await call(runOf({ url: server.url }))).toEqual({ content: body, isError: false });
  });

  test.each([
    [200, ''],
    [204, ''],
    [409, ''],
    [409, '{"error":"duplicate"}'],
  ])('of %i with %j to a call that was sent before leaves its outcome open', async (status, body) => {
    const server = await startServer(respondWith(status, body));
    expect(await call({ ...runOf({ url: server.url }), resent: true })).toEqual(
      error('The tool received this call earlier; outcome unknown.'),
    );
  });

  test.each([
    [200, '{"status":"shipped"}'],
    [500, 'boom'],
  ])('of %i with %j to a call that was sent before is a result like any other', async (status, body) => {
    const server = await startServer(respondWith(status, body));
    const run = runOf({ url: server.url });
    expect(await call({ ...run, resent: true })).toEqual(await call(run));
  });

  test('that is too long is cut, between characters, and says so', async () => {
    const mark = `\n[cut here: the answer is longer than ${TOOL_RESULT_MAX_BYTES} bytes]`;
    const server = await startServer(respondWith(200, `a${'€'.repeat(TOOL_RESULT_MAX_BYTES)}`));
    const { content, isError } = await call(runOf({ url: server.url }));
    expect(isError).toBe(false);
    expect(content.endsWith(`€${mark}`)).toBe(true);
    expect(content).not.toContain('\ufffd');
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(TOOL_RESULT_MAX_BYTES + mark.length);
  });

  test('of an error that is too long is cut too', async () => {
    const server = await startServer(respondWith(500, 'x'.repeat(TOOL_RESULT_MAX_BYTES + 1)));
    const { content } = await call(runOf({ url: server.url }));
    expect(content).toMatch(/^The tool answered 500: x+\n\[cut here: /);
  });
});

describe('a tool that gives no answer', () => {
  async function failing(answer: Parameters<typeof startServer>[0], timeoutMs = 30): Promise<ToolResult> {
    const server: TestServer = await startServer(answer);
    const result = await call(runOf({ url: server.url, timeoutMs }));
    await until(() => server.connections.size === 0);
    return result;
  }

  test('in time', async () => {
    expect(await failing(() => {})).toEqual(
      error('The tool did not answer: timed out after 0.03 s. Whether it did its work is unknown.'),
    );
  });

  test('to its end', async () => {
    expect(await failing((_, response) => void response.write('half', () => response.destroy()), 500)).toEqual(
      error(
        'The tool did not answer: the connection was lost before the answer was complete. Whether it did its work is unknown.',
      ),
    );
  });

  test('because nobody listens', async () => {
    expect(await call(runOf({ url: 'http://127.0.0.1:1/' }))).toEqual(
      error('The tool was not reached: 127.0.0.1:1 refuses connections.'),
    );
  });

  test('because its address is inside', async () => {
    expect(await call(runOf({ url: 'https://10.0.0.1/' }))).toEqual(
      error('The tool was not reached: refused: 10.0.0.1 is not a public address.'),
    );
  });

  test('because the call was cancelled', async () => {
    const server = await startServer(() => {});
    const abort = new AbortController();
    const pending = call(runOf({ url: server.url }), abort.signal);
    await until(() => server.requests.length === 1);
    abort.abort();
    expect(await pending).toEqual(error('The tool was cancelled. Whether it did its work is unknown.'));
  });
});

describe('an answer that was compressed unasked', () => {
  const text = '{"status":"shipped"}';
  const answer = async (body: Buffer, encoding: string): Promise<ToolResult> => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const server = await startServer(respondWith(200, body, headers));
    return call(runOf({ url: server.url }));
  };

  test.each([
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity', Buffer.from(text)],
  ])('is read from %s', async (encoding, body) => {
    expect(await answer(body, encoding)).toEqual({ content: text, isError: false });
  });

  test('is cut where it grows too long, however small it came', async () => {
    const { content, isError } = await answer(gzipSync('x'.repeat(5_000_000)), 'gzip');
    expect(isError).toBe(false);
    expect(content.length).toBeLessThan(TOOL_RESULT_MAX_BYTES + 100);
    expect(content).toMatch(/^x{16000}[^]*\[cut here: /);
  });

  test.each([
    ['an encoding that nobody knows', 'rot13', Buffer.from(text)],
    ['a body that is not in its encoding', 'gzip', Buffer.from(text)],
    ['a body that ends too early', 'gzip', gzipSync(text).subarray(0, 15)],
  ])('is an honest error for %s', async (_name, encoding, body) => {
    expect(await answer(body, encoding)).toEqual(
      error(`The tool answered 200 in the encoding "${encoding}", which cannot be read.`),
    );
  });
});
