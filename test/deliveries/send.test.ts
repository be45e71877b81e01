import { afterAll, expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { sendDelivery } from '../../src/deliveries/send.ts';
import type { SendOutcome } from '../../src/deliveries/send.ts';
import { createHttpClient, type HttpClient } from '../../src/http/client.ts';
import { delivery } from '../contract/outbox.ts';
import { respondWith, startServer } from '../support/servers.ts';

const SECRET = `whsec_${Buffer.from('a key of twenty-four by').toString('base64')}`;
const clients = new Set<HttpClient>();
afterAll(async () => {
  await Promise.all([...clients].map((client) => client.close()));
});

function send(
  extra: Parameters<typeof delivery>[2],
  allow: readonly string[],
  secret: string | undefined = SECRET,
): Promise<SendOutcome> {
  const client = createHttpClient({ allow });
  clients.add(client);
  const secrets = (agent: string, name: string): string | undefined =>
    agent === 'desk' && name === 'crm' ? secret : undefined;
  const signal = new AbortController().signal;
  return sendDelivery(delivery('desk/CA1/3/0', 'desk', extra), { client, secrets, now: Date.now }, signal);
}

test('a delivery is sent as it is, with its id and a signature that the standard package verifies', async () => {
  const server = await startServer(respondWith(204));
  const outcome = await send({ url: `${server.url}/events?x=1`, secret: 'crm' }, [server.host]);
  expect(outcome).toEqual({ status: 204, error: null });
  const [request] = server.requests;
  expect(request).toMatchObject({
    method: 'POST',
    path: '/events?x=1',
    body: '{"said":"hello"}',
    headers: { 'content-type': 'application/json', 'webhook-id': 'desk/CA1/3/0' },
  });
  const headers = request?.headers as Record<string, string>;
  expect(new Webhook(SECRET).verify(request?.body ?? '', headers)).toEqual({ said: 'hello' });
});

test('a delivery without a secret has its id and its time all the same', async () => {
  const server = await startServer(respondWith(200, 'thanks'));
  await send({ url: server.url }, [server.host]);
  expect(server.requests[0]?.headers).toMatchObject({ 'webhook-id': 'desk/CA1/3/0' });
  expect(Number(server.requests[0]?.headers['webhook-timestamp'])).toBeCloseTo(Date.now() / 1000, -1);
  expect(server.requests[0]?.headers).not.toHaveProperty('webhook-signature');
});

test('a GET has no body', async () => {
  const server = await startServer(respondWith(200));
  await send({ url: `${server.url}/?a=b`, method: 'GET' }, [server.host]);
  expect(server.requests).toMatchObject([{ method: 'GET', path: '/?a=b', body: '' }]);
});

test.each<[string, number, { readonly [name: string]: string }, SendOutcome]>([
  ['a failure', 500, {}, { status: 500, error: 'the receiver answered 500' }],
  ['a redirect', 302, { location: '/else' }, { status: 302, error: 'the receiver answered 302' }],
  [
    'a plea for patience',
    429,
    { 'retry-after': '30' },
    { status: 429, error: 'the receiver answered 429', patienceMs: 30_000 },
  ],
  [
    'a plea for more patience than there is',
    503,
    { 'retry-after': '999999' },
    { status: 503, error: 'the receiver answered 503', patienceMs: 3_600_000 },
  ],
  [
    'a date instead of seconds',
    503,
    { 'retry-after': 'Fri, 31 Dec 2099 23:59:59 GMT' },
    { status: 503, error: 'the receiver answered 503' },
  ],
])('%s is not a receipt', async (_what, status, headers, expected) => {
  const server = await startServer(respondWith(status, '', headers));
  expect(await send({ url: server.url }, [server.host])).toEqual(expected);
});

test('a private address is refused by the guard', async () => {
  const server = await startServer(respondWith(200));
  const { status, error } = await send({ url: server.url }, []);
  expect(status).toBeNull();
  expect(error).toContain('refused');
  expect(server.requests).toEqual([]);
});

test.each<[string, string | undefined, string]>([
  ['is missing', '', 'not sent: its secret "crm" cannot sign'],
  ['cannot sign', 'not base64!', 'not sent: its secret "crm" cannot sign'],
])('nothing is sent when the secret %s, and the error does not repeat it', async (_what, secret, error) => {
  const server = await startServer(respondWith(200));
  const outcome = await send({ url: server.url, secret: 'crm' }, [server.host], secret);
  expect(outcome.status).toBeNull();
  expect(outcome.error).toContain(error);
  expect(outcome.error).not.toContain('not base64!');
  expect(server.requests).toEqual([]);
});

test('nothing is sent unsigned because a secret is not configured', async () => {
  const server = await startServer(respondWith(200));
  const outcome = await send({ url: server.url, secret: 'other' }, [server.host]);
  expect(outcome).toEqual({ status: null, error: 'not sent: its secret "other" is not configured' });
  expect(server.requests).toEqual([]);
});
