// Calls in all weathers: everything takes as long as chance has it, the platform repeats requests, and the rules hold.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TURN_MAX_REDIRECTS } from '../../src/limits.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { fixtureFromLog } from '../../src/replay/from-log.ts';
import { redact } from '../../src/replay/redact.ts';
import { isFaithful, replay } from '../../src/replay/replay.ts';
import { placeCall, SILENCE, toSink, type CallerLine, type Post } from '../support/carrier.ts';
import { gatherDocument, standAloneDocument, toolMarkup } from '../support/documents.ts';
import type { Reply } from '../support/ports.ts';
import { AGENT, CALL_SID, createWorld } from '../support/world.ts';

const delay = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 2_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2_000, max: 12_000 }) },
  // Just around the moments at which something else happens.
  { weight: 2, arbitrary: fc.constantFrom(1_199, 1_200, 1_201, 3_199, 3_200, 3_201, 3_499, 3_500, 3_501) },
);

type Weather = {
  readonly alone: boolean;
  readonly documentDelayMs: number;
  readonly replies: readonly {
    readonly pieceMs: readonly number[];
    readonly endMs: number;
    readonly tools: readonly number[];
    readonly fails: boolean;
  }[];
  readonly lines: readonly CallerLine[];
  readonly repeats: readonly number[];
};

const weather: fc.Arbitrary<Weather> = fc.record({
  alone: fc.boolean(),
  documentDelayMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9_000 }) },
  ),
  replies: fc.array(
    fc.record({
      pieceMs: fc.array(delay, { maxLength: 8 }),
      endMs: delay,
      tools: fc.array(fc.integer({ min: 0, max: 8_000 }), { maxLength: 2 }),
      fails: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  lines: fc.array(fc.constantFrom<CallerLine>('Go on.', 'And then?', SILENCE, { digits: '1' }), { maxLength: 4 }),
  repeats: fc.array(fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 8_000 })), { minLength: 1, maxLength: 5 }),
});

test('in all weathers everything is heard once and in order, in time, and replays', async () => {
  await fc.assert(
    fc.asyncProperty(weather, async ({ alone, documentDelayMs, replies, lines, repeats }) => {
      const words: string[] = [];
      const model = (_request: unknown, index: number): Reply => {
        const { pieceMs = [], endMs = 0, tools = [], fails = false } = replies[index] ?? {};
        const says = pieceMs.map((afterMs, piece) => ({ afterMs, text: `Reply ${index} part ${piece} is said. ` }));
        words.push(...says.map(({ text }) => text.trim()));
        const calls = tools.map((afterMs) => ({ name: 'look', arguments: { order: String(afterMs) } }));
        return { says, endsAfterMs: endMs, calls, ...(fails && { fails: 'the connection broke' }) };
      };
      const tools = toolMarkup('look', 'timeout="6"');
      const world = createWorld({
        document: alone ? standAloneDocument({ tools, after: '<Say>The end.</Say>' }) : gatherDocument({ tools }),
        documentDelayMs,
        model,
        tools: { look: ({ arguments: sent }) => ({ afterMs: Number(sent['order']), content: 'found' }) },
      });
      const send = toSink(world);
      const repeated: Promise<readonly [string, string]>[] = [];
      let sent = 0;
      const post: Post = async (url, parameters) => {
        const afterMs = repeats[sent++ % repeats.length] ?? -1;
        const body = send(url, parameters);
        if (afterMs >= 0) {
          repeated.push(world.clock.sleep(afterMs).then(async () => [await send(url, parameters), await body]));
        }
        return body;
      };
      const heard = await world.clock.until(placeCall({ clock: world.clock, post, says: lines }));
      const pairs = await world.clock.until(Promise.all(repeated));
      expect(pairs.filter(([again, body]) => again !== body)).toEqual([]);
      await world.clock.until(world.calls.settled());

      expect(heard.longestAnswerMs).toBeLessThanOrEqual(4_000);
      expect(heard.longestGapMs).toBeLessThanOrEqual(4_000);
      expect(heard.mostRedirects).toBeLessThanOrEqual(TURN_MAX_REDIRECTS);
      const isTooLong = world
        .eventsOf('turn-end')
        .some(({ faults }) => faults.some((fault) => fault.startsWith('the turn took')));
      const said = heard.words.join(' ').match(/Reply \d part \d is said\./g) ?? [];
      expect(isTooLong ? said : said.join(' ')).toEqual(isTooLong ? said : words.join(' '));

      // A tool that had no result when its turn was over is not among them.
      const ended = new Set(world.eventsOf('tool-end').map(({ id }) => id));
      const answered = world.eventsOf('tool-start').filter(({ call }) => ended.has(call.id));

      const callId = `${AGENT}/${CALL_SID}`;
      const files = fixtureFromLog(callId, await world.log.read(callId, 1));
      for (const each of files === undefined ? [] : [files, redact(files, ['never'])]) {
        const replayed = replay(each, { lines: ENGLISH });
        const { answers, modelRequests, toolRequests, faults } = replayed;
        const compared = [...answers, ...modelRequests, ...toolRequests];
        expect(faults).toEqual([]);
        expect(compared.map(({ actual }) => actual)).toEqual(compared.map(({ expected }) => expected));
        expect(isFaithful(replayed)).toBe(true);
        expect(toolRequests).toHaveLength(answered.length);
      }
    }),
    // A fixed seed: the same weathers every time. A bad one is told in time, though it could be made smaller still.
    { numRuns: 150, seed: 7, interruptAfterTimeLimit: 40_000, markInterruptAsFailure: true },
  );
}, 60_000);
