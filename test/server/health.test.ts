import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import Fastify, { type FastifyInstance } from 'fastify';
import { health, type HealthOptions } from '../../src/server/health.ts';
import { until } from '../support/until.ts';

const servers: FastifyInstance[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function answers(options: Partial<HealthOptions>): Promise<(url: string) => Promise<readonly [number, string]>> {
  const server = Fastify({ loggerInstance: pino({ level: 'silent' }) }) as unknown as FastifyInstance;
  await server.register(health, { isDraining: () => false, checkStore: async () => undefined, ...options });
  servers.push(server);
  return async (url) => {
    const { statusCode, body } = await server.inject(url);
    return [statusCode, body];
  };
}

test.each<[string, Partial<HealthOptions>, number, string]>([
  ['is ready while the store answers', {}, 200, 'ok\n'],
  [
    'is not ready while the store does not',
    { checkStore: () => Promise.reject(new Error('connect ECONNREFUSED db.internal:5432')) },
    503,
    'the store does not answer\n',
  ],
  ['is not ready once it is about to stop', { isDraining: () => true }, 503, 'this node is stopping\n'],
])('a node %s, and lives', async (_what, options, status, line) => {
  const answer = await answers(options);
  expect(await answer('/readyz')).toEqual([status, line]);
  expect(await answer('/healthz')).toEqual([200, 'ok\n']);
});

const LATE = [503, 'the store has not answered for 1000 ms\n'];

test('a store that hangs is waited for a second, and asked once however many ask', async () => {
  let checks = 0;
  const answer = await answers({
    checkStore: () => {
      checks += 1;
      return new Promise(() => undefined);
    },
  });
  await answer('/healthz');
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const asked = Promise.all([answer('/readyz'), answer('/readyz')]);
  await until(() => vi.getTimerCount() === 2);
  vi.advanceTimersByTime(1_000);
  expect(await asked).toEqual([LATE, LATE]);
  expect(checks).toBe(1);
});
