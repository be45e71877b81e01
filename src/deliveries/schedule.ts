import type { DeliveryState } from './outbox.ts';

/** A receiver that was down over a night and a working day still gets what it missed; then nobody waits for it. */
export const DELIVERY_GIVEN_UP_AFTER_MS = 24 * 60 * 60_000;
const FIRST_RETRY_MS = 1_000;
/** A receiver that is back is noticed within the hour. */
const SLOWEST_RETRY_MS = 60 * 60_000;

/**
 * Milliseconds until the attempt after the one with this number: twice as long each time, from a second to an hour, and up
 * to half of it taken off by `chance` (0 to 1), so that what failed together does not come back together.
 */
export function retryAfterMs(number: number, chance: number): number {
  const full = Math.min(SLOWEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(number - 1, 30));
  return Math.round(full * (1 - chance / 2));
}

/** What becomes of a delivery after a failed attempt, `leftMs` before it is to be given up: its end is tried once more. */
export function afterFailure(
  leftMs: number,
  wantedMs: number,
): { readonly state: DeliveryState; readonly retryAfterMs: number } {
  return leftMs <= 0
    ? { state: 'given-up', retryAfterMs: 0 }
    : { state: 'pending', retryAfterMs: Math.min(wantedMs, leftMs) };
}
