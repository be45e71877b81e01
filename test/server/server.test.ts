import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { createServer } from '../../src/server/server.ts';
import { gatherDocument } from '../support/documents.ts';
import { createWorld, PUBLIC_URL } from '../support/world.ts';

const servers: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(logged: string[] = []): Promise<FastifyInstance> {
  const server = await createServer({
    logger: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    isDraining: () => false,
    checkStore: async () => undefined,
    mayBegin: () => true,
    sink: { answer: async () => '<Response/>' },
    calls: createWorld({ document: gatherDocument() }).calls,
    agents: new Map([['desk', { failureLine: ENGLISH.failure, publicUrl: PUBLIC_URL }]]),
  });
  servers.push(server);
  return server;
}

const JSON_TYPE = { 'content-type': 'application/json' };

test.each<[InjectOptions['method'] & string, string, InjectOptions]>([
  ['POST', '/voice/%', {}],
  ['POST', '/voice/%zz', {}],
  ['GET', '/voice/%F0%28', {}],
  ['GET', `/voice/${'a'.repeat(101)}`, {}],
  ['OPTIONS', '/voice/desk', { headers: JSON_TYPE }],
  ['DELETE', '/voice/desk', { headers: JSON_TYPE }],
  ['PUT', '/voice/desk', { headers: JSON_TYPE, payload: '{' }],
  ['POST', '/elsewhere', { headers: { 'content-type': ';;;' }, payload: 'x' }],
  ['POST', '/elsewhere', { payload: 'x'.repeat(400_000) }],
  ['POST', '/healthz', { headers: JSON_TYPE, payload: '{' }],
])('%s of %s is answered in a line of our own', async (method, url, request) => {
  const logged: string[] = [];
  const { statusCode, headers, body } = await (await serve(logged)).inject({ ...request, method, url });
  expect([statusCode, headers['content-type'], body]).toEqual([
    404,
    expect.stringContaining('text/plain') as string,
    `nothing answers ${method} here\n`,
  ]);
  expect(logged).toEqual([]);
});
