import type { CallEvent, EventOf, FetchedDocument } from '../call/event.ts';
import { compressed, expanded } from '../compressed.ts';

/** Events that nobody is expected to read soon, from a call's first one on. */
export type Archive = {
  /** How many events are in it. */
  count(): number;
  /** Adds the events that follow. */
  add(events: readonly CallEvent[]): void;
  /** Makes what was added a twentieth of its size. All at once costs a fraction of what turn by turn does. */
  compress(): void;
  /** All of them, in order. */
  read(): readonly CallEvent[];
};

/** An archive without events. */
export function createArchive(): Archive {
  const small: Buffer[] = [];
  let loose: CallEvent[] = [];
  let count = 0;
  // Of the compressed `document` events: shared by all calls that run them, and so left as they are.
  const documents: FetchedDocument[] = [];

  function numberOf(document: FetchedDocument): number {
    const known = documents.indexOf(document);
    return known === -1 ? documents.push(document) - 1 : known;
  }

  function bare(event: CallEvent): Bare {
    return event.kind === 'document' ? { ...event, document: numberOf(event.document) } : event;
  }

  function whole(event: Bare): CallEvent {
    return (event.kind === 'document' ? { ...event, document: documents[event.document] } : event) as CallEvent;
  }

  return {
    count() {
      return count;
    },
    add(events) {
      loose.push(...events);
      count += events.length;
    },
    compress() {
      if (loose.length === 0) return;
      small.push(compressed(JSON.stringify(loose.map(bare))));
      loose = [];
    },
    read: () => [...small.flatMap((bytes) => (JSON.parse(expanded(bytes)) as readonly Bare[]).map(whole)), ...loose],
  };
}

/** An event whose document is the number of one that is kept apart. */
type Bare = Exclude<CallEvent, EventOf<'document'>> | { readonly kind: 'document'; readonly document: number };
