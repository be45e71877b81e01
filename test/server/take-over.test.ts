import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTakeOver } from '../../src/server/take-over.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(
  stalled: (silentForMs: number, limit: number) => Promise<readonly string[]>,
  takeOver: (callId: string) => Promise<void> = async () => undefined,
): { readonly taken: string[]; readonly errors: unknown[]; close(): Promise<void> } {
  const taken: string[] = [];
  const errors: unknown[] = [];
  const takeOvers = createTakeOver({
    stalled,
    takeOver: async (callId) => {
      await takeOver(callId);
      taken.push(callId);
    },
    silentForMs: 3_000,
    serves: (callId) => callId.startsWith('desk/'),
    onError: (error) => void errors.push(error),
  });
  return { taken, errors, close: () => takeOvers.close() };
}

test('each second the turns that were left off are taken over, those of agents that are served here', async () => {
  const asked: (readonly number[])[] = [];
  const looking = start(async (...about) => {
    asked.push(about);
    return ['desk/CA1', 'elsewhere/CA2', 'desk/CA3'];
  });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toEqual([
    [3_000, 50],
    [3_000, 50],
  ]);
  expect(looking.taken).toEqual(['desk/CA1', 'desk/CA3', 'desk/CA1', 'desk/CA3']);
  await looking.close();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(looking.taken).toHaveLength(4);
});

test('a look that takes long is not joined by another', async () => {
  let looks = 0;
  start(() => {
    looks += 1;
    return new Promise(() => undefined);
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toBe(1);
});

test('a failure is told once, and again when it had been well in between', async () => {
  let isAway = true;
  const { errors } = start(async () => {
    if (isAway) throw new Error('away');
    return [];
  });
  await vi.advanceTimersByTimeAsync(3_000);
  expect(errors).toHaveLength(1);
  isAway = false;
  await vi.advanceTimersByTimeAsync(1_000);
  isAway = true;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(errors).toHaveLength(2);
});

test.each<[string, () => Promise<unknown>]>([
  ['failed', () => Promise.reject(new Error('away'))],
  ['was slow', () => new Promise((resolve) => void setTimeout(resolve, 1_500))],
])('after a look that %s, nodes that live have time to show it', async (_what, trouble) => {
  let looks = 0;
  const { taken } = start(async () => {
    looks += 1;
    if (looks === 1) await trouble();
    return ['desk/CA1'];
  });
  await vi.advanceTimersByTimeAsync(4_000);
  expect([looks > 2, taken]).toEqual([true, []]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(taken).toContain('desk/CA1');
});

test('a call that cannot be taken over keeps no other from it', async () => {
  const { taken, errors } = start(
    async () => ['desk/broken', 'desk/CA1'],
    async (callId) => {
      if (callId === 'desk/broken') throw new Error('no such event');
    },
  );
  await vi.advanceTimersByTimeAsync(1_000);
  expect(taken).toEqual(['desk/CA1']);
  expect(errors).toMatchObject([{ message: 'no such event' }]);
});
