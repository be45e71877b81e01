import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { CallEvent, EventOf, FetchedDocument } from '../call/event.ts';

/** However soon it may be read: no call keeps more text than this as it is. */
const COMPRESS_FROM_CHARACTERS = 16_000;
/** Level 1 takes half the time of the default for nine tenths of its effect; a larger chunk is only memory to be cleared. */
const COMPRESSION = { level: 1, chunkSize: 4_096 } as const;

/** Events that nobody is expected to read soon, from a call's first one on: a twentieth of their size as objects. */
export type Archive = {
  /** How many events are in it. */
  readonly count: number;
  /** Adds the events that follow. */
  add(events: readonly CallEvent[]): void;
  /** Makes them as small as they get. All at once costs a fraction of what turn by turn does. */
  compress(): void;
  /** All of them, in order. */
  read(): readonly CallEvent[];
};

/** An archive without events. */
export function createArchive(): Archive {
  const compressed: Buffer[] = [];
  let texts: string[] = [];
  let characters = 0;
  let count = 0;
  // Of the `document` events: shared by all calls that run them, and so left as they are.
  const documents: FetchedDocument[] = [];

  function numberOf(document: FetchedDocument): number {
    const known = documents.indexOf(document);
    return known === -1 ? documents.push(document) - 1 : known;
  }

  function compress(): void {
    if (texts.length === 0) return;
    compressed.push(exactly(deflateRawSync(texts.join('\n'), COMPRESSION)));
    texts = [];
    characters = 0;
  }

  return {
    get count() {
      return count;
    },
    add(events) {
      const bare = events.map((event) =>
        event.kind === 'document' ? { ...event, document: numberOf(event.document) } : event,
      );
      const text = JSON.stringify(bare);
      texts.push(text);
      characters += text.length;
      count += events.length;
      if (characters >= COMPRESS_FROM_CHARACTERS) compress();
    },
    compress,
    read() {
      const lines = [...compressed.flatMap((bytes) => inflateRawSync(bytes).toString('utf8').split('\n')), ...texts];
      return lines
        .flatMap((line) => JSON.parse(line) as readonly Bare[])
        .map((event) =>
          event.kind === 'document' ? { ...event, document: documents[event.document] } : event,
        ) as readonly CallEvent[];
    },
  };
}

/** An event whose document is the number of one that is kept apart. */
type Bare = Exclude<CallEvent, EventOf<'document'>> | { readonly kind: 'document'; readonly document: number };

/** In memory of its own: what is given back may be a small part of a large piece, which would live as long. */
function exactly(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
