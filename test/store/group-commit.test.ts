import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import type { Database, Statement, Value } from '../../src/store/database.ts';
import { createGroupCommit, type GroupCommit, type Writing } from '../../src/store/group-commit.ts';

class Outage extends Error {}

type Asked = {
  readonly callIds: readonly string[];
  /** Answers that these calls were appended to, by default all; or that the statement failed. */
  answer(callIds?: readonly string[]): Promise<void>;
  fail(error: Error): Promise<void>;
};

/** A database whose statements wait to be answered by the test. */
function askedBy(givenUpAfterMs = 1_000): { readonly asked: Asked[]; readonly commit: GroupCommit } {
  const asked: Asked[] = [];
  const query = <Row>(_: Statement<Row>, values: readonly Value[]): Promise<readonly Row[]> => {
    const [callIds, , , tokens] = values as unknown as readonly (readonly string[])[];
    const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>();
    asked.push({
      callIds: callIds ?? [],
      answer: async (taken = callIds ?? []) => {
        const rows = (tokens ?? []).filter((__, index) => taken.includes(callIds?.[index] ?? ''));
        resolve(rows.map((token) => ({ token })) as Row[]);
        await settled();
      },
      fail: async (error) => {
        reject(error);
        await settled();
      },
    });
    return promise;
  };
  const database = {
    query,
    failureOf: (error: unknown) => (error instanceof Outage ? 'outage' : 'passing'),
  } as unknown as Database;
  return { asked, commit: createGroupCommit(database, givenUpAfterMs) };
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function writing(callId: string, extra: Partial<Writing> = {}): Writing {
  const token = randomUUID();
  const nothing = { hashes: null, phase: undefined, documents: [], deliveries: [] };
  return { callId, afterSeq: 0, lastSeq: 1, token, text: '[]', ...nothing, ...extra };
}

test('one append alone is written at once', () => {
  const { asked, commit } = askedBy();
  void commit(writing('a'));
  expect(asked.map(({ callIds }) => callIds)).toEqual([['a']]);
});

test('those that come while a statement is under way go together in the next, in their order', async () => {
  const { asked, commit } = askedBy();
  const results = Promise.all(['a', 'b', 'c', 'd'].map((callId) => commit(writing(callId))));
  expect(asked).toHaveLength(1);
  await asked[0]?.answer();
  expect(asked.map(({ callIds }) => callIds)).toEqual([['a'], ['b', 'c', 'd']]);
  await asked[1]?.answer(['b', 'd']);
  expect(await results).toEqual([true, true, false, true]);
  expect(asked).toHaveLength(2);
});

test('a statement has no more than 64 appends and about a million characters', async () => {
  const { asked, commit } = askedBy();
  void commit(writing('first'));
  for (let index = 0; index < 100; index += 1) void commit(writing(`call ${index}`));
  await asked[0]?.answer();
  expect(asked[1]?.callIds).toHaveLength(64);
  for (let index = 0; index < 5; index += 1) void commit(writing(`long ${index}`, { text: 'x'.repeat(400_000) }));
  await asked[1]?.answer();
  expect(asked[2]?.callIds).toEqual([
    ...Array.from({ length: 36 }, (_, index) => `call ${index + 64}`),
    'long 0',
    'long 1',
  ]);
  await asked[2]?.answer();
  expect(asked[3]?.callIds).toEqual(['long 2', 'long 3']);
  void commit(writing('huge', { text: 'x'.repeat(3_000_000) }));
  await asked[3]?.answer();
  await asked[4]?.answer();
  expect(asked[4]?.callIds).toEqual(['long 4']);
  expect(asked[5]?.callIds).toEqual(['huge']);
});

test('what an append brings beside its events counts too, a document of several once', async () => {
  const { asked, commit } = askedBy();
  const documents = [{ hash: 'shared', body: 'x'.repeat(600_000) }];
  void commit(writing('first'));
  for (const [index, length] of [1, 2, 300_000, 300_000].entries()) {
    const body = 'y'.repeat(length);
    const deliveries = [{ id: 'd', agent: 'desk', method: 'POST' as const, url: '', contentType: '', body }];
    void commit(writing(`call ${index}`, { documents, deliveries }));
  }
  await asked[0]?.answer();
  expect(asked[1]?.callIds).toEqual(['call 0', 'call 1', 'call 2']);
  await asked[1]?.answer();
  expect(asked[2]?.callIds).toEqual(['call 3']);
});

test('a statement that takes long holds up nobody', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { asked, commit } = askedBy();
    const slow = commit(writing('slow'));
    const quick = commit(writing('quick'));
    await vi.advanceTimersByTimeAsync(19);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked.map(({ callIds }) => callIds)).toEqual([['slow'], ['quick']]);
    await asked[1]?.answer();
    expect(await quick).toBe(true);
    void commit(writing('later'));
    await asked[0]?.answer();
    expect(await slow).toBe(true);
    // The end of the slow one lets nobody in beside the one that is under way.
    void commit(writing('last'));
    expect(asked.map(({ callIds }) => callIds)).toEqual([['slow'], ['quick'], ['later']]);
  } finally {
    vi.useRealTimers();
  }
});

test('what the database says against one append does not befall the others', async () => {
  const { asked, commit } = askedBy();
  void commit(writing('first'));
  const results = Promise.allSettled(['good', 'bad', 'fine'].map((callId) => commit(writing(callId))));
  await asked[0]?.answer();
  const refused = new TypeError('this one is wrong');
  await asked[1]?.fail(refused);
  expect(asked.slice(2).map(({ callIds }) => callIds)).toEqual([['good'], ['bad'], ['fine']]);
  await asked[2]?.answer();
  await asked[3]?.fail(refused);
  await asked[4]?.answer();
  expect(await results).toEqual([
    { status: 'fulfilled', value: true },
    { status: 'rejected', reason: refused },
    { status: 'fulfilled', value: true },
  ]);
});

test('who waits learns of an outage with those whose statement met it', async () => {
  const { asked, commit } = askedBy();
  const results = Promise.allSettled(['a', 'b', 'c'].map((callId) => commit(writing(callId))));
  const away = new Outage('connection lost');
  await asked[0]?.fail(away);
  expect(await results).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason: away })));
  const again = commit(writing('a'));
  await asked[1]?.answer();
  expect(await again).toBe(true);
});
