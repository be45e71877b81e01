// An author's server is asked as the platform would have asked it, down to the checks of the platform's own package.
import type { IncomingHttpHeaders } from 'node:http';
import twilio from 'twilio';
import { afterEach, describe, expect, test } from 'vitest';
import type { FetchedDocument } from '../../src/call/event.ts';
import type { Parameters, PlatformName } from '../../src/call/request.ts';
import type { SigningKeys } from '../../src/documents/as-platform.ts';
import { createDocuments } from '../../src/documents/documents.ts';
import { createHttpClient, type HttpClient } from '../../src/http/client.ts';
import type { DocumentRequest } from '../../src/interpret/ports.ts';
import { respondWith, startServer, type Answer, type SeenRequest, type TestServer } from '../support/servers.ts';

const KEY = 'the account’s key';
const PARAMETERS: Parameters = {
  CallSid: 'CA1',
  From: '+15550001111',
  SpeechResult: 'Ä & b = c',
  SessionData: { n: 1 },
};
const DOCUMENT: Answer = respondWith(200, '<Response/>', { 'content-type': 'text/xml' });

let client: HttpClient | undefined;

afterEach(async () => {
  await client?.close();
  client = undefined;
});

function fetchFrom(
  source: string,
  request: Partial<DocumentRequest>,
  { keys = { twilio: KEY, signalwire: KEY }, method = 'POST' }: { keys?: SigningKeys; method?: 'GET' | 'POST' } = {},
): Promise<FetchedDocument> {
  client ??= createHttpClient({ allow: ['127.0.0.1', 'localhost'] });
  const documents = createDocuments({
    agents: () => ({ source: new URL(source), method, signingKeys: keys }),
    client,
    clock: { now: () => 0 },
    read: (bytes, url) => ({ kind: 'program', url, source: String(bytes), program: { hash: '', verbs: [] } }),
  });
  return documents.fetch({ agent: 'app', parameters: PARAMETERS, ...request }, new AbortController().signal);
}

/** As express gives a request to a handler: its form parsed, its query parsed. */
function middlewareAccepts({ host }: TestServer, { method, path, headers, body }: SeenRequest, key: string): boolean {
  const form = Object.fromEntries(new URLSearchParams(method === 'POST' ? body : ''));
  const request = {
    method,
    protocol: 'http',
    originalUrl: path,
    url: path,
    headers,
    body: form,
    header: (name: string) => headers[name.toLowerCase()],
    get: (name: string) => headers[name.toLowerCase()],
  };
  let accepted = false;
  const response = { type: () => response, status: () => response, send: () => response };
  const guard = twilio.webhook({ validate: true, host, protocol: 'http' }, key);
  guard(request, response, () => (accepted = true));
  return accepted;
}

describe('the twilio package’s own middleware accepts', () => {
  test.each<[string, 'GET' | 'POST']>([
    ['a POST of the agent’s document', 'POST'],
    ['a GET of it', 'GET'],
  ])('%s', async (_name, method) => {
    const server = await startServer(DOCUMENT);
    const source = `${server.url}/voice.php?a=b%20c&d=é`;
    expect(await fetchFrom(source, { platform: 'twilio' }, { method })).toMatchObject({ kind: 'program' });
    const [seen] = server.requests as readonly [SeenRequest];
    expect(seen.method).toBe(method);
    expect(middlewareAccepts(server, seen, KEY)).toBe(true);
    expect(middlewareAccepts(server, seen, 'another key')).toBe(false);
    expect(middlewareAccepts(server, { ...seen, path: `${seen.path}&x=1` }, KEY)).toBe(false);
  });

  test('a stage, and where a redirect of the same server leads', async () => {
    const server = await startServer((request, response) => {
      if (request.path === '/next') response.writeHead(307, { location: '/moved?x=1' }).end();
      else void DOCUMENT(request, response);
    });
    const stage = { url: `${server.url}/next`, method: 'POST' } as const;
    await fetchFrom(`${server.url}/voice`, { platform: 'twilio', stage });
    expect(server.requests.map(({ path }) => path)).toEqual(['/next', '/moved?x=1']);
    for (const seen of server.requests) expect(middlewareAccepts(server, seen, KEY)).toBe(true);
  });

  test('a POST that a redirect made a GET', async () => {
    const server = await startServer((request, response) => {
      if (request.method === 'POST') response.writeHead(302, { location: '/moved' }).end();
      else void DOCUMENT(request, response);
    });
    await fetchFrom(`${server.url}/voice`, { platform: 'twilio' });
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
    for (const seen of server.requests) expect(middlewareAccepts(server, seen, KEY)).toBe(true);
  });
});

function signaturesIn(headers: IncomingHttpHeaders): readonly string[] {
  return Object.keys(headers).filter((name) => name.includes('signature'));
}

describe('a signature', () => {
  test.each<[PlatformName, readonly string[]]>([
    ['twilio', ['x-twilio-signature']],
    ['signalwire', ['x-signalwire-signature', 'x-twilio-signature']],
    ['cloudonix', []],
    ['telnyx', []],
    ['plivo', []],
    ['jambonz', []],
  ])('of %s stands in %j', async (platform, names) => {
    const server = await startServer(DOCUMENT);
    await fetchFrom(server.url, { platform }, { keys: { twilio: KEY, signalwire: KEY, cloudonix: KEY } });
    expect(signaturesIn(server.requests[0]?.headers ?? {}).toSorted()).toEqual(names);
  });

  test('is made with the key of the platform that asks', async () => {
    const server = await startServer(DOCUMENT);
    await fetchFrom(server.url, { platform: 'signalwire' }, { keys: { twilio: 'another key', signalwire: KEY } });
    const [seen] = server.requests as readonly [SeenRequest];
    const form = Object.fromEntries(new URLSearchParams(seen.body));
    const signature = String(seen.headers['x-signalwire-signature']);
    expect(twilio.validateRequest(KEY, signature, `${server.url}/`, form)).toBe(true);
    expect(twilio.validateRequest('another key', signature, `${server.url}/`, form)).toBe(false);
  });

  test('is none without a key, and none where no platform asks', async () => {
    const server = await startServer(DOCUMENT);
    await fetchFrom(server.url, { platform: 'twilio' }, { keys: {} });
    await fetchFrom(server.url, {});
    expect(server.requests.flatMap(({ headers }) => signaturesIn(headers))).toEqual([]);
  });

  test('goes to no other origin, neither for a stage nor by a redirect', async () => {
    const other = await startServer(DOCUMENT);
    const server = await startServer((_request, response) => {
      response.writeHead(307, { location: `${other.url}/stolen` }).end();
    });
    await fetchFrom(`${server.url}/voice`, { platform: 'twilio' });
    await fetchFrom(`${server.url}/voice`, { platform: 'twilio', stage: { url: `${other.url}/stage`, method: 'GET' } });
    expect(server.requests.map(({ headers }) => signaturesIn(headers).length)).toEqual([1]);
    expect(other.requests.map(({ headers }) => signaturesIn(headers))).toEqual([[], []]);
  });
});

describe('the parameters of a POST', () => {
  test.each<[PlatformName, string]>([
    ['cloudonix', 'application/json'],
    ['jambonz', 'application/json'],
  ])('are JSON, as %s sends them', async (platform, type) => {
    const server = await startServer(DOCUMENT);
    await fetchFrom(server.url, { platform });
    expect(server.requests[0]?.headers['content-type']).toBe(type);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual(PARAMETERS);
  });

  test.each<[PlatformName]>([['twilio'], ['signalwire'], ['telnyx'], ['plivo']])(
    'are a form, as %s sends them',
    async (platform) => {
      const server = await startServer(DOCUMENT);
      await fetchFrom(server.url, { platform });
      expect(server.requests[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
      expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
        ...PARAMETERS,
        SessionData: '{"n":1}',
      });
    },
  );

  test('are the query of a GET, whatever the platform', async () => {
    const server = await startServer(DOCUMENT);
    await fetchFrom(server.url, { platform: 'cloudonix' }, { method: 'GET' });
    expect(new URL(server.requests[0]?.path ?? '', server.url).searchParams.get('SpeechResult')).toBe('Ä & b = c');
    expect(server.requests[0]?.body).toBe('');
  });
});
