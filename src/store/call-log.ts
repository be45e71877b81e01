import { randomUUID } from 'node:crypto';
import type { Delivery } from '../call/delivery.ts';
import type { CallEvent } from '../call/event.ts';
import type { CallLog } from '../interpret/ports.ts';
import type { Database } from './database.ts';
import { createFollowers } from './followers.ts';
import { createGroupCommit, type Phase, type Writing } from './group-commit.ts';
import { createKeptDocuments } from './kept-documents.ts';
import { callsIn, createNotifier } from './notifier.ts';
import { ask, rideOut } from './ride-out.ts';
import { STATEMENTS } from './statements.ts';

/** Followers are told what happens; this finds what they were not told because a process or a connection died. */
const LOOK_EVERY_MS = 1_000;
const CALLS_CHANNEL = 'colloquy_calls';

export type SqlCallLog = CallLog & {
  /**
   * Some of the calls whose turn was begun and not ended, and to which nothing was appended for this long: whoever ran it
   * may be dead. @throws STORE_UNAVAILABLE
   */
  stalled(silentForMs: number, limit: number): Promise<readonly string[]>;
  close(): Promise<void>;
};

export type SqlCallLogOptions = {
  readonly database: Database;
  /** Milliseconds after which a delivery is given up. */
  readonly givenUpAfterMs: number;
  /** Is told when deliveries were kept. */
  readonly onDeliveries: () => void;
};

/** The log of all calls in a database whose tables are there. Its methods reject with STORE_UNAVAILABLE. */
export function createSqlCallLog({ database, givenUpAfterMs, onDeliveries }: SqlCallLogOptions): SqlCallLog {
  const own = randomUUID();
  const documents = createKeptDocuments(database);
  const commit = createGroupCommit(database, givenUpAfterMs);
  const followers = createFollowers(read);
  const notifier = database.isShared ? createNotifier(database, CALLS_CHANNEL, own) : undefined;
  if (database.isShared) database.listen(CALLS_CHANNEL, hear, onGap);
  const looking = database.isShared ? setInterval(() => void look(), LOOK_EVERY_MS).unref() : undefined;

  function hear(payload: string): void {
    for (const callId of callsIn(payload, own)) followers.changed(callId);
  }

  /** The connection was lost: so may be notifications, and with another server perhaps the last that was written. */
  function onGap(): void {
    documents.forgetStored();
    followers.missed();
  }

  /** One statement for all who wait. */
  async function look(): Promise<void> {
    const quiet = followers.quiet();
    if (quiet.size === 0) return;
    const grown = await database.query(STATEMENTS.grown, [[...quiet.keys()], [...quiet.values()]]).catch(() => []);
    for (const { call_id } of grown) followers.changed(call_id);
  }

  async function read(callId: string, fromSeq: number): Promise<readonly CallEvent[]> {
    const rows = await ask(database, STATEMENTS.read, [callId, fromSeq]);
    if (rows.length === 0) return [];
    const events = await documents.putBack(rows);
    const first = rows[0]?.after_seq ?? 0;
    return events.slice(Math.max(0, fromSeq - 1 - first));
  }

  /** Whether the append after `afterSeq` is the one with this token. */
  async function isOurs(callId: string, afterSeq: number, token: string): Promise<boolean> {
    const rows = await database.query(STATEMENTS.tokenOf, [callId, afterSeq]);
    return rows[0]?.token === token;
  }

  async function append(
    callId: string,
    afterSeq: number,
    events: readonly CallEvent[],
    deliveries: readonly Delivery[] = [],
  ): Promise<'appended' | 'conflict'> {
    const last = events.at(-1);
    if (last === undefined) throw new Error('an append has events');
    const { text, hashes, unsaid } = documents.takeOut(events);
    const token = randomUUID();
    const writing: Writing = {
      callId,
      afterSeq,
      lastSeq: last.seq,
      token,
      text,
      hashes,
      phase: phaseAfter(events, afterSeq),
      documents: unsaid,
      deliveries,
    };
    const outcome = await rideOut(database, async (repeated) => {
      const taken = await commit(writing);
      // An earlier attempt may have been carried out although its answer was lost: then our own events are in the way.
      return taken || (repeated && (await isOurs(callId, afterSeq, token))) ? 'appended' : 'conflict';
    });
    if (outcome === 'conflict') {
      followers.changed(callId);
      return outcome;
    }
    documents.stored(unsaid);
    followers.appended(callId, events);
    notifier?.note(callId);
    if (deliveries.length > 0) onDeliveries();
    return outcome;
  }

  return {
    append,
    read,
    follow: (callId, fromSeq, signal) => followers.follow(callId, fromSeq, signal),
    stalled: async (silentForMs, limit) =>
      (await ask(database, STATEMENTS.stalled, [silentForMs, limit])).map(({ call_id }) => call_id),
    close: async () => {
      clearInterval(looking);
      await notifier?.close();
    },
  };
}

/** What is written of a call's state for those who look for calls, where these events change it. */
function phaseAfter(events: readonly CallEvent[], afterSeq: number): Phase | undefined {
  for (const event of events.toReversed()) {
    if (event.kind === 'turn-start') return 'running';
    if (event.kind === 'hung-up') return 'ended';
    if (event.kind === 'turn-end') return events.some(({ kind }) => kind === 'hangup') ? 'ended' : 'idle';
  }
  return afterSeq === 0 ? 'idle' : undefined;
}
