import type { Delivery } from '../call/delivery.ts';

export type DeliveryState = 'pending' | 'delivered' | 'given-up';

/** One attempt to hand a delivery over, and how it went. */
export type DeliveryAttempt = {
  /** Counts from 1 within a delivery, redeliveries included. */
  readonly number: number;
  /** Unix time at which it was sent. */
  readonly atMs: number;
  /** From sending to the answer, or to giving up on it. */
  readonly tookMs: number;
  /** Of the answer; null when there was none. */
  readonly status: number | null;
  /** Why it is not taken as received; null when it is. */
  readonly error: string | null;
};

/** A delivery that is this process's to send, until its lease runs out. */
export type ClaimedDelivery = {
  readonly delivery: Delivery;
  readonly number: number;
  /** Milliseconds from the claim until it is to be given up. */
  readonly leftMs: number;
};

/** What an attempt makes of its delivery. */
export type Settlement = {
  readonly id: string;
  readonly attempt: DeliveryAttempt;
  readonly state: DeliveryState;
  /** Milliseconds until the next attempt; of no meaning unless `state` is 'pending'. */
  readonly retryAfterMs: number;
};

export type DeliveryRecord = {
  readonly delivery: Delivery;
  readonly state: DeliveryState;
  readonly createdAtMs: number;
  /** In the order in which they were made. */
  readonly attempts: readonly DeliveryAttempt[];
};

export type ClaimRoom = {
  /** Deliveries that are claimed at most. */
  readonly total: number;
  /** Deliveries of one agent that may be on their way at once. */
  readonly perAgent: number;
  /** How many of each agent are on their way already. */
  readonly busy: ReadonlyMap<string, number>;
  /** How long nobody else is given what is claimed. */
  readonly leaseMs: number;
};

export type DeliveryFilter = {
  readonly state?: DeliveryState;
  readonly agent?: string;
  readonly limit: number;
};

/** What must be sent, until it has been. Deliveries get into it with the events that cause them (`CallLog.append`). */
export interface Outbox {
  /**
   * Takes deliveries whose time has come: the oldest of each agent first, agents in turns. Each is given to one caller
   * only, until it is settled or its lease has run out.
   */
  claim(room: ClaimRoom): Promise<readonly ClaimedDelivery[]>;
  /**
   * Records attempts. May be called again with the same ones. An attempt whose lease ran out is kept, but decides nothing
   * unless it delivered.
   */
  settle(settlements: readonly Settlement[]): Promise<void>;
  /** The newest first. */
  list(filter: DeliveryFilter): Promise<readonly DeliveryRecord[]>;
  /** Makes a delivery due at once, whatever became of it, for another full time; false when there is none of this id. */
  redeliver(id: string): Promise<boolean>;
  /** Calls back whenever something may have become due, until the returned function is called. */
  onDue(listener: () => void): () => void;
}
