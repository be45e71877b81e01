import type { Delivery } from '../call/delivery.ts';
import type { Database, Value } from './database.ts';
import type { Written } from './kept-documents.ts';
import { appendOf } from './statements.ts';

/**
 * A group that takes longer holds up nobody: the next one goes beside it. So a lock that another node holds, or one
 * connection that died in silence, is felt by one group alone.
 */
const HOLDS_UP_MS = 20;
/** Most of one statement, so that none grows without bound after a stall. */
const GROUP_MAX_APPENDS = 64;
const GROUP_MAX_CHARACTERS = 1_000_000;

/** What is written of a call's state for those who look for calls. */
export type Phase = 'running' | 'idle' | 'ended';

/** An append as it is written. */
export type Writing = {
  readonly callId: string;
  readonly afterSeq: number;
  readonly lastSeq: number;
  /** A UUID of this append alone. */
  readonly token: string;
  /** Its events, a JSON array. */
  readonly text: string;
  /** Of the documents that stand in their own table, in the order of their events. */
  readonly hashes: readonly string[] | null;
  /** Of the call from now on, where it changes. */
  readonly phase: Phase | undefined;
  readonly documents: readonly Written[];
  readonly deliveries: readonly Delivery[];
};

/** Whether the append was taken; not, where its call does not end at `afterSeq`. Rejects with the driver's own error. */
export type GroupCommit = (writing: Writing) => Promise<boolean>;

type Waiting = {
  readonly writing: Writing;
  readonly resolve: (taken: boolean) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Writes appends of all calls, those that come while a statement is under way together in the next: an append among sixteen costs
 * both sides less than half of one alone, and after a stall those who waited are not served one by one.
 */
export function createGroupCommit(database: Database, givenUpAfterMs: number): GroupCommit {
  const waiting: Waiting[] = [];
  let underWay = 0;

  function next(): void {
    if (underWay > 0 || waiting.length === 0) return;
    const group = waiting.splice(0, groupSize(waiting));
    underWay += 1;
    let holdsUp = true;
    const pass = (): void => {
      if (!holdsUp) return;
      holdsUp = false;
      clearTimeout(timer);
      underWay -= 1;
      next();
    };
    const timer = setTimeout(pass, HOLDS_UP_MS);
    void write(group).finally(pass);
  }

  async function write(group: readonly Waiting[]): Promise<void> {
    try {
      const { statement, values } = statementFor(
        group.map(({ writing }) => writing),
        givenUpAfterMs,
      );
      const rows = await database.query(statement, values);
      const taken = new Set(rows.map(({ token }) => token));
      for (const { writing, resolve } of group) resolve(taken.has(writing.token));
    } catch (error) {
      const isOutage = database.failureOf(error) === 'outage';
      // What befalls one of them must not befall the others.
      if (!isOutage && group.length > 1) await Promise.all(group.map((each) => write([each])));
      else for (const { reject } of group) reject(error);
      // Who waits learns of an outage now, and has the rest of its time to ride it out.
      if (isOutage) for (const { reject } of waiting.splice(0)) reject(error);
    }
  }

  return (writing) =>
    new Promise((resolve, reject) => {
      waiting.push({ writing, resolve, reject });
      next();
    });
}

/** How many of them go into one statement: at least one. */
function groupSize(waiting: readonly Waiting[]): number {
  const documents = new Set<string>();
  let characters = 0;
  const end = waiting.findIndex(({ writing }, index) => {
    const own = writing.documents.filter(({ hash }) => !documents.has(hash));
    for (const { hash } of own) documents.add(hash);
    characters += lengthOf([
      writing.text,
      ...own.map(({ body }) => body),
      ...writing.deliveries.map(({ body }) => body),
    ]);
    return index > 0 && (index >= GROUP_MAX_APPENDS || characters > GROUP_MAX_CHARACTERS);
  });
  return end === -1 ? waiting.length : end;
}

const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0);

function statementFor(group: readonly Writing[], givenUpAfterMs: number) {
  const phase = group.some((writing) => writing.phase !== undefined);
  const documents = new Map(group.flatMap((writing) => writing.documents.map(({ hash, body }) => [hash, body])));
  const deliveries = group.flatMap(({ token, deliveries: own }) => own.map((delivery) => ({ token, delivery })));
  const values: Value[] = [
    group.map(({ callId }) => callId),
    group.map(({ afterSeq }) => afterSeq),
    group.map(({ lastSeq }) => lastSeq),
    group.map(({ token }) => token),
    group.map(({ text }) => text),
    // No hash needs quoting.
    group.map(({ hashes }) => hashes && `{${hashes.join(',')}}`),
  ];
  if (phase) values.push(group.map((writing) => writing.phase ?? null));
  if (documents.size > 0) values.push([...documents.keys()], [...documents.values()]);
  if (deliveries.length > 0)
    values.push(
      deliveries.map(({ token }) => token),
      deliveries.map(({ delivery }) => delivery.id),
      deliveries.map(({ delivery }) => delivery.agent),
      deliveries.map(({ delivery }) => JSON.stringify(delivery)),
      givenUpAfterMs,
    );
  return {
    statement: appendOf({ phase, documents: documents.size > 0, deliveries: deliveries.length > 0 }),
    values,
  };
}
