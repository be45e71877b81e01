// No host is allowed here but the application's own. What is behind the guard is a canary on loopback; nothing may reach it.
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { gatherDocument } from '../support/documents.ts';
import { resultsIn, useStarted } from '../support/started.ts';

/** Both families on one port, and connections are counted before anything is said on them. */
const canaries = { ipv4: net.createServer(), ipv6: net.createServer() };
let connections = 0;
let port = 0;

const started = useStarted({ apps: { moved: '/moved', twice: '/twice', away: '/away' } });

beforeAll(async () => {
  for (const canary of Object.values(canaries)) {
    canary.on('connection', (socket) => {
      connections += 1;
      socket.destroy();
    });
  }
  await new Promise<void>((resolve) => canaries.ipv4.listen(0, '127.0.0.1', resolve));
  port = (canaries.ipv4.address() as AddressInfo).port;
  // A machine without IPv6 has nothing there to protect.
  await new Promise<void>((resolve) => canaries.ipv6.once('error', () => resolve()).listen(port, '::1', resolve));
});
afterAll(() => {
  for (const canary of Object.values(canaries)) canary.close();
});
beforeEach(() => {
  connections = 0;
});

const withPort = (url: string): string => url.replace('PORT', String(port));

/** What the model reads when it calls a tool at each of these URLs, all in one reply. */
async function resultsFrom(urls: readonly string[], attributes = ''): Promise<readonly (string | null)[]> {
  const tools = urls.map(
    (url, index) =>
      `<Tool name="tool${index}" url="${withPort(url)}" ${attributes}><Description>A tool.</Description></Tool>`,
  );
  const call = started.call({
    document: gatherDocument({ greeting: '', tools: tools.join('') }),
    model: [{ calls: urls.map((_url, index) => ({ name: `tool${index}` })) }, { says: 'None of them.' }],
  });
  expect(await call.arrives()).toMatchObject({ words: ['None of them.'], end: 'listening' });
  return resultsIn(call.asked[1]);
}

test('the canary counts whoever reaches it', async () => {
  await new Promise<void>((resolve) => net.connect(port, '127.0.0.1').on('close', () => resolve()));
  expect(connections).toBe(1);
});

test.each<[string, readonly string[]]>([
  [
    'IPv4 however it is written',
    [
      'https://127.0.0.1:PORT/',
      'https://127.1:PORT/',
      'https://127.0.1:PORT/',
      'https://2130706433:PORT/',
      'https://0x7f000001:PORT/',
      'https://0x7f.1:PORT/',
      'https://0177.0.0.1:PORT/',
      'https://017700000001:PORT/',
      'https://127.0.0.1.:PORT/',
      'https://127.255.255.254:PORT/',
    ],
  ],
  ['the address of nobody', ['https://0.0.0.0:PORT/', 'https://0:PORT/', 'https://0x0:PORT/', 'https://[::]:PORT/']],
  [
    'a host in disguise',
    [
      'https://１２７.０.０.１:PORT/',
      'https://①②⑦.0.0.1:PORT/',
      'https://127。0。0。1:PORT/',
      'https://%31%32%37.0.0.1:PORT/',
      'https://%6c%6f%63alhost:PORT/',
      'https://tools.example@127.0.0.1:PORT/',
      'https://tools.example%2f@127.0.0.1:PORT/',
      'https:\\\\127.0.0.1:PORT\\',
    ],
  ],
  [
    'IPv4 within IPv6',
    [
      'https://[::ffff:127.0.0.1]:PORT/',
      'https://[::ffff:7f00:1]:PORT/',
      'https://[::127.0.0.1]:PORT/',
      'https://[64:ff9b::127.0.0.1]:PORT/',
      'https://[64:ff9b:1::7f00:1]:PORT/',
      'https://[2002:7f00:1::]:PORT/',
      'https://[2001:0:7f00:1::]:PORT/',
      'https://[::ffff:0:127.0.0.1]:PORT/',
    ],
  ],
  [
    'IPv6 of a house of its own',
    [
      'https://[::1]:PORT/',
      'https://[0:0:0:0:0:0:0:1]:PORT/',
      'https://[fc00::1]:PORT/',
      'https://[fd12:3456::1]:PORT/',
      'https://[fe80::1]:PORT/',
      'https://[fec0::1]:PORT/',
      'https://[ff02::1]:PORT/',
    ],
  ],
  [
    'the metadata of a cloud',
    [
      'https://169.254.169.254/latest/meta-data/',
      'https://2852039166/latest/meta-data/',
      'https://[::ffff:169.254.169.254]/',
      'https://[fd00:ec2::254]/',
      'https://100.100.100.200/',
    ],
  ],
  [
    'private networks',
    ['https://10.0.0.1:PORT/', 'https://172.16.0.1:PORT/', 'https://192.168.0.1:PORT/', 'https://100.64.0.1:PORT/'],
  ],
  ['names that lead inside', ['https://localhost:PORT/', 'https://LOCALHOST:PORT/', 'https://%6cocalhost:PORT/']],
])('a tool is not reached at %s', async (_name, urls) => {
  const results = await resultsFrom(urls);
  expect(results.map((result, index) => [urls[index], result])).toEqual(
    urls.map((url) => [url, expect.stringMatching(/^The tool was not reached: refused: /)]),
  );
  expect(connections).toBe(0);
});

// Whether the system knows the name with its dot, and how long it takes to say so, is the system's business.
test('a tool is not reached at the full name of this machine', async () => {
  const [result] = await resultsFrom(['https://localhost.:PORT/'], 'timeout="1"');
  expect(result).toMatch(/^The tool (was not reached|did not answer): /);
  expect(connections).toBe(0);
});

test('a tool is not reached without https, nor at a port of the system', async () => {
  const urls = ['http://127.0.0.1:PORT/', 'http://localhost:PORT/', 'http://[::1]:PORT/', 'https://93.184.215.14:22/'];
  for (const result of await resultsFrom(urls)) expect(result).toMatch(/^The tool was not reached: refused: /);
  expect(connections).toBe(0);
});

describe('a document is not fetched', () => {
  test.each([
    'https://127.0.0.1:PORT/next',
    'http://127.0.0.1:PORT/next',
    'https://127.1:PORT/next',
    'https://[::1]:PORT/next',
    'https://[::ffff:7f00:1]:PORT/next',
    'https://localhost:PORT/next',
    'https://0.0.0.0:PORT/next',
    'https://169.254.169.254/next',
  ])('where a stage leads inside: %s', async (url) => {
    const call = started.call({ document: () => `<Response><Redirect>${withPort(url)}</Redirect></Response>` });
    expect(await call.arrives()).toMatchObject({ words: [ENGLISH.failure], end: 'hangup' });
    expect(connections).toBe(0);
  });

  test.each<[string, string, string]>([
    ['moved', '/moved', 'https://127.0.0.1:PORT/'],
    ['moved', '/moved', 'http://127.0.0.1:PORT/'],
    ['moved', '/moved', 'https://[::1]:PORT/'],
    ['moved', '/moved', 'http://169.254.169.254/latest/meta-data/'],
    ['moved', '/moved', '//localhost:PORT/'],
    ['moved', '/moved', 'file:///etc/hostname'],
    ['twice', '/step', 'https://127.0.0.1:PORT/'],
  ])('where the application’s server redirects inside: %s %s to %s', async (app, at, location) => {
    started.serve('/twice', 307, { location: '/step' });
    started.serve(at, 302, { location: withPort(location) });
    const call = started.call({ document: '<Response/>' }, app);
    expect(await call.arrives()).toMatchObject({ words: [ENGLISH.failure], end: 'hangup' });
    expect(connections).toBe(0);
  });

  test('though a redirect on the application’s own host is followed', async () => {
    const call = started.call({ document: '<Response><Say>Here.</Say></Response>' }, 'away');
    started.serve('/away', 302, { location: `/application?CallSid=${call.callSid}` });
    expect(await call.arrives()).toMatchObject({ words: ['Here.'], end: 'document-end' });
  });
});
