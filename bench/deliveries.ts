// Twenty thousand deliveries wait; the process that delivers them is killed in the middle and started again; receivers fail
// half the time. Counts at the receiver: none may be lost, none given up. In a folder; with DATABASE_URL,
// in a schema of its own on that server too. See docs/performance.md.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDeliverer } from '../src/deliveries/deliverer.ts';
import { sendDelivery } from '../src/deliveries/send.ts';
import { createHttpClient } from '../src/http/client.ts';
import { openStore, type StorePlace } from '../src/store/store.ts';
import { createSchema, DATABASE_URL } from '../test/support/schema.ts';

const DELIVERIES = 20_000;
const AGENTS = 25;
const PER_APPEND = 100;
/** With the real schedule the last of them, which fail a dozen times in a row, would take hours of waiting. */
const RETRY_AFTER_MS = 100;

/** Queues them, as turns would. */
async function fill(place: StorePlace, receiver: string): Promise<void> {
  const store = await openStore(place, { clock: Date });
  for (let from = 0; from < DELIVERIES; from += PER_APPEND) {
    const deliveries = Array.from({ length: PER_APPEND }, (_, index) => ({
      id: `desk/CA${from + index}/1/status`,
      agent: `agent${(from + index) % AGENTS}`,
      method: 'POST' as const,
      url: receiver,
      contentType: 'application/json',
      body: JSON.stringify({ call: from + index, said: 'It will be with you on Friday. '.repeat(8) }),
    }));
    await store.log.append(`desk/CA${from}`, 0, [{ kind: 'interrupted', seq: 1, turn: 1, atMs: 0 }], deliveries);
  }
  await store.close();
}

/** Delivers until nothing waits. */
async function drain(place: StorePlace, receiver: string): Promise<void> {
  const store = await openStore(place, { clock: Date });
  const client = createHttpClient({ allow: [new URL(receiver).host] });
  const options = { client, secrets: () => undefined, now: Date.now };
  const deliverer = createDeliverer({
    outbox: store.outbox,
    send: (delivery, signal) => sendDelivery(delivery, options, signal),
    onError: (error) => console.error(error),
    schedule: (number) => RETRY_AFTER_MS * number,
  });
  while ((await store.outbox.list({ state: 'pending', limit: 1 })).length > 0) {
    await new Promise((resolve) => void setTimeout(resolve, 250));
  }
  await deliverer.close();
  const givenUp = await store.outbox.list({ state: 'given-up', limit: 1 });
  await Promise.all([store.close(), client.close()]);
  process.exitCode = givenUp.length === 0 ? 0 : 1;
}

async function measure(place: StorePlace): Promise<boolean> {
  const received = new Map<string, number>();
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      requests += 1;
      const id = String(request.headers['webhook-id']);
      const fails = Math.random() < 0.5;
      if (!fails) received.set(id, (received.get(id) ?? 0) + 1);
      response.writeHead(fails ? 500 : 204).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const receiver = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const since = (startedAt: number): number => (performance.now() - startedAt) / 1000;
  const child = (work: string): ReturnType<typeof spawn> =>
    spawn(process.execPath, [fileURLToPath(import.meta.url), work, JSON.stringify(place), receiver], {
      stdio: 'inherit',
    });
  const ended = (each: ReturnType<typeof spawn>): Promise<number | null> =>
    new Promise((resolve) => void each.once('close', resolve));

  const fillingAt = performance.now();
  await ended(child('fill'));
  console.log(`  ${DELIVERIES} queued in ${since(fillingAt).toFixed(1)} s`);
  const first = child('drain');
  while (received.size < DELIVERIES / 3) await new Promise((resolve) => void setTimeout(resolve, 20));
  first.kill('SIGKILL');
  await ended(first);
  const before = { received: received.size, requests };
  console.log(`  killed after ${before.received} were received`);

  const drainingAt = performance.now();
  const second = ended(child('drain'));
  const most = DELIVERIES * 0.98;
  while (received.size < most) await new Promise((resolve) => void setTimeout(resolve, 20));
  const seconds = since(drainingAt);
  console.log(
    `  98 % received ${seconds.toFixed(1)} s after the restart: ${((most - before.received) / seconds).toFixed(0)} deliveries and ${((requests - before.requests) / seconds).toFixed(0)} requests a second`,
  );
  const code = await second;
  server.close();
  const twice = [...received.values()].filter((count) => count > 1).length;
  console.log(
    `  all done ${since(drainingAt).toFixed(1)} s after the restart: ${received.size} received, ${DELIVERIES - received.size} lost, ${twice} received twice (under way when it was killed), ${code === 0 ? 'none' : 'some'} given up, ${requests} requests`,
  );
  return received.size === DELIVERIES && code === 0;
}

const [work, place = '', receiver = ''] = process.argv.slice(2);
if (work === 'fill') await fill(JSON.parse(place) as StorePlace, receiver);
else if (work === 'drain') await drain(JSON.parse(place) as StorePlace, receiver);
else {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-deliveries-'));
  console.log('in a folder');
  let isWell = await measure({ kind: 'folder', folder });
  await rm(folder, { recursive: true });
  if (DATABASE_URL !== undefined) {
    console.log('on a server');
    const schema = await createSchema();
    isWell = (await measure({ kind: 'postgres', url: schema.url })) && isWell;
    await schema.drop();
  }
  process.exitCode = isWell ? 0 : 1;
}
