import { describe, expect, test } from 'vitest';
import { readAnswer } from '../../bench/parts/caller.ts';
import { LOAD_FLAGS, readFlags, TURN_FLAGS } from '../../bench/parts/flags.ts';
import { addedMs, createLedger, quantile, turnFault, wasDuring, type Span, type Turn } from '../../bench/parts/seen.ts';
import { problemsOf, type Minute, type Run } from '../../bench/parts/verdict.ts';

const span = (fromMs: number, toMs: number, reference = 'CA1.2'): Span => ({ reference, fromMs, toMs });
const turn: Turn = { call: 'CA1', turn: 2, reference: 'CA1.2', fromMs: 0, toMs: 1000 };
const work = { model: [span(10, 300), span(400, 900)], tools: [span(310, 350)] };

describe('added time is what neither the model nor the tools took', () => {
  test.each<[string, readonly Span[], readonly Span[], number]>([
    ['nothing was asked', [], [], 1000],
    ['one after the other', work.model, work.tools, 170],
    ['tools that run at once count once', [span(0, 100)], [span(200, 500), span(300, 400), span(450, 600)], 500],
    ['in whatever order they are known', [span(400, 900), span(10, 300)], [], 210],
  ])('%s', (_, model, tools, expected) => {
    expect(addedMs(turn, { model, tools })).toBe(expected);
  });
});

test.each<[string, number, number, boolean]>([
  ['before', -20, -10, false],
  ['into its beginning', -20, 0, true],
  ['within it', 300, 400, true],
  ['around it', -10, 2000, true],
  ['out of its end', 1000, 1100, true],
  ['after', 1001, 1100, false],
])('whether a turn was in progress in a stretch of time that lies %s', (_, fromMs, toMs, expected) => {
  expect(
    wasDuring(turn, [
      { fromMs: -500, toMs: -400 },
      { fromMs, toMs },
    ]),
  ).toBe(expected);
});

describe('a turn is wrong', () => {
  test.each<[string, Turn, typeof work, string | undefined]>([
    ['not, when all was done once', turn, work, undefined],
    [
      'when its caller heard something else',
      { ...turn, fault: 'the caller heard ""' },
      work,
      'CA1.2: the caller heard ""',
    ],
    [
      'when the model was asked too often',
      turn,
      { ...work, model: [...work.model, span(1, 2)] },
      'CA1.2: the model was asked 3 times, expected 2',
    ],
    [
      'when a tool ran twice',
      turn,
      { ...work, tools: [...work.tools, ...work.tools] },
      'CA1.2: 2 tools were called, expected 1',
    ],
    ['when no tool ran', turn, { ...work, tools: [] }, 'CA1.2: 0 tools were called, expected 1'],
  ])('%s', (_, each, done, expected) => {
    expect(turnFault(each, done)).toBe(expected);
  });
});

test('the ledger brings together what is known at different times, and keeps what belongs to no turn', () => {
  const ledger = createLedger();
  ledger.add({ model: work.model.slice(0, 1), tools: work.tools });
  ledger.add({ model: [...work.model.slice(1), span(0, 1, 'CA9.1')], tools: [] });
  expect(ledger.settle([turn])).toEqual({ addedMs: [170], faults: [] });
  expect(ledger.strays()).toEqual(['CA9.1']);
  expect(ledger.settle([turn]).faults).toEqual(['CA1.2: the model was asked 0 times, expected 2']);
});

test.each<[readonly number[], number, number]>([
  [[3, 1, 2], 0.5, 2],
  [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 0.99, 10],
  [[], 0.5, NaN],
])('of %j the quantile %d is %d', (values, share, expected) => {
  expect(quantile(values, share)).toBe(expected);
});

describe('a run under load', () => {
  const minute: Minute = {
    minute: 1,
    turnsPerSecond: 125,
    p50Ms: 2,
    p99Ms: 9,
    heapBytes: 100,
    rssBytes: 200,
    handles: 3,
    timers: 4,
    listeners: 5,
  };
  const minutes = [100, 140, 200, 205, 210].map((heapBytes, index) => ({ ...minute, minute: index + 1, heapBytes }));
  const run: Run = { minutes, faults: [], timersBefore: 1, timersAfter: 1 };
  const with5 = (change: Partial<Minute>): Run => ({
    ...run,
    minutes: [...minutes.slice(0, 4), { ...minutes[4]!, ...change }],
  });
  test.each<[string, Run, readonly string[]]>([
    ['is well with a heap at most 5 % above that of minute 3', run, []],
    [
      'is not with a larger one',
      with5({ heapBytes: 211 }),
      ['the heap grew by 5.5 % from minute 3 to 5, at most 5 % are right'],
    ],
    ['may grow until minute 3', { ...run, minutes: minutes.slice(0, 3) }, []],
    [
      'is not with a wrong turn',
      { ...run, faults: ['CA1.1: a', 'b'] },
      ['2 turns or requests were wrong, the first: CA1.1: a'],
    ],
    ['is not with timers left', { ...run, timersAfter: 3 }, ['2 timers are left after the last call']],
    ['is not without a turn', with5({ turnsPerSecond: 0 }), ['no turn was measured']],
    ['is not without a minute', { ...run, minutes: [] }, ['no turn was measured']],
    [
      'is not above the limit',
      { ...with5({ p99Ms: 51 }), p99LimitMs: 50 },
      ['in minute 5 the p99 of added time is 51.0 ms, the limit is 50 ms'],
    ],
    [
      'has no limit in its first minute',
      { ...run, p99LimitMs: 9, minutes: [{ ...minute, p99Ms: 10 }, ...minutes.slice(1)] },
      [],
    ],
    [
      'has one where that is all',
      { ...run, p99LimitMs: 8, minutes: [minute] },
      ['in minute 1 the p99 of added time is 9.0 ms, the limit is 8 ms'],
    ],
  ])('%s', (_, each, expected) => {
    expect(problemsOf(each)).toEqual(expected);
  });
});

describe('an answer is read as a carrier does', () => {
  test.each<[string, string, ReturnType<typeof readAnswer>]>([
    [
      'words and where it listens',
      '<Response><Say>A &amp; b.</Say><Gather input="speech" action="/a?x=1&amp;y=2"><Say voice="v">C.</Say></Gather><Redirect>/r</Redirect></Response>',
      { said: 'A & b. C.', action: '/a?x=1&y=2', redirect: '/r' },
    ],
    [
      'what follows silence is not heard',
      '<Response><Gather action="/a"><Say>A.</Say></Gather><Say>Still there?</Say></Response>',
      { said: 'A.', action: '/a', redirect: undefined },
    ],
    [
      'a redirect',
      '<Response><Say>A.</Say><Redirect method="POST"> /r </Redirect></Response>',
      { said: 'A.', action: undefined, redirect: '/r' },
    ],
  ])('%s', (_, xml, expected) => {
    expect(readAnswer(xml)).toEqual(expected);
  });
});

describe('flags', () => {
  test('have defaults, and numbers are numbers', () => {
    expect(readFlags(TURN_FLAGS, [])).toEqual({ services: 'baseline,memory', rounds: 3, calls: undefined });
    expect(readFlags(LOAD_FLAGS, ['--calls', '2000', '--store=postgres'])).toMatchObject({
      calls: 2000,
      minutes: 10,
      store: 'postgres',
    });
  });
  test.each<[readonly string[], RegExp]>([
    [['--calls', 'many'], /--calls is "many", expected a number of at least 1/],
    [['--calls', '0'], /--calls is "0"/],
    [['--call', '3'], /--call/],
  ])('%j is refused', (args, message) => {
    expect(() => readFlags(LOAD_FLAGS, args)).toThrow(message);
  });
});
