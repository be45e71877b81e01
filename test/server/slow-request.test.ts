import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createServer } from '../../src/server/server.ts';
import { gatherDocument } from '../support/documents.ts';
import { createWorld } from '../support/world.ts';

test('a body that does not come to its end within ten seconds is given up', async () => {
  const app = await createServer({
    logger: pino({ level: 'silent' }),
    isDraining: () => false,
    checkStore: async () => undefined,
    mayBegin: () => true,
    sink: { answer: async () => '<Response/>' },
    calls: createWorld({ document: gatherDocument() }).calls,
    agents: new Map([['desk', { failureLine: 'Sorry.' }]]),
  });
  const { requestTimeout, headersTimeout } = app.server;
  // Node holds the whole request to the longer one.
  expect(Math.max(requestTimeout, headersTimeout)).toBe(10_000);
  // The same with less patience: what is left to prove is that somebody looks, and soon.
  Object.assign(app.server, { requestTimeout: 100, headersTimeout: 100 });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /voice/desk HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nCallSid=');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  await app.close();
}, 5_000);
