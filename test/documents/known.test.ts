// What is known of a document without asking anybody.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { createDocuments } from '../../src/documents/documents.ts';
import { createHttpClient } from '../../src/http/client.ts';
import type { Documents } from '../../src/interpret/ports.ts';
import { FILE_CHECK_EVERY_MS } from '../../src/limits.ts';
import { respondWith, startServer } from '../support/servers.ts';

const REQUEST = { agent: 'app', parameters: { CallSid: 'CA1' } };
const { signal } = new AbortController();

function documentsAt(source: URL, clock: { now(): number }, method: 'GET' | 'POST' = 'GET') {
  const client = createHttpClient({ allow: ['127.0.0.1'] });
  const documents = createDocuments({
    agents: (name) => (name === 'app' ? { source, method } : undefined),
    client,
    read: (bytes, url) => {
      const reason = Buffer.from(bytes).toString('utf8');
      if (reason === '<broken/>') throw new Error('a bug of the reader');
      return { kind: 'unavailable', url, reason };
    },
    clock,
  });
  return { documents, close: () => client.close() };
}

const known = (documents: Documents, agent = 'app') => documents.known?.({ ...REQUEST, agent });

test('is a file that was looked at a moment ago', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'known-'));
  const file = path.join(folder, 'app.xml');
  writeFileSync(file, '<Response/>');
  let nowMs = 1_000;
  const { documents, close } = documentsAt(pathToFileURL(file), { now: () => nowMs });
  expect(known(documents)).toBeUndefined();
  const fetched = await documents.fetch(REQUEST, signal);
  expect(known(documents)).toBe(fetched);
  expect(known(documents, 'other')).toBeUndefined();
  nowMs += FILE_CHECK_EVERY_MS;
  expect(known(documents)).toBeUndefined();
  await close();
  rmSync(folder, { recursive: true });
});

test.each([
  ['GET', 'max-age=60', 59_999, true],
  ['GET', 'max-age=60', 60_000, false],
  ['GET', 'no-cache', 0, false],
  ['POST', 'max-age=60', 0, false],
] as const)(
  'is an answer to a %s for as long as it is fresh: %s, %i ms later',
  async (method, caching, laterMs, isKnown) => {
    const headers = { 'content-type': 'text/xml', 'cache-control': caching };
    const server = await startServer(respondWith(200, '<Response/>', headers));
    let nowMs = 1_000_000;
    const { documents, close } = documentsAt(new URL(`${server.url}/app.xml`), { now: () => nowMs }, method);
    expect(known(documents)).toBeUndefined();
    const fetched = await documents.fetch(REQUEST, signal);
    nowMs += laterMs;
    expect(known(documents)).toEqual(isKnown ? fetched : undefined);
    await close();
    await server.close();
  },
);

test('is nothing where the reader fails: that is for the fetch to say', async () => {
  const headers = { 'content-type': 'text/xml', 'cache-control': 'max-age=60' };
  const server = await startServer(respondWith(200, '<broken/>', headers));
  const { documents, close } = documentsAt(new URL(`${server.url}/app.xml`), { now: () => 1_000_000 });
  const fetched = await documents.fetch(REQUEST, signal);
  expect(fetched).toMatchObject({ kind: 'unavailable', reason: expect.stringContaining('a bug of the reader') });
  expect(known(documents)).toBeUndefined();
  await close();
  await server.close();
});
