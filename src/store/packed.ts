import type { CallEvent, FetchedDocument } from '../call/event.ts';

/** Events that nobody is expected to read soon, as bytes: a fifth of their size as objects, and out of the way of the GC. */
export type Packed = {
  readonly bytes: Buffer;
  /** Of the `document` events, in their order: shared by all calls that run them, and so left as they are. */
  readonly documents: readonly FetchedDocument[];
};

/** The events in a form that takes little room. */
export function pack(events: readonly CallEvent[]): Packed {
  const documents: FetchedDocument[] = [];
  const bare = events.map((event) => {
    if (event.kind !== 'document') return event;
    documents.push(event.document);
    return { ...event, document: null };
  });
  return { bytes: exactly(JSON.stringify(bare)), documents };
}

/** In memory of its own: a slice of Node's pool would keep the rest of the pool alive for as long as the call lasts. */
function exactly(text: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
  return bytes;
}

/** The events that were packed. */
export function unpack({ bytes, documents }: Packed): readonly CallEvent[] {
  let next = 0;
  const bare = JSON.parse(bytes.toString('utf8')) as readonly CallEvent[];
  return bare.map((event) => {
    const document = event.kind === 'document' ? documents[next++] : undefined;
    return event.kind === 'document' && document !== undefined ? { ...event, document } : event;
  });
}
