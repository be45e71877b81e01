import { expect, test } from 'vitest';
import { afterFailure, DELIVERY_GIVEN_UP_AFTER_MS, retryAfterMs } from '../../src/deliveries/schedule.ts';

const HOUR_MS = 60 * 60_000;

test.each([
  [1, 1_000],
  [2, 2_000],
  [3, 4_000],
  [10, 512_000],
  [12, 2_048_000],
  [13, HOUR_MS],
  [40, HOUR_MS],
  [4_000, HOUR_MS],
])('after attempt %i the next waits %i ms at most, and half of it at least', (number, mostMs) => {
  expect(retryAfterMs(number, 0)).toBe(mostMs);
  expect(retryAfterMs(number, 1)).toBe(mostMs / 2);
});

test('a delivery that keeps failing is tried at its very end, and then no more', () => {
  const attempts: number[] = [];
  let atMs = 0;
  for (let number = 1; ; number += 1) {
    attempts.push(atMs);
    const next = afterFailure(DELIVERY_GIVEN_UP_AFTER_MS - atMs, retryAfterMs(number, 0));
    if (next.state === 'given-up') break;
    atMs += next.retryAfterMs;
  }
  expect(attempts.at(-1)).toBe(DELIVERY_GIVEN_UP_AFTER_MS);
  expect(attempts).toHaveLength(36);
});
