import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { createFollowers, type Followers } from '../../src/store/followers.ts';
import { until } from '../support/until.ts';

const CALL = 'desk/CA1';
const begin = (seq: number): CallEvent => ({
  kind: 'turn-start',
  key: 'k',
  origin: { kind: 'start' },
  request: { platform: 'twilio', callSid: 'CA1', parameters: {}, publicUrl: 'https://voice.example' },
  seq,
  turn: 1,
  atMs: 0,
});
const say = (seq: number): CallEvent => ({ kind: 'model-delta', hop: 0, text: 'x', seq, turn: 1, atMs: 0 });
const end = (seq: number): CallEvent => ({ kind: 'turn-end', outcome: 'listening', faults: [], seq, turn: 1, atMs: 0 });

/** A log in an array, written by this process (`append`) or by another (`write`), and how often it was read. */
function world(): {
  readonly followers: Followers;
  readonly reads: number[];
  readonly append: (...events: readonly CallEvent[]) => void;
  readonly write: (...events: readonly CallEvent[]) => void;
  readonly follow: (from: number) => readonly number[];
} {
  const log: CallEvent[] = [];
  const reads: number[] = [];
  const followers = createFollowers(async (_callId, from) => {
    reads.push(from);
    return log.slice(from - 1);
  });
  return {
    followers,
    reads,
    append: (...events) => {
      log.push(...events);
      followers.appended(CALL, events);
    },
    write: (...events) => void log.push(...events),
    follow: (from) => {
      const seen: number[] = [];
      void (async () => {
        const { signal } = new AbortController();
        for await (const appended of followers.follow(CALL, from, signal)) seen.push(...appended.map(({ seq }) => seq));
      })();
      return seen;
    },
  };
}

test('a turn that this process runs is followed without reading', async () => {
  const { append, follow, reads } = world();
  append(begin(1), say(2));
  append(say(3));
  const [fromItsStart, fromTheMiddle, fromLater] = [follow(2), follow(3), follow(5)];
  append(say(4), say(5));
  append(end(6));
  await until(() => fromItsStart.length === 5 && fromTheMiddle.length === 4 && fromLater.length === 2);
  expect([fromItsStart, fromTheMiddle, fromLater]).toEqual([
    [2, 3, 4, 5, 6],
    [3, 4, 5, 6],
    [5, 6],
  ]);
  expect(reads).toEqual([]);
});

test('what was before the turn, or is over, is read', async () => {
  const { append, follow, reads } = world();
  append(begin(1), end(2));
  append(begin(3));
  const before = follow(1);
  await until(() => before.length === 3);
  append(end(4));
  const after = follow(3);
  await until(() => after.length === 2 && before.length === 4);
  expect(reads).toEqual([1, 3]);
});

test('a turn that another process has written to is read', async () => {
  const { append, write, followers, follow, reads } = world();
  append(begin(1));
  write(say(2));
  followers.changed(CALL);
  const seen = follow(1);
  await until(() => seen.length === 2);
  append(say(3));
  await until(() => seen.length === 3);
  const other = follow(1);
  await until(() => other.length === 3);
  expect(reads).toEqual([1, 1]);
});

test('an append behind those of another process does not hide them', async () => {
  const { append, write, follow } = world();
  append(begin(1));
  const seen = follow(1);
  await until(() => seen.length === 1);
  write(say(2));
  append(say(3));
  await until(() => seen.length === 3);
  const joining = follow(1);
  await until(() => joining.length === 3);
  expect([seen, joining]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('what was missed is read by all who follow', async () => {
  const { append, write, followers, follow } = world();
  append(begin(1));
  const seen = [follow(1), follow(1)];
  await until(() => seen.every(({ length }) => length === 1));
  write(say(2), say(3));
  followers.missed();
  await until(() => seen.every(({ length }) => length === 3));
  expect(seen).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

test('who has waited since the last look is looked after, each call from the last event that all have', async () => {
  const { append, follow, followers } = world();
  append(begin(1), say(2));
  const [first] = [follow(1), follow(2), follow(9)];
  await until(() => first?.length === 2);
  expect(followers.quiet()).toEqual(new Map());
  expect(followers.quiet()).toEqual(new Map([[CALL, 2]]));
  append(say(3));
  await until(() => first?.length === 3);
  expect(followers.quiet()).toEqual(new Map());
});
