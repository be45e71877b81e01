// An application server behind a vendor's own guard takes our requests for its documents as the vendor's.
import { createRequire } from 'node:module';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import twilio from 'twilio';
import type { Carrier, Fact, Step } from '../support/carriers/carrier.ts';
import { claim, faultsIn, type Claim } from '../support/carriers/claims.ts';
import { CARRIERS, CREDENTIALS } from '../support/carriers/carriers.ts';
import { requestOf, send } from '../support/carriers/sending.ts';
import { PUBLIC_URL, serve } from '../support/carriers/world.ts';

const { RestClient: signalwire } = createRequire(import.meta.url)('@signalwire/compatibility-api') as {
  readonly RestClient: { readonly webhook: (key: string, options: object) => Guard };
};

type Guard = ReturnType<typeof twilio.webhook>;

/** The vendors' own guards. */
const GUARDS: { readonly [name: string]: (key: string) => Guard } = {
  twilio: (key) => twilio.webhook(key, { validate: true }),
  signalwire: (key) => signalwire.webhook(key, { validate: true }),
};

const GUARDED = CARRIERS.flatMap((carrier) => {
  const guard = GUARDS[carrier.name];
  return guard === undefined ? [] : [[carrier.name, carrier, guard(carrier.key)] as const];
});

const CALL = { id: 'guarded-1', from: '+15550001111', to: '+15550002222' };

const DOCUMENTS: { readonly [path: string]: string } = {
  first:
    '<Response><Gather input="dtmf" numDigits="1" action="second?step=2&amp;of=3"><Say>Press one.</Say></Gather></Response>',
  second: '<Response><Redirect method="GET">third?a=b%20c</Redirect></Response>',
  third: '<Response><Say>All three.</Say></Response>',
};

/** What the guards said of each request, by the name of the carrier. */
const statuses = new Map<string, string[]>(GUARDED.map(([name]) => [name, []]));
let application: Server;
let started: Awaited<ReturnType<typeof serve>>;

/** Lets a request through the guard, which takes it as web frameworks give it. */
async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url = '/', headers } = incoming;
  const [, name = '', page = ''] = url.split(/[/?]/);
  const guard = GUARDED.find(([guarded]) => guarded === name)?.[2];
  if (guard === undefined) return void outgoing.writeHead(404).end();
  const body = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
  const header = (name: string): unknown => headers[name.toLowerCase()];
  const request = { method, originalUrl: url, protocol: 'http', headers, header, get: header, body, query: {} };
  const respond = (status: number, text: string): void => {
    statuses.get(name)?.push(`${method} /${page}: ${status} ${status === 200 ? '' : text}`.trim());
    outgoing.writeHead(status, { 'content-type': status === 200 ? 'text/xml' : 'text/plain' }).end(text);
  };
  let status = 200;
  const response = {
    type: () => response,
    status: (code: number) => {
      status = code;
      return response;
    },
    send: (text: string) => respond(status, text),
  };
  guard(request, response, () => respond(200, DOCUMENTS[page] ?? '<Response/>'));
}

beforeAll(async () => {
  application = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  const { port } = application.address() as AddressInfo;
  const apps = GUARDED.map(([name]) => `${name}=http://127.0.0.1:${port}/${name}/first?shop=1`);
  started = await serve(['--app', ...apps], CREDENTIALS);
}, 60_000);

afterAll(async () => {
  started.child.kill('SIGKILL');
  await new Promise((resolve) => application.close(resolve));
});

/** A call through all three documents. */
async function claimsOf(carrier: Carrier): Promise<readonly Claim[]> {
  const tell = async (fact: Fact, url: string): Promise<readonly Step[]> =>
    carrier.read(await send(requestOf(carrier, fact, CALL, { url }), PUBLIC_URL, started.url));
  const [listening] = await tell({ kind: 'start' }, `${PUBLIC_URL}/voice/${carrier.name}`);
  const seen = statuses.get(carrier.name);
  if (listening?.kind !== 'listen') return [claim('first document', seen, 'one that listens')];
  let steps = await tell({ kind: 'keys', keys: '1' }, listening.action ?? '');
  while (steps[0]?.kind === 'redirect') steps = await tell({ kind: 'redirect' }, steps[0].url);
  return [
    claim('requests', seen?.slice(1), ['POST /second: 200', 'GET /third: 200']),
    claim('said', steps[0], { kind: 'speech', text: 'All three.', voice: undefined }),
  ];
}

test.each(GUARDED)('%s: the first document, a stage by POST and a stage by GET', async (_name, carrier) => {
  expect(await faultsIn(() => claimsOf(carrier))).toEqual([]);
});

test.each(GUARDED)('%s: the guard refuses what is not signed', async (name) => {
  const { port } = application.address() as AddressInfo;
  const body = new URLSearchParams({ CallSid: 'x' });
  const response = await fetch(`http://127.0.0.1:${port}/${name}/first`, { method: 'POST', body });
  expect(response.status).toBe(400);
});
