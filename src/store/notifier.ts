import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from './database.ts';
import { STATEMENTS } from './statements.ts';

/**
 * How long notes are gathered. Postgres lets one notifying transaction commit at a time, for all nodes together, so a note
 * within each append would halve what a server takes; and no caller hears twenty milliseconds, which only those wait whose
 * turn another node runs.
 */
const GATHER_MS = 20;
const AGAIN_AFTER_MS = 250;
/** Postgres refuses a payload of 8,000 bytes. */
const PAYLOAD_MAX_BYTES = 7_900;

export type Notifier = {
  /** Tells the other processes, soon, that something was appended to this call. */
  note(callId: string): void;
  /** Resolves when everybody has been told, or cannot be. */
  close(): Promise<void>;
};

/** Tells other processes which calls have grown. Each payload is `from`, the name of this process, and then the calls. */
export function createNotifier(database: Database, channel: string, from: string): Notifier {
  const noted = new Set<string>();
  let closed = false;
  let telling: Promise<void> | undefined;

  async function tell(): Promise<void> {
    while (noted.size > 0) {
      await delay(GATHER_MS);
      const callIds = [...noted];
      noted.clear();
      try {
        await database.query(STATEMENTS.notify, [channel, payloads(from, callIds)]);
      } catch {
        // Told again, but not for ever: others also look for themselves once in a while.
        if (closed) break;
        for (const callId of callIds) noted.add(callId);
        await delay(AGAIN_AFTER_MS);
      }
    }
    telling = undefined;
  }

  return {
    note: (callId) => {
      noted.add(callId);
      telling ??= tell();
    },
    close: async () => {
      closed = true;
      await telling;
    },
  };
}

/** As few payloads as hold these calls. */
export function payloads(from: string, callIds: readonly string[]): readonly string[] {
  const full: string[] = [];
  let current = from;
  for (const callId of callIds) {
    if (Buffer.byteLength(current) + Buffer.byteLength(callId) + 1 > PAYLOAD_MAX_BYTES) {
      full.push(current);
      current = from;
    }
    current += ` ${callId}`;
  }
  return [...full, current];
}

/** The calls of a payload that another process than `own` has sent. */
export function callsIn(payload: string, own: string): readonly string[] {
  const [from, ...callIds] = payload.split(' ');
  return from === own ? [] : callIds;
}
