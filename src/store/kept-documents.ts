import { createHash } from 'node:crypto';
import type { CallEvent, FetchedDocument } from '../call/event.ts';
import { ask } from './ride-out.ts';
import type { Database } from './database.ts';
import { STATEMENTS } from './statements.ts';

/** Documents at hand, so that calls that run the same one share it; the one unused for longest goes first. */
const AT_HAND_MAX = 256;
/** A document that is in use says so now and then, or it would be swept away as one that is not. */
const SAY_USED_EVERY_MS = 60 * 60_000;

/** A document that is no longer kept, as an old call shows it. */
const GONE: FetchedDocument = { kind: 'unavailable', url: '', reason: 'the document is no longer kept' };

type AtHand = { readonly document: FetchedDocument; storedAtMs: number };
/** A document as it is written. */
export type Written = { readonly hash: string; readonly body: string };

/** Events as they are written: each document is a hash, and `unsaid` are those that the database may not have. */
export type BareEvents = {
  readonly text: string;
  readonly hashes: readonly string[] | null;
  readonly unsaid: readonly Written[];
};

export type KeptDocuments = {
  takeOut(events: readonly CallEvent[]): BareEvents;
  /** The database has them now. */
  stored(written: readonly Written[]): void;
  /** The events of such texts with their documents put back. @throws STORE_UNAVAILABLE */
  putBack(
    rows: readonly { readonly events: string; readonly documents: readonly string[] | null }[],
  ): Promise<CallEvent[]>;
  /** What was thought to be in the database may not be. */
  forgetStored(): void;
};

/** Keeps each document once, whichever calls run it: it is most of what there is to keep of a call. */
export function createKeptDocuments(database: Database): KeptDocuments {
  // In the order of their last use.
  const atHand = new Map<string, AtHand>();
  // Documents are shared by the turns that run them, and hashed for the first.
  const hashes = new WeakMap<FetchedDocument, string>();

  function use(hash: string, document: FetchedDocument): AtHand {
    const found = atHand.get(hash) ?? { document, storedAtMs: -Infinity };
    atHand.delete(hash);
    atHand.set(hash, found);
    if (atHand.size > AT_HAND_MAX) for (const oldest of [...atHand.keys()].slice(0, 1)) atHand.delete(oldest);
    return found;
  }

  function hashOf(document: FetchedDocument): string {
    const known = hashes.get(document);
    if (known !== undefined) return known;
    const hash = createHash('sha256').update(JSON.stringify(document)).digest('base64url');
    hashes.set(document, hash);
    return hash;
  }

  async function fetch(wanted: readonly string[]): Promise<void> {
    const missing = [...new Set(wanted)].filter((hash) => !atHand.has(hash));
    if (missing.length === 0) return;
    for (const { hash, body } of await ask(database, STATEMENTS.documentsOf, [missing])) {
      const document = JSON.parse(body) as FetchedDocument;
      hashes.set(document, hash);
      use(hash, document);
    }
  }

  return {
    takeOut: (events) => {
      const taken: string[] = [];
      const unsaid = new Map<string, string>();
      const bare = events.map((event) => {
        if (event.kind !== 'document') return event;
        const hash = hashOf(event.document);
        const { storedAtMs } = use(hash, event.document);
        if (performance.now() - storedAtMs > SAY_USED_EVERY_MS) {
          unsaid.set(hash, JSON.stringify(event.document));
        }
        taken.push(hash);
        return { ...event, document: null };
      });
      return {
        text: JSON.stringify(bare),
        hashes: taken.length === 0 ? null : taken,
        unsaid: [...unsaid].map(([hash, body]) => ({ hash, body })),
      };
    },
    stored: (written) => {
      for (const { hash } of written) {
        const found = atHand.get(hash);
        if (found !== undefined) found.storedAtMs = performance.now();
      }
    },
    putBack: async (rows) => {
      const wanted = rows.flatMap(({ documents }) => documents ?? []);
      await fetch(wanted);
      const found = new Map(wanted.map((hash) => [hash, atHand.get(hash)?.document ?? GONE]));
      return rows.flatMap(({ events, documents }) => {
        let next = 0;
        return (JSON.parse(events) as CallEvent[]).map((event) =>
          event.kind === 'document' ? { ...event, document: found.get(documents?.[next++] ?? '') ?? GONE } : event,
        );
      });
    },
    forgetStored: () => {
      for (const each of atHand.values()) each.storedAtMs = -Infinity;
    },
  };
}
