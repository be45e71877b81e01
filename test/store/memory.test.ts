import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { createMemoryCallLog } from '../../src/store/memory.ts';
import { testCallLog } from '../contract/call-log.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

const HOUR_MS = 60 * 60_000;
const event = (seq: number): CallEvent => ({ kind: 'interrupted', seq, turn: 1, atMs: 0 });

testCallLog('the memory', () => createMemoryCallLog(createVirtualClock()));

test('a call that nobody has touched for an hour is forgotten when another is written', async () => {
  const clock = createVirtualClock();
  const log = createMemoryCallLog(clock);
  await log.append('desk/old', 0, [event(1)]);
  await clock.advance(HOUR_MS / 2);
  await log.append('desk/young', 0, [event(1)]);
  await clock.advance(HOUR_MS / 2);
  await log.append('desk/new', 0, [event(1)]);
  expect(await log.read('desk/old', 1)).toEqual([]);
  expect(await log.read('desk/young', 1)).toHaveLength(1);
});

test('a call that is written again is kept for another hour', async () => {
  const clock = createVirtualClock();
  const log = createMemoryCallLog(clock);
  await log.append('desk/a', 0, [event(1)]);
  await log.append('desk/b', 0, [event(1)]);
  await clock.advance(HOUR_MS - 1);
  await log.append('desk/a', 1, [event(2)]);
  await clock.advance(1);
  await log.append('desk/c', 0, [event(1)]);
  expect(await log.read('desk/a', 1)).toHaveLength(2);
  expect(await log.read('desk/b', 1)).toEqual([]);
});

test('a call that ended long ago is whole when it is written again', async () => {
  const clock = createVirtualClock();
  const log = createMemoryCallLog(clock);
  await log.append('desk/a', 0, [event(1), { kind: 'hung-up', status: 'completed', seq: 2, turn: 1, atMs: 0 }]);
  await clock.advance(HOUR_MS / 2);
  expect(await log.append('desk/a', 2, [event(3)])).toBe('appended');
  expect(await log.read('desk/a', 1)).toHaveLength(3);
});
