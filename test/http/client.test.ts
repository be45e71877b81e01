import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { buildConnector } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { createHttpClient, failure } from '../../src/http/client.ts';
import type { HttpClient, HttpOutcome, HttpRequest } from '../../src/http/client.ts';
import { respondWith, startServer, until } from '../support/servers.ts';

let client: HttpClient | undefined;

afterEach(async () => {
  await client?.close();
  client = undefined;
});

function send(url: string, request: Partial<HttpRequest> = {}, signal?: AbortSignal): Promise<HttpOutcome> {
  client ??= createHttpClient({ allow: ['127.0.0.1', 'localhost'] });
  return client.send({ method: 'GET', url, timeoutMs: 1_000, limitBytes: 1_000, ...request }, signal);
}

describe('createHttpClient', () => {
  test('gives status, headers and body', async () => {
    const server = await startServer(respondWith(201, 'made', { 'X-Kind': 'test' }));
    const outcome = await send(`${server.url}/a?b=1`, { method: 'POST', body: 'hello', headers: { 'x-own': '1' } });
    expect(outcome).toMatchObject({ kind: 'response', status: 201, cut: false, url: `${server.url}/a?b=1` });
    expect(outcome.kind === 'response' && outcome.body.toString()).toBe('made');
    expect(outcome.kind === 'response' && outcome.headers['x-kind']).toBe('test');
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/a?b=1', body: 'hello', headers: { 'x-own': '1', 'user-agent': 'colloquy' } },
    ]);
  });

  test('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const server = await startServer((_, response) => {
      ports.add(response.socket?.remotePort);
      response.end('ok');
    });
    await send(server.url);
    // undici lets a connection rest for one turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    await send(server.url);
    expect(server.requests).toHaveLength(2);
    expect(ports.size).toBe(1);
  });

  test('refuses an address inside that is not allowed', async () => {
    const server = await startServer(respondWith(200, 'secret'));
    client = createHttpClient();
    expect(await send(server.url)).toEqual({
      kind: 'failed',
      code: 'refused',
      reason: 'refused: 127.0.0.1 is not spoken to over https',
    });
    expect(await send(server.url.replace('http:', 'https:'))).toEqual({
      kind: 'failed',
      code: 'refused',
      reason: 'refused: 127.0.0.1 is not a public address',
    });
    expect(await send('https://localhost/')).toMatchObject({ code: 'refused' });
    expect(server.requests).toEqual([]);
  });

  test.each([
    ['no URL', 'nowhere', 'invalid', '"nowhere" is not a URL'],
    ['another protocol', 'ftp://127.0.0.1/', 'invalid', 'ftp is not a protocol that is spoken here'],
    ['a closed port', 'http://127.0.0.1:1/', 'unreachable', '127.0.0.1:1 refuses connections'],
  ])('fails for %s', async (_, url, code, reason) => {
    expect(await send(url)).toEqual({ kind: 'failed', code, reason });
  });

  test('fails for a header that is not valid HTTP', async () => {
    const server = await startServer(respondWith(200));
    expect(await send(server.url, { headers: { 'x-bad': 'a\r\nb: c' } })).toMatchObject({
      kind: 'failed',
      code: 'invalid',
    });
  });

  test.each([
    ['before its headers', (): void => {}],
    ['within its body', (response: { write(text: string): void }): void => response.write('begun')],
  ])('gives up on an answer that stalls %s, and closes the connection', async (_, begin) => {
    const server = await startServer((_, response) => begin(response));
    expect(await send(server.url, { timeoutMs: 30 })).toEqual({
      kind: 'failed',
      code: 'timeout',
      reason: 'timed out after 0.03 s',
    });
    await until(() => server.connections.size === 0);
  });

  test('an answer that trickles does not outlive the deadline', async () => {
    const server = await startServer(async (_, response) => {
      while (response.writable) {
        response.write('.');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    expect(await send(server.url, { timeoutMs: 40 })).toMatchObject({ code: 'timeout' });
  });

  test('keeps no more of a body than it was asked to, and closes the connection', async () => {
    const server = await startServer((_, response) => {
      response.write('x'.repeat(1_500));
    });
    const outcome = await send(server.url);
    expect(outcome).toMatchObject({ kind: 'response', status: 200, cut: true });
    expect(outcome.kind === 'response' && outcome.body.length).toBe(1_000);
    await until(() => server.connections.size === 0);
  });

  test('a body of exactly the limit is whole', async () => {
    const server = await startServer(respondWith(200, 'x'.repeat(1_000)));
    expect(await send(server.url)).toMatchObject({ cut: false });
  });

  test('an abort ends a request and closes its connection', async () => {
    const server = await startServer(() => {});
    const abort = new AbortController();
    const pending = send(server.url, {}, abort.signal);
    await until(() => server.requests.length === 1);
    abort.abort();
    expect(await pending).toEqual({ kind: 'failed', code: 'cancelled', reason: 'cancelled' });
    await until(() => server.connections.size === 0);
  });

  test('sends nothing when it was aborted before', async () => {
    const server = await startServer(respondWith(200));
    expect(await send(server.url, {}, AbortSignal.abort())).toMatchObject({ code: 'cancelled' });
    expect(server.requests).toEqual([]);
  });

  test('what was given up while its connection was made is never sent', async () => {
    const server = await startServer(respondWith(200));
    let isConnected = false;
    client = createHttpClient({
      allow: ['127.0.0.1'],
      dialler: (options) => (target, callback) => {
        setTimeout(() => {
          buildConnector(options)(target, (...outcome) => {
            callback(...outcome);
            isConnected = true;
          });
        }, 15);
      },
    });
    expect(await send(server.url, { timeoutMs: 5 })).toMatchObject({ code: 'timeout' });
    await until(() => isConnected);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.requests).toEqual([]);
  });

  test('says so when the connection is lost in the middle of an answer', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('only this', () => response.destroy());
    });
    expect(await send(server.url)).toEqual({
      kind: 'failed',
      code: 'broken',
      reason: 'the connection was lost before the answer was complete',
    });
  });

  test('says so when the answer is not HTTP', async () => {
    const server = createServer((socket) => socket.end('220 mail ready\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await send(`http://127.0.0.1:${port}/`)).toEqual({
      kind: 'failed',
      code: 'broken',
      reason: 'the answer is not HTTP',
    });
    server.close();
  });
});

describe('redirects', () => {
  test('are given back as they are when none is to be followed', async () => {
    const server = await startServer(respondWith(302, '', { location: '/there' }));
    expect(await send(server.url)).toMatchObject({ kind: 'response', status: 302 });
    expect(server.requests).toHaveLength(1);
  });

  test('are followed up to the number given', async () => {
    const server = await startServer(({ path }, response) => {
      if (path === '/3') response.end('here');
      else response.writeHead(302, { location: `/${Number(path.slice(1)) + 1}` }).end();
    });
    expect(await send(`${server.url}/0`, { redirects: 3 })).toMatchObject({ status: 200, url: `${server.url}/3` });
    expect(await send(`${server.url}/0`, { redirects: 2 })).toEqual({
      kind: 'failed',
      code: 'broken',
      reason: 'redirected more than 2 times',
    });
  });

  test.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'a=1'],
    [308, 'POST', 'a=1'],
  ])('%i asks on with %s', async (status, method, body) => {
    const server = await startServer(({ path }, response) => {
      if (path === '/there') response.end();
      else response.writeHead(status, { location: 'there' }).end();
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await send(server.url, { method: 'POST', body: 'a=1', headers, redirects: 1 });
    expect(server.requests[1]).toMatchObject({ method, path: '/there', body });
    expect(server.requests[1]?.headers['content-type']).toBe(method === 'POST' ? headers['content-type'] : undefined);
  });

  test.each(['http://169.254.169.254/latest', 'https://10.0.0.1/', 'https://[::1]/', 'http://localhost.:9/'])(
    'to %s are refused by the guard',
    async (location) => {
      const server = await startServer(respondWith(302, '', { location }));
      client = createHttpClient({ allow: [server.host] });
      expect(await send(server.url, { redirects: 3 })).toMatchObject({ kind: 'failed', code: 'refused' });
    },
  );

  test('share one deadline', async () => {
    const server = await startServer(async ({ path }, response) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      response.writeHead(302, { location: `${path}x` }).end();
    });
    expect(await send(`${server.url}/`, { redirects: 20, timeoutMs: 70 })).toEqual({
      kind: 'failed',
      code: 'timeout',
      reason: 'timed out after 0.07 s',
    });
  });
});

test.each([
  ['ENOTFOUND', 'the name no.example is not known'],
  ['ECONNREFUSED', 'no.example:8443 refuses connections'],
])('%s is told with what was looked for', (code, reason) => {
  const error = Object.assign(new Error('x'), { code });
  expect(failure(error, new URL('https://no.example:8443/a'))).toEqual({ kind: 'failed', code: 'unreachable', reason });
});
