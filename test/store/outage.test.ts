import { afterEach, describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { SqlCallLog } from '../../src/store/call-log.ts';
import { delivery } from '../contract/outbox.ts';
import { createSchema, onServer, DATABASE_URL, type Schema } from '../support/schema.ts';
import { sqlStoreOver } from '../support/stores.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const CALL = 'desk/CA1';
const event = (seq: number, status = ''): CallEvent => ({ kind: 'hung-up', status, seq, turn: 1, atMs: 0 });
const closing = new Set<() => Promise<void>>();

type Node = { readonly log: SqlCallLog; readonly proxy: TcpProxy; readonly url: string };

/** A node that reaches the server through a proxy of its own. */
async function startNode({ url }: Schema): Promise<Node> {
  const server = new URL(url);
  const proxy = await startTcpProxy({ host: server.hostname, port: Number(server.port || '5432') });
  server.hostname = '127.0.0.1';
  server.port = String(proxy.port);
  const database = openPostgres({ url: server.href, connections: 4 });
  const { log } = sqlStoreOver(database);
  closing.add(async () => {
    await log.close();
    await database.close();
    await proxy.cut();
  });
  return { log, proxy, url: server.href };
}

async function newSchema(): Promise<Schema> {
  const schema = await createSchema();
  const database = openPostgres({ url: schema.url });
  await migrate(database);
  await database.close();
  return schema;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** What a follower has been given so far. */
function follow(log: SqlCallLog, signal: AbortSignal): readonly number[] {
  const seen: number[] = [];
  void (async () => {
    for await (const appended of log.follow(CALL, 1, signal)) seen.push(...appended.map(({ seq }) => seq));
  })();
  return seen;
}

/** Resolves once so many have been seen, or when the time is over. */
async function soon(seen: readonly number[], count: number, withinMs: number): Promise<readonly number[]> {
  const endsAt = performance.now() + withinMs;
  while (seen.length < count && performance.now() < endsAt) await pause(5);
  return seen;
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.skipIf(DATABASE_URL === undefined)('Postgres that goes away', () => {
  let schema: Schema | undefined;
  afterEach(async () => {
    await Promise.all([...closing].map((close) => close()));
    closing.clear();
    await schema?.drop();
    schema = undefined;
  });

  test('for a second and a half is ridden out: every append under way gets in, once', async () => {
    schema = await newSchema();
    const { log, proxy } = await startNode(schema);
    const calls = Array.from({ length: 40 }, (_, index) => `desk/CA${index}`);
    const write = async (callId: string): Promise<readonly string[]> => {
      const results: string[] = [];
      for (let seq = 0; seq < 12; seq += 1) {
        results.push(await log.append(callId, seq, [event(seq + 1)], [delivery(`${callId}/${seq}`)]));
        await pause(20);
      }
      return results;
    };
    const writing = Promise.all(calls.map(write));
    await pause(150);
    await proxy.cut();
    await pause(1_500);
    await proxy.mend();
    expect(new Set((await writing).flat())).toEqual(new Set(['appended']));
    for (const callId of calls) expect(await log.read(callId, 1)).toHaveLength(12);
  });

  test('after it has carried out an append whose answer is lost: it was appended, and by us', async () => {
    schema = await newSchema();
    const { log, proxy } = await startNode(schema);
    await log.append(CALL, 0, [event(1)]);
    proxy.loseNextAnswer();
    expect(await log.append(CALL, 1, [event(2)], [delivery('once')])).toBe('appended');
    expect(await log.read(CALL, 1)).toEqual([event(1), event(2)]);
  });

  test('while another node writes the very same events: only one of them has appended', async () => {
    schema = await newSchema();
    const [one, other] = [await startNode(schema), await startNode(schema)];
    await one.log.append(CALL, 0, [event(1)]);
    await other.log.append(CALL, 1, [event(2)]);
    one.proxy.loseNextAnswer();
    expect(await one.log.append(CALL, 1, [event(2)])).toBe('conflict');
  });

  test.each(['cut', 'hang'] as const)(
    'for longer (%s) is an error with a code, in bounded time, until it is back',
    async (how) => {
      schema = await newSchema();
      const { log, proxy } = await startNode(schema);
      await log.append(CALL, 0, [event(1)]);
      await proxy[how]();
      const startedAt = performance.now();
      const results = await Promise.allSettled([log.append(CALL, 1, [event(2)]), log.read(CALL, 1)]);
      expect(performance.now() - startedAt).toBeLessThan(8_000);
      expect(results).toMatchObject([
        { status: 'rejected', reason: { name: 'VoiceError', code: 'STORE_UNAVAILABLE' } },
        { status: 'rejected', reason: { name: 'VoiceError', code: 'STORE_UNAVAILABLE' } },
      ]);
      await proxy.mend();
      expect(await log.read(CALL, 1)).toContainEqual(event(1));
    },
  );

  test('does not keep a follower beyond the time it has', async () => {
    schema = await newSchema();
    const { log, proxy } = await startNode(schema);
    await log.append(CALL, 0, [event(1)]);
    proxy.hang();
    const startedAt = performance.now();
    const seen: number[] = [];
    for await (const appended of log.follow(CALL, 1, AbortSignal.timeout(200)))
      seen.push(...appended.map(({ seq }) => seq));
    expect(seen).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test('and comes back without the last that it was told: documents are told again', async () => {
    schema = await newSchema();
    const { log, proxy } = await startNode(schema);
    const document = {
      kind: 'invalid',
      url: 'https://a.example/',
      source: '<X/>',
      faults: ['1:1: unknown verb'],
    } as const;
    const fetched = (seq: number): CallEvent => ({ kind: 'document', document, seq, turn: 1, atMs: 0 });
    await log.append(CALL, 0, [fetched(1)]);
    await proxy.cut();
    await onServer(schema.url, 'delete from documents');
    await proxy.mend();
    // Its connection for notifications is made again within moments.
    await pause(600);
    await log.append(CALL, 1, [fetched(2)]);
    const other = await startNode(schema);
    expect(await other.log.read(CALL, 1)).toEqual([fetched(1), fetched(2)]);
  });

  test('and is refused from the start is an error that names no password', async () => {
    const database = openPostgres({ url: 'postgres://operator:geheim@127.0.0.1:1/none' });
    const { log } = sqlStoreOver(database);
    closing.add(() => database.close());
    const error: unknown = await log.read(CALL, 1).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(String(error)).toContain('ECONNREFUSED');
    expect(String(error) + database.description).not.toContain('geheim');
  });
});

describe.skipIf(DATABASE_URL === undefined)('a call followed on another node', () => {
  let schema: Schema | undefined;
  const stop = new AbortController();
  afterEach(async () => {
    await Promise.all([...closing].map((close) => close()));
    closing.clear();
    await schema?.drop();
    schema = undefined;
  });

  test('is told within moments', async () => {
    schema = await newSchema();
    const [writer, reader] = [await startNode(schema), await startNode(schema)];
    const seen = follow(reader.log, stop.signal);
    await pause(100);
    for (let seq = 1; seq <= 5; seq += 1) {
      await writer.log.append(CALL, seq - 1, [event(seq)]);
      expect(await soon(seen, seq, 300)).toEqual(upTo(seq));
    }
  });

  test('misses nothing when its connection is lost and made again', async () => {
    schema = await newSchema();
    const [writer, reader] = [await startNode(schema), await startNode(schema)];
    const seen = follow(reader.log, stop.signal);
    await writer.log.append(CALL, 0, [event(1)]);
    expect(await soon(seen, 1, 500)).toEqual(upTo(1));
    await reader.proxy.cut();
    await writer.log.append(CALL, 1, [event(2)]);
    await writer.log.append(CALL, 2, [event(3)]);
    await pause(300);
    await reader.proxy.mend();
    expect(await soon(seen, 3, 4_000)).toEqual(upTo(3));
  });

  test('is told by the next look when the writer died before it said anything', async () => {
    schema = await newSchema();
    const [writer, reader] = [await startNode(schema), await startNode(schema)];
    const seen = follow(reader.log, stop.signal);
    await pause(100);
    await writer.log.append(CALL, 0, [event(1)]);
    await writer.proxy.cut();
    expect(await soon(seen, 1, 4_000)).toEqual(upTo(1));
  });
});
