import type { ServerResponse } from 'node:http';
import type { Ending, StreamFixture } from '../model/streams.ts';

/** Numbers from 0 up to 1 that are the same for the same seed. */
export type Random = () => number;

/** @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (mulberry32) */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** A stream as a bad network delivers it. */
export type Mutation = {
  readonly chunks: readonly Buffer[];
  /** Whether the next chunk waits for the event loop, by its index. */
  readonly delays: readonly boolean[];
  readonly ending: Ending;
  /** Nothing was moved or repeated, so that what arrives is a beginning of what was sent. */
  readonly isBeginning: boolean;
  readonly isCut: boolean;
  /** For the message of a failure. */
  readonly story: string;
};

const ENDINGS: readonly Ending[] = ['close', 'kill', 'stall'];
/** Whoever moves the parts of a tag makes other words of what it hides. */
const FRAGILE = /think|call-as-text/;

/** Cuts, splits, moves, repeats and delays the bytes of a fixture at random. */
export function mutate({ name, body, ending }: StreamFixture, random: Random): Mutation {
  const isCut = random() < 0.5;
  const end = isCut ? below(random, body.length + 1) : body.length;
  const cuts = Array.from({ length: below(random, 7) }, () => below(random, end + 1)).toSorted((a, b) => a - b);
  const chunks = [0, ...cuts].map((start, index) => body.subarray(start, cuts[index] ?? end));
  const story = [`${name}: ${end} of ${body.length} bytes, split at ${cuts.join()}`];
  let isBeginning = true;
  if (chunks.length > 1 && !FRAGILE.test(name) && random() < 0.35) {
    const at = below(random, chunks.length - 1);
    isBeginning = false;
    if (random() < 0.5) chunks.splice(at, 0, chunks[at] ?? Buffer.of());
    else chunks.splice(at, 2, chunks[at + 1] ?? Buffer.of(), chunks[at] ?? Buffer.of());
    story.push(`moved or repeated at ${at}`);
  }
  const last = isCut ? (ENDINGS[below(random, 3)] ?? 'close') : ending;
  story.push(`then ${last}`);
  const delays = chunks.map(() => random() < 0.4);
  return { chunks, delays, ending: last, isBeginning, isCut, story: story.join('; ') };
}

/** Writes a mutated stream as told. */
export async function deliver({ chunks, delays, ending }: Mutation, response: ServerResponse): Promise<void> {
  response.on('error', () => undefined);
  for (const [index, chunk] of chunks.entries()) {
    if (!response.writable) return;
    response.write(chunk);
    if (delays[index] === true) await new Promise((resolve) => setImmediate(resolve));
  }
  if (ending === 'close') response.end();
  // What was written is to arrive before the connection is lost.
  if (ending === 'kill') response.write('', () => setImmediate(() => response.destroy()));
}
