import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { startServer } from '../support/servers.ts';
import { until } from '../support/until.ts';

test('what a call has to tell reaches its receiver, again after a failure', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-app-'));
  let answers = 0;
  const receiver = await startServer((_, response) => {
    answers += 1;
    response.writeHead(answers === 1 ? 503 : 204).end();
  });
  const source = path.join(folder, 'desk.xml');
  await writeFile(
    source,
    `<Response><Gather input="speech"><Say>Hello.</Say><Converse statusCallback="${receiver.url}/told"><System>Be brief.</System><Speech/></Converse></Gather></Response>`,
  );
  const app = createApp(
    {
      agents: new Map([['desk', { source }]]),
      model: { baseUrl: 'http://127.0.0.1:1/v1', model: 'none', providers: {} },
      allowedHosts: [receiver.host],
    },
    { logger: pino({ level: 'silent' }) },
  );
  const server = await app.server();
  const { statusCode, body } = await server.inject({
    method: 'POST',
    url: '/voice/desk',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload:
      'CallSid=CA00000000000000000000000000000001&AccountSid=AC1&From=%2B15550001111&To=%2B15550002222&CallStatus=in-progress&ApiVersion=2010-04-01',
  });
  expect([statusCode, body]).toEqual([200, expect.stringContaining('Hello.')]);
  const endsAt = performance.now() + 8_000;
  while (receiver.requests.length < 2 && performance.now() < endsAt)
    await new Promise((resolve) => void setTimeout(resolve, 20));
  await until(() => receiver.requests.length === 2);
  const [first, second] = receiver.requests;
  expect(new URLSearchParams(first?.body).get('Event')).toBe('in-progress');
  expect(second?.body).toBe(first?.body);
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  await server.close();
  await app.close();
  await rm(folder, { recursive: true });
});
