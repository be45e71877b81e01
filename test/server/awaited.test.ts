import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { createAwaited } from '../../src/server/awaited.ts';

const at = { turn: 1, atMs: 0 };
const START = { ...at, seq: 1, kind: 'turn-start' } as CallEvent;
const END = { ...at, seq: 5, kind: 'turn-end', outcome: 'listening', faults: [] } as const;
const HUNG_UP = { ...at, seq: 6, kind: 'hung-up', status: 'completed' } as const;
const answered = (to: number): CallEvent => ({ ...at, seq: 6, kind: 'answered', key: 'k', from: 1, to, body: '' });

test.each<[string, readonly CallEvent[], boolean]>([
  ['nothing that ever ran', [], false],
  ['a turn that runs', [START], true],
  ['a turn that runs and was answered so far', [START, answered(3)], true],
  ['a turn that has ended and was never answered', [START, END], true],
  ['the rest of a turn that has ended', [START, END, answered(4)], true],
  ['nothing of a turn that was answered to its end', [START, END, answered(6)], false],
  ['nothing of a caller who is gone', [START, HUNG_UP], false],
  ['the next turn of a call', [START, END, answered(6), START], true],
])('what is awaited is %s', (_what, events, some) => {
  const awaited = createAwaited(() => 0);
  for (const event of events) awaited.observe('desk/CA1', event);
  expect(awaited.some()).toBe(some);
});

test('a platform that has not come for a minute is not waited for, and others are', () => {
  let nowMs = 0;
  const awaited = createAwaited(() => nowMs);
  awaited.observe('desk/CA1', START);
  nowMs = 30_000;
  awaited.observe('desk/CA2', START);
  nowMs = 60_000;
  expect(awaited.some()).toBe(true);
  nowMs = 90_000;
  expect(awaited.some()).toBe(false);
});
