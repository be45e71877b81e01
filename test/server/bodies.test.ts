import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createServer } from '../../src/server/server.ts';
import { gatherDocument } from '../support/documents.ts';
import { createWorld } from '../support/world.ts';

async function start(): Promise<{ readonly app: FastifyInstance; readonly connected: () => Promise<Socket> }> {
  const app = await createServer({
    logger: pino({ level: 'silent' }),
    isDraining: () => false,
    checkStore: async () => undefined,
    mayBegin: () => true,
    sink: { answer: async () => '<Response/>' },
    calls: createWorld({ document: gatherDocument() }).calls,
    agents: new Map([['desk', { failureLine: 'Sorry.' }]]),
  });
  return {
    app,
    connected: async () => {
      await app.listen({ port: 0, host: '127.0.0.1' });
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  };
}

test('a body that does not come to its end within ten seconds is given up', async () => {
  const { app, connected } = await start();
  const { requestTimeout, headersTimeout } = app.server;
  // Node holds the whole request to the longer one.
  expect(Math.max(requestTimeout, headersTimeout)).toBe(10_000);
  // The same with less patience: what is left to prove is that somebody looks, and soon.
  Object.assign(app.server, { requestTimeout: 100, headersTimeout: 100 });
  const socket = await connected();
  socket.write('POST /voice/desk HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nCallSid=');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  await app.close();
}, 5_000);

/** Sends a long body many times over, and prints what came back. In a process of its own, which writes while it is answered. */
const SEND_LONG_BODIES = `
  const [url, how] = process.argv.slice(1);
  const long = Buffer.alloc(3_000_000, 'x');
  for (let times = 0; times < 60; times += 1) {
    const body = how === 'announced' ? long : new Blob([long]).stream();
    const response = await fetch(url, { method: 'POST', body, duplex: 'half' });
    console.log(await response.text());
  }`;

test.each(['announced', 'in chunks'])(
  'whoever sends a body that is too long, %s, receives the answer',
  async (how) => {
    const { app } = await start();
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/voice/desk`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '-e',
      SEND_LONG_BODIES,
      url,
      how,
    ]);
    expect(stdout.match(/<Say>Sorry\.<\/Say>/g)).toHaveLength(60);
    await app.close();
  },
  20_000,
);

test('a body without end is cut off', async () => {
  const { app, connected } = await start();
  const socket = await connected();
  socket.on('error', () => undefined);
  socket.write('POST /voice/desk HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n');
  let sent = 0;
  while (!socket.destroyed && sent < 100) {
    socket.write('x'.repeat(1_000_000));
    sent += 1;
    await delay(5);
  }
  expect(socket.destroyed).toBe(true);
  await app.close();
}, 5_000);
