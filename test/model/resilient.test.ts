import { describe, expect, test } from 'vitest';
import type { ModelReply, ModelRequest } from '../../src/interpret/ports.ts';
import { createResilientModel, MODEL_PATIENCE_MS } from '../../src/model/resilient.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

type Attempt = {
  readonly code?: ModelReply['code'];
  readonly says?: string;
  readonly afterMs?: number;
  readonly retryAfterMs?: number;
  readonly refused?: 'temperature';
};
type Seen = { readonly model: string | undefined; readonly atMs: number; readonly startTimeoutMs: number | undefined };

const REQUEST: ModelRequest = { model: 'main', messages: [{ role: 'user', content: 'Hi' }], tools: [] };
const FINE: Attempt = { says: 'Hello' };
const BUSY: Attempt = { code: 'rate-limit' };

/** What the attempts lead to, one after the other, and what was asked of the model on the way. */
async function run(
  attempts: readonly Attempt[],
  request: Partial<ModelRequest> = {},
  { random = 0, abortAfterMs = -1 }: { readonly random?: number; readonly abortAfterMs?: number } = {},
) {
  const clock = createVirtualClock();
  const startMs = clock.now();
  const seen: Seen[] = [];
  const heard: string[] = [];
  const abort = new AbortController();
  const inner = {
    reply: async (asked: ModelRequest, onText: (piece: string) => void, _: AbortSignal, limits = {}) => {
      const attempt = attempts[seen.length];
      const { startTimeoutMs }: { readonly startTimeoutMs?: number } = limits;
      seen.push({ model: asked.model, atMs: clock.now() - startMs, startTimeoutMs });
      if (attempt === undefined) throw new Error('asked too often');
      expect(asked).not.toHaveProperty('fallback');
      await clock.sleep(attempt.afterMs ?? 0);
      if (attempt.says !== undefined) onText(attempt.says);
      const { code, retryAfterMs, refused } = attempt;
      const failed = code !== undefined || attempt.says === undefined;
      return {
        toolCalls: [],
        finish: failed ? ('error' as const) : ('stop' as const),
        ...(failed ? { reason: `${asked.model} failed` } : {}),
        ...(code === undefined ? {} : { code }),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        ...(refused === undefined ? {} : { refused }),
      };
    },
    close: () => Promise.resolve(),
  };
  const model = createResilientModel(inner, { clock, random: () => random });
  if (abortAfterMs >= 0) clock.after(abortAfterMs, () => abort.abort());
  const reply = await clock.until(model.reply({ ...REQUEST, ...request }, (piece) => heard.push(piece), abort.signal));
  return { reply, heard: heard.join(''), seen, models: seen.map(({ model: name }) => name) };
}

describe('a model that fails', () => {
  test.each<[string, readonly Attempt[], readonly string[], string]>([
    ['not at all is asked once', [FINE], ['main'], 'Hello'],
    ['by a rate limit is asked again', [BUSY, FINE], ['main', 'main'], 'Hello'],
    ['by being down is asked again', [{ code: 'unavailable' }, FINE], ['main', 'main'], 'Hello'],
    ['by its own timeout is asked again', [{ code: 'timeout', afterMs: 5_000 }, FINE], ['main', 'main'], 'Hello'],
    ['twice has failed', [BUSY, BUSY], ['main', 'main'], ''],
    ['after a word has failed', [{ code: 'unavailable', says: 'Well, ' }], ['main'], 'Well, '],
    ['for want of a key has failed', [{ code: 'auth' }], ['main'], ''],
    ['by nonsense has failed', [{ code: 'bad-answer' }], ['main'], ''],
    ['for a reason of its own has failed', [{}], ['main'], ''],
    ['by too long a prompt has failed', [{ code: 'context-length' }], ['main'], ''],
    ['too late has failed', [{ code: 'timeout', afterMs: MODEL_PATIENCE_MS }], ['main'], ''],
    ['and wants more time than there is has failed', [{ ...BUSY, retryAfterMs: 60_000 }], ['main'], ''],
  ])('%s', async (_, attempts, models, heard) => {
    const result = await run(attempts);
    expect([result.models, result.heard]).toEqual([models, heard]);
    expect(result.reply.finish).toBe(attempts.at(-1) === FINE ? 'stop' : 'error');
  });

  test.each<[string, readonly Attempt[], readonly string[], string]>([
    ['not at all', [FINE], ['main'], 'Hello'],
    ['twice', [BUSY, BUSY, FINE], ['main', 'main', 'other'], 'Hello'],
    ['for good', [{ code: 'auth' }, FINE], ['main', 'other'], 'Hello'],
    ['for a reason of its own', [{}, FINE], ['main', 'other'], 'Hello'],
    ['by not beginning', [{ code: 'timeout', afterMs: 3_000 }, FINE], ['main', 'other'], 'Hello'],
    ['by nonsense', [{ code: 'bad-answer' }, FINE], ['main', 'other'], 'Hello'],
    ['and wants more time than there is', [{ ...BUSY, retryAfterMs: 60_000 }, FINE], ['main', 'other'], 'Hello'],
    ['by too long a prompt, which is to be shortened', [{ code: 'context-length' }], ['main'], ''],
    ['after a word', [{ code: 'unavailable', says: 'Well, ' }], ['main'], 'Well, '],
    ['and its stand-in fails too, which is asked once', [{ code: 'auth' }, BUSY], ['main', 'other'], ''],
  ])('%s, with a stand-in', async (_, attempts, models, heard) => {
    const result = await run(attempts, { fallback: 'other' });
    expect([result.models, result.heard]).toEqual([models, heard]);
  });

  test('both of them: the reason names each, the code is the last one', async () => {
    const { reply } = await run([{ code: 'auth' }, BUSY], { fallback: 'other' });
    expect(reply).toEqual({
      toolCalls: [],
      finish: 'error',
      reason: 'main failed; then other: other failed',
      code: 'rate-limit',
    });
  });
});

describe('the time between two tries', () => {
  test.each<[string, Attempt, number, number]>([
    ['is short', BUSY, 0, 200],
    ['differs by chance', BUSY, 0.5, 300],
    ['is what the server wants', { ...BUSY, retryAfterMs: 3_000 }, 0, 3_000],
    ['is what the server wants, and some', { ...BUSY, retryAfterMs: 3_000 }, 0.5, 3_100],
  ])('%s', async (_, attempt, random, atMs) => {
    expect((await run([attempt, FINE], {}, { random })).seen[1]?.atMs).toBe(atMs);
  });

  test('ends when the call does, and nothing is asked any more', async () => {
    const { models, reply } = await run(
      [{ ...BUSY, retryAfterMs: 3_000 }],
      { fallback: 'other' },
      { abortAfterMs: 50 },
    );
    expect([models, reply.finish]).toEqual([['main'], 'error']);
  });
});

describe('the time to begin', () => {
  const limits = async (attempts: readonly Attempt[], request: Partial<ModelRequest>): Promise<readonly unknown[]> =>
    (await run(attempts, request)).seen.map(({ startTimeoutMs }) => startTimeoutMs);
  const late: Attempt = { ...BUSY, afterMs: 3_000 };

  test('is all of it for a model without a stand-in, whichever try it is', async () => {
    expect(await limits([late, FINE], {})).toEqual([undefined, undefined]);
  });

  test('of a model with one ends for both of its tries when its stand-in is asked, which has all of its own', async () => {
    expect(await limits([late, BUSY, FINE], { fallback: 'other' })).toEqual([
      MODEL_PATIENCE_MS,
      MODEL_PATIENCE_MS - 3_200,
      undefined,
    ]);
  });
});

test('hints for a further try are not part of the reply', async () => {
  const { reply } = await run([{ code: 'refused-parameter', refused: 'temperature', retryAfterMs: 5 }]);
  expect(reply).toEqual({ toolCalls: [], finish: 'error', reason: 'main failed', code: 'refused-parameter' });
});
