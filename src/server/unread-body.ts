import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';

/** A body longer than this is nobody's mistake, and its connection is closed at once. */
const DISCARD_MAX_BYTES = 8 * 1024 * 1024;

/**
 * Takes in what is left of a body that nobody reads. A connection closed while data is on its way is reset, and the answer is
 * lost with it. Resolves at the end of the body, after 8 MiB of it, or when the sender goes; Node gives up one that is slow.
 */
export async function discardBody(raw: IncomingMessage): Promise<void> {
  let left = DISCARD_MAX_BYTES;
  const enough = new Promise<void>((resolve) => {
    raw.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) resolve();
    });
  });
  const ended = finished(raw).catch(() => undefined);
  await Promise.race([enough, ended]);
}
