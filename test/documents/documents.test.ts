import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FetchedDocument } from '../../src/call/event.ts';
import { createDocuments } from '../../src/documents/documents.ts';
import type { DocumentSource } from '../../src/documents/documents.ts';
import { createHttpClient } from '../../src/http/client.ts';
import type { HttpClient } from '../../src/http/client.ts';
import type { DocumentRequest } from '../../src/interpret/ports.ts';
import { DOCUMENT_MAX_BYTES, FILE_CHECK_EVERY_MS } from '../../src/limits.ts';
import { respondWith, startServer } from '../support/servers.ts';
import type { Answer } from '../support/servers.ts';

const XML = { 'content-type': 'text/xml' };
const PARAMETERS = { CallSid: 'CA1', From: '+1555', tags: ['a', 'b'], SessionData: { token: 't' }, nothing: null };

let client: HttpClient | undefined;
let folder = '';
let nowMs = 1_000_000;
/** What was read and compiled, in order. */
let readings: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'documents-'));
  nowMs = 1_000_000;
  readings = [];
});

afterEach(async () => {
  await client?.close();
  client = undefined;
  rmSync(folder, { recursive: true });
});

function read(source: Uint8Array, url: string): FetchedDocument {
  const text = Buffer.from(source).toString('utf8');
  readings.push(text);
  if (text === '<broken/>') throw new Error('a bug of the reader');
  if (text === 'invalid') return { kind: 'invalid', url, source: text, faults: ['1:1 not XML'] };
  return { kind: 'program', url, source: text, program: { hash: text, verbs: [] } };
}

function documentsOf(source: string | URL, method?: 'GET' | 'POST') {
  client ??= createHttpClient({ allow: ['127.0.0.1'] });
  const agent: DocumentSource = { source: new URL(source), ...(method === undefined ? {} : { method }) };
  const documents = createDocuments({
    agents: (name) => (name === 'app' ? agent : undefined),
    client,
    read,
    clock: { now: () => nowMs },
  });
  return (request: Partial<DocumentRequest> = {}, signal = new AbortController().signal): Promise<FetchedDocument> =>
    documents.fetch({ agent: 'app', parameters: { CallSid: 'CA1' }, ...request }, signal);
}

describe("the agent's own document as a file", () => {
  test.skipIf(process.platform === 'win32')('a look that hangs holds up nobody who comes later', async () => {
    const [pipe, aside] = [path.join(folder, 'app.xml'), path.join(folder, 'aside')];
    execFileSync('mkfifo', [pipe]);
    const fetch = documentsOf(pathToFileURL(pipe));
    const hanging = fetch();
    // By then it waits for somebody who writes.
    await new Promise((resolve) => void setTimeout(resolve, 50));
    renameSync(pipe, aside);
    writeFileSync(pipe, '<Response/>');
    nowMs += FILE_CHECK_EVERY_MS;
    expect(await fetch()).toMatchObject({ kind: 'program', source: '<Response/>' });
    closeSync(openSync(aside, constants.O_WRONLY | constants.O_NONBLOCK));
    await hanging;
  });

  function file(text: string): URL {
    const name = path.join(folder, 'app.xml');
    writeFileSync(name, text);
    return pathToFileURL(name);
  }

  test('is read and compiled once', async () => {
    const url = file('<Response/>');
    const fetch = documentsOf(url);
    const first = await fetch();
    expect(first).toMatchObject({ kind: 'program', url: url.href, source: '<Response/>' });
    expect(await fetch()).toBe(first);
    expect(readings).toEqual(['<Response/>']);
  });

  test('is read again when its size or its time has changed for a while', async () => {
    const url = file('<Response/>');
    const fetch = documentsOf(url);
    await fetch();
    file('<Response></Response>');
    expect(await fetch()).toMatchObject({ source: '<Response/>' });
    nowMs += FILE_CHECK_EVERY_MS;
    expect(await fetch()).toMatchObject({ source: '<Response></Response>' });
    file('<Response>x</Respons>');
    nowMs += FILE_CHECK_EVERY_MS;
    utimesSync(url, new Date(5_000), new Date(5_000));
    expect(await fetch()).toMatchObject({ source: '<Response>x</Respons>' });
  });

  test('is compiled once per content, even when its time changes', async () => {
    const url = file('<Response/>');
    const fetch = documentsOf(url);
    const first = await fetch();
    utimesSync(url, new Date(5_000), new Date(5_000));
    nowMs += FILE_CHECK_EVERY_MS;
    expect(await fetch()).toBe(first);
    expect(readings).toHaveLength(1);
  });

  test('with faults is given with them', async () => {
    expect(await documentsOf(file('invalid'))()).toMatchObject({ kind: 'invalid', faults: ['1:1 not XML'] });
  });

  test('that is missing is unavailable, and found once it is there', async () => {
    const url = pathToFileURL(path.join(folder, 'app.xml'));
    const fetch = documentsOf(url);
    expect(await fetch()).toMatchObject({
      kind: 'unavailable',
      url: url.href,
      reason: expect.stringContaining('ENOENT'),
    });
    file('<Response/>');
    expect(await fetch()).toMatchObject({ kind: 'program' });
  });

  test('that is too long is unavailable', async () => {
    expect(await documentsOf(file('x'.repeat(DOCUMENT_MAX_BYTES + 1)))()).toMatchObject({
      kind: 'unavailable',
      reason: `it is longer than ${DOCUMENT_MAX_BYTES} bytes`,
    });
  });

  test('is a stage of itself, and no other file is one', async () => {
    const url = file('<Response/>');
    const fetch = documentsOf(url);
    expect(await fetch({ stage: { url: url.href, method: 'POST' } })).toMatchObject({ kind: 'program' });
    writeFileSync(path.join(folder, 'other.xml'), '<Response/>');
    for (const other of [new URL('other.xml', url).href, 'file:///etc/passwd', `${url.href}/../other.xml`]) {
      expect(await fetch({ stage: { url: other, method: 'GET' } })).toEqual({
        kind: 'unavailable',
        url: other,
        reason: 'it is neither an https URL nor the file of the agent',
      });
    }
  });

  test('may lead to a stage on a server', async () => {
    const server = await startServer(respondWith(200, '<Response/>', XML));
    const fetch = documentsOf(file('<Response/>'));
    expect(await fetch({ stage: { url: `${server.url}/next`, method: 'POST' } })).toMatchObject({
      kind: 'program',
      url: `${server.url}/next`,
    });
  });
});

describe('a document on a server', () => {
  test('is asked for with the parameters in the query, behind its own', async () => {
    const server = await startServer(respondWith(200, '<Response/>', XML));
    const document = await documentsOf(`${server.url}/app?x=1#rc=2`)({ parameters: PARAMETERS });
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        path: '/app?x=1&CallSid=CA1&From=%2B1555&tags=a&tags=b&SessionData=%7B%22token%22%3A%22t%22%7D',
        body: '',
      },
    ]);
    expect(document).toMatchObject({ kind: 'program', url: `${server.url}/app?x=1` });
  });

  test('is asked for with a form where the method is POST', async () => {
    const server = await startServer(respondWith(200, '<Response/>', XML));
    await documentsOf(`${server.url}/app?x=1`, 'POST')({ parameters: PARAMETERS });
    await documentsOf(server.url)({
      stage: { url: `${server.url}/stage`, method: 'POST' },
      parameters: { CallSid: 'CA1' },
    });
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/app?x=1',
        body: 'CallSid=CA1&From=%2B1555&tags=a&tags=b&SessionData=%7B%22token%22%3A%22t%22%7D',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      { method: 'POST', path: '/stage', body: 'CallSid=CA1' },
    ]);
  });

  test('carries no credential to the server', async () => {
    const server = await startServer(respondWith(200, '<Response/>', XML));
    await documentsOf(server.url)();
    expect(Object.keys(server.requests[0]?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  test('is compiled once per URL and content', async () => {
    const server = await startServer(respondWith(200, '<Response/>', XML));
    const fetch = documentsOf(`${server.url}/a`);
    const first = await fetch({ parameters: { CallSid: 'CA1' } });
    expect(await fetch({ parameters: { CallSid: 'CA2' } })).toBe(first);
    expect(await fetch({ stage: { url: `${server.url}/b`, method: 'GET' } })).toMatchObject({ url: `${server.url}/b` });
    expect(readings).toHaveLength(2);
  });

  test('is found through redirects, and its own URL does not show the parameters', async () => {
    const server = await startServer(({ path: asked }, response) => {
      if (asked.startsWith('/new')) response.writeHead(200, XML).end('<Response/>');
      else response.writeHead(302, { location: asked.replace('/old', '/new/') }).end();
    });
    const document = await documentsOf(`${server.url}/old?x=1`)({
      parameters: { CallSid: 'CA1', SpeechResult: 'a b' },
    });
    expect(document).toMatchObject({ kind: 'program', url: `${server.url}/new/?x=1` });
  });

  test.each<[string, Answer, string]>([
    ['an error', respondWith(503, 'down'), 'the server answered 503'],
    [
      'a web page',
      respondWith(200, '<!DOCTYPE html><html></html>', { 'content-type': 'text/html' }),
      'the server answered with a web page, not with an XML document',
    ],
    [
      'JSON',
      respondWith(200, '{}', { 'content-type': 'application/json' }),
      'the server answered with application/json, not with an XML document',
    ],
    ['nothing', respondWith(200), 'the server answered with nothing, not with an XML document'],
    ['no content', respondWith(204), 'the server answered with nothing, not with an XML document'],
    [
      'too much',
      respondWith(200, `<Response>${' '.repeat(DOCUMENT_MAX_BYTES)}`, XML),
      `it is longer than ${DOCUMENT_MAX_BYTES} bytes`,
    ],
    ['redirects without end', respondWith(302, '', { location: '/' }), 'redirected more than 3 times'],
    ['a redirect without a target', respondWith(302), 'the server answered 302'],
    [
      'a redirect inside',
      respondWith(302, '', { location: 'http://10.0.0.1/' }),
      'refused: 10.0.0.1 is not spoken to over https',
    ],
    ['a 304 that was not asked for', respondWith(304), 'the server answered 304'],
    [
      'half an answer',
      (_, response) => void response.writeHead(200, XML).write('<Resp', () => response.destroy()),
      'the connection was lost before the answer was complete',
    ],
  ])('that is %s is unavailable', async (_, answer, reason) => {
    const server = await startServer(answer);
    expect(await documentsOf(`${server.url}/app`)()).toEqual({ kind: 'unavailable', url: `${server.url}/app`, reason });
    expect(readings).toEqual([]);
  });

  test.each([
    ['XML of any type', 'application/vnd.cxml+xml', 'anything, the reader says where it is wrong'],
    ['XML called text', 'text/plain', '<Response/>'],
    ['XML called HTML', 'text/html', '\ufeff\n<?xml version="1.0"?><Response/>'],
    ['XML without a type', '', '<Response/>'],
  ])('that is %s is read', async (_, type, body) => {
    const server = await startServer(respondWith(200, body, type === '' ? {} : { 'content-type': type }));
    expect(await documentsOf(server.url)()).toMatchObject({ kind: 'program', source: body });
  });

  test('that breaks the reader is unavailable', async () => {
    const server = await startServer(respondWith(200, '<broken/>', XML));
    expect(await documentsOf(server.url)()).toMatchObject({
      kind: 'unavailable',
      reason: 'it cannot be read: Error: a bug of the reader',
    });
  });

  test('an abort ends the fetch', async () => {
    const server = await startServer(() => {});
    const abort = new AbortController();
    const pending = documentsOf(`${server.url}/app`)({}, abort.signal);
    abort.abort();
    expect(await pending).toEqual({ kind: 'unavailable', url: `${server.url}/app`, reason: 'cancelled' });
    expect(await documentsOf(`${server.url}/app`)({}, AbortSignal.abort())).toMatchObject({ reason: 'cancelled' });
  });

  test('of an unknown agent is unavailable', async () => {
    expect(await documentsOf('https://example.com')({ agent: 'nobody' })).toEqual({
      kind: 'unavailable',
      url: '',
      reason: 'there is no agent named "nobody"',
    });
  });

  test.each(['ftp://example.com/a.xml', 'data:text/xml,<Response/>', '/relative', ''])(
    'at "%s" is unavailable',
    async (url) => {
      const fetch = documentsOf('https://example.com');
      expect(await fetch({ stage: { url, method: 'GET' } })).toMatchObject({
        kind: 'unavailable',
        reason: 'it is neither an https URL nor the file of the agent',
      });
    },
  );
});

describe('caching', () => {
  /** Answers with a new body each time and the headers given, and 304 for the ETag it gave last. */
  async function changing(headers: { readonly [name: string]: string }) {
    let version = 0;
    const server = await startServer((request, response) => {
      const isKnown =
        request.headers['if-none-match'] !== undefined && request.headers['if-none-match'] === headers['etag'];
      if (isKnown) response.writeHead(304, headers).end();
      else response.writeHead(200, { ...XML, ...headers }).end(`<Response>${++version}</Response>`);
    });
    const fetch = documentsOf(`${server.url}/app`);
    return { server, source: async () => ((await fetch()) as { source?: string }).source };
  }

  test.each([
    ['max-age', { 'cache-control': 'public, max-age=60' }, 59_999, true],
    ['max-age that is over', { 'cache-control': 'max-age=60' }, 60_000, false],
    ['s-maxage before max-age', { 'cache-control': 'max-age=60, s-maxage=10' }, 10_000, false],
    ['an age that it has already', { 'cache-control': 'max-age=60', age: '50' }, 10_000, false],
    ['Expires', { date: 'Thu, 01 Jan 1970 00:00:00 GMT', expires: 'Thu, 01 Jan 1970 00:01:00 GMT' }, 59_999, true],
    [
      'Expires that is over',
      { date: 'Thu, 01 Jan 1970 00:00:00 GMT', expires: 'Thu, 01 Jan 1970 00:01:00 GMT' },
      60_000,
      false,
    ],
    ['Expires that is no date', { expires: '0' }, 0, false],
    ['max-age that is no number', { 'cache-control': 'max-age=soon' }, 0, false],
    ['no-store', { 'cache-control': 'no-store, max-age=60' }, 0, false],
    ['no-cache', { 'cache-control': 'no-cache, max-age=60' }, 0, false],
    ['private', { 'cache-control': 'private, max-age=60' }, 0, false],
    ['Vary of everything', { 'cache-control': 'max-age=60', vary: '*' }, 0, false],
    ['nothing said', {}, 0, false],
  ] as const)('with %s', async (_, headers, laterMs, isKept) => {
    const { server, source } = await changing(headers);
    const first = await source();
    nowMs += laterMs;
    expect((await source()) === first).toBe(isKept);
    expect(server.requests).toHaveLength(isKept ? 1 : 2);
  });

  test('a stale document is asked for again with its validators, and used when it is unchanged', async () => {
    const { server, source } = await changing({
      'cache-control': 'max-age=60',
      etag: '"a"',
      'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
    });
    await source();
    nowMs += 60_000;
    expect(await source()).toBe('<Response>1</Response>');
    expect(server.requests[1]?.headers).toMatchObject({
      'if-none-match': '"a"',
      'if-modified-since': 'Thu, 01 Jan 1970 00:00:00 GMT',
    });
    nowMs += 59_999;
    expect(await source()).toBe('<Response>1</Response>');
    expect(server.requests).toHaveLength(2);
    expect(readings).toHaveLength(1);
  });

  test('is per URL with all its parameters, and not for POST', async () => {
    const server = await startServer(respondWith(200, '<Response/>', { ...XML, 'cache-control': 'max-age=60' }));
    const fetch = documentsOf(server.url);
    for (const callSid of ['CA1', 'CA2', 'CA1']) await fetch({ parameters: { CallSid: callSid } });
    expect(server.requests).toHaveLength(2);
    const stage = { url: `${server.url}/stage`, method: 'POST' } as const;
    for (let time = 0; time < 2; time += 1) await fetch({ stage });
    expect(server.requests).toHaveLength(4);
  });

  test('does not keep what came through a redirect', async () => {
    const server = await startServer(({ path: asked }, response) => {
      if (asked.startsWith('/new'))
        response.writeHead(200, { ...XML, 'cache-control': 'max-age=60' }).end('<Response/>');
      else response.writeHead(302, { location: '/new' }).end();
    });
    const fetch = documentsOf(`${server.url}/old`);
    await fetch();
    await fetch();
    expect(server.requests).toHaveLength(4);
  });
});

test('the file of a fallback document is read, and no other', async () => {
  const [fallback, secret] = ['sorry.xml', 'secret.xml'].map((name) => {
    const file = path.join(folder, name);
    writeFileSync(file, `<${name}/>`);
    return pathToFileURL(file);
  }) as [URL, URL];
  client = createHttpClient();
  const documents = createDocuments({
    agents: () => ({ source: new URL('https://app.example/'), fallback }),
    client,
    read,
    clock: { now: () => nowMs },
  });
  const fetch = (url: URL): Promise<FetchedDocument> =>
    documents.fetch(
      { agent: 'app', parameters: {}, stage: { url: url.href, method: 'GET' } },
      new AbortController().signal,
    );
  expect(await fetch(fallback)).toMatchObject({ kind: 'program', source: '<sorry.xml/>' });
  expect(await fetch(secret)).toMatchObject({ kind: 'unavailable' });
});

describe('a document that was compressed unasked', () => {
  test('is read', async () => {
    const server = await startServer(respondWith(200, gzipSync('<Response/>'), { ...XML, 'content-encoding': 'gzip' }));
    expect(await documentsOf(server.url)()).toMatchObject({ kind: 'program', source: '<Response/>' });
  });

  test('and cannot be read says so', async () => {
    const server = await startServer(respondWith(200, '<Response/>', { ...XML, 'content-encoding': 'gzip' }));
    expect(await documentsOf(server.url)()).toMatchObject({
      kind: 'unavailable',
      reason: 'the server answered in the encoding "gzip", which cannot be read',
    });
  });
});
