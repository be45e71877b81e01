import { setTimeout as delay } from 'node:timers/promises';
import { VoiceError } from '../errors.ts';
import type { Database, Statement, Value } from './database.ts';

/** A server that restarts, or fails over to another, is back sooner; and a platform does not wait much longer. */
export const RIDE_OUT_MS = 3_000;
const FIRST_PAUSE_MS = 40;
const LONGEST_PAUSE_MS = 250;

/**
 * What `work` gives, however often it fails in passing meanwhile, as long as the database is back in time. `repeated` says
 * that an earlier attempt may have been carried out although its answer was lost.
 *
 * @throws STORE_UNAVAILABLE
 */
export async function rideOut<T>(
  { failureOf }: Pick<Database, 'failureOf'>,
  work: (repeated: boolean) => Promise<T>,
): Promise<T> {
  const endsAt = performance.now() + RIDE_OUT_MS;
  for (let pauseMs = FIRST_PAUSE_MS, repeated = false; ; repeated = true) {
    try {
      return await work(repeated);
    } catch (error) {
      // Not all at the same moment: everything that was asked meanwhile comes back.
      const jitteredMs = pauseMs * (0.5 + Math.random());
      if (failureOf(error) === 'lasting' || performance.now() + jitteredMs > endsAt) throw unavailable(error);
      await delay(jitteredMs);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }
}

/** The rows of a statement that may be carried out twice without harm. @throws STORE_UNAVAILABLE */
export function ask<Row>(
  database: Database,
  statement: Statement<Row>,
  values: readonly Value[],
): Promise<readonly Row[]> {
  return rideOut(database, () => database.query(statement, values));
}

/** The database's own error as an operator is told of it. */
export function unavailable(error: unknown): VoiceError {
  if (error instanceof VoiceError) return error;
  const reason = error instanceof AggregateError ? String(error.errors[0]) : String(error);
  return new VoiceError('STORE_UNAVAILABLE', { reason: reason.replace(/^\w*Error: /i, '') }, { cause: error });
}
