import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Level 1 takes half the time of the default for nine tenths of its effect; a larger chunk is only memory to be cleared. */
const SETTINGS = { level: 1, chunkSize: 4_096 } as const;

/**
 * Text that will not be looked at for a while, a quarter of its size or less. In memory of its own: what the compressor gives
 * may be a small part of a large piece, which would live as long.
 */
export function compressed(text: string): Buffer {
  const bytes = deflateRawSync(text, SETTINGS);
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}

/** The text that was compressed. */
export function expanded(bytes: Buffer): string {
  return inflateRawSync(bytes).toString('utf8');
}
