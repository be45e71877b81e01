import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import type { CallOutput } from '../../src/call/output.ts';
import type { Markup } from '../../src/call/program.ts';
import type { PlatformName } from '../../src/call/request.ts';
import { DIALECTS } from '../../src/language/dialects.ts';
import { PART_MAX_CHARACTERS, PART_MAX_SENTENCES } from '../../src/limits.ts';
import { renderAnswer } from '../../src/render/answer.ts';
import { isOutput, sliceOf, type NumberedOutput } from '../../src/render/slice.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const GATHER: Markup = { name: 'Gather', attributes: { input: 'speech' }, children: [] };
const BACK = 'https://voice.example/voice/front%20desk/continue';

const say = (text: string, voice?: string): CallOutput => ({
  kind: 'speech',
  role: 'reply',
  text,
  ...(voice !== undefined && { voice }),
});
const passed = (
  name: string,
  children: Markup['children'] = [],
  extra: Partial<Extract<CallOutput, { kind: 'passed-verb' }>> = {},
): CallOutput => ({
  kind: 'passed-verb',
  markup: { name, attributes: {}, children },
  greeting: false,
  ...extra,
});
const listen: CallOutput = { kind: 'listen', markup: GATHER, exit: { kind: 'reply', verb: 0 } };
const leave: CallOutput = { kind: 'redirect', exit: { kind: 'verbs', from: 1 } };
const hangup: CallOutput = { kind: 'hangup' };

/** The outputs as events, numbered from 11 on. */
function numbered(outputs: readonly CallOutput[]): readonly NumberedOutput[] {
  return outputs.map((output, index) => ({ ...output, seq: 11 + index, turn: 3, atMs: 0 }));
}

/** The outputs as events, and after them the end of their turn if it has one. */
function eventsOf(outputs: readonly CallOutput[], ended: boolean): readonly CallEvent[] {
  const end = {
    kind: 'turn-end',
    outcome: 'listening',
    faults: [],
    seq: 11 + outputs.length,
    turn: 3,
    atMs: 0,
  } as const;
  return [...numbered(outputs), ...(ended ? [end] : [])];
}

/** The answer with these outputs, of an ended turn, without its declaration and its `<Response>`. */
function rendered(
  outputs: readonly CallOutput[],
  { ended = true, platform = 'cloudonix' }: { readonly ended?: boolean; readonly platform?: PlatformName } = {},
): string {
  const xml = renderAnswer(sliceOf(eventsOf(outputs, ended), 11), {
    agent: 'front desk',
    turn: 3,
    request: { platform, publicUrl: 'https://voice.example' },
  });
  const begin = '<?xml version="1.0" encoding="UTF-8"?><Response';
  expect(xml.startsWith(begin)).toBe(true);
  return xml
    .slice(begin.length)
    .replace(/^>|\/>$/g, '')
    .replace(/<\/Response>$/, '');
}

test.each<[string, readonly CallOutput[], string]>([
  ['nothing at all', [], ''],
  ['one sentence', [say('Hello.')], '<Say>Hello.</Say>'],
  ['sentences in one voice are one Say', [say('Hello.'), say('How are you?')], '<Say>Hello. How are you?</Say>'],
  [
    'sentences in two voices are two',
    [say('Hello.', 'man'), say('Hi.', 'woman')],
    '<Say voice="man">Hello.</Say><Say voice="woman">Hi.</Say>',
  ],
  ['a Say of the document joins in', [passed('Say', ['Welcome.']), say('Hello.')], '<Say>Welcome. Hello.</Say>'],
  [
    'a Say with speech markup does not',
    [passed('Say', ['Well', { name: 'break', attributes: {}, children: [] }]), say('Hello.')],
    '<Say>Well<break/></Say><Say>Hello.</Say>',
  ],
  [
    'as much in one Say as platforms read',
    [say('x'.repeat(4_000)), say('y'.repeat(95)), say('z')],
    `<Say>${'x'.repeat(4_000)} ${'y'.repeat(95)}</Say><Say>z</Say>`,
  ],
  ['an empty Say does not', [passed('Say'), say('Hello.')], '<Say/><Say>Hello.</Say>'],
  [
    'a Say that repeats does not',
    [passed('Say', ['Hi.'], { markup: { name: 'Say', attributes: { loop: '2' }, children: ['Hi.'] } }), say('Hello.')],
    '<Say loop="2">Hi.</Say><Say>Hello.</Say>',
  ],
  [
    'what is said right before listening stands inside the Gather',
    [say('Hello.'), listen],
    `<Gather input="speech" action="${BACK}?turn=4&amp;exit=12" method="POST"><Say>Hello.</Say></Gather>`,
  ],
  [
    'a greeting stands inside, what the document says before the Gather does not',
    [
      passed('Say', ['Before.']),
      passed('Play', ['https://a.example/x.mp3'], { greeting: true }),
      say('Hello.'),
      listen,
    ],
    `<Say>Before.</Say><Gather input="speech" action="${BACK}?turn=4&amp;exit=14" method="POST"><Play>https://a.example/x.mp3</Play><Say>Hello.</Say></Gather>`,
  ],
  [
    'what stands between two verbs of the platform stays where it is',
    [say('One.'), passed('Play', ['https://a.example/x.mp3']), say('Two.'), listen],
    `<Say>One.</Say><Play>https://a.example/x.mp3</Play><Gather input="speech" action="${BACK}?turn=4&amp;exit=14" method="POST"><Say>Two.</Say></Gather>`,
  ],
  ['listening without a word', [listen], `<Gather input="speech" action="${BACK}?turn=4&amp;exit=11" method="POST"/>`],
  [
    'the verbs after a silent Gather are reached by a Redirect',
    [listen, leave],
    `<Gather input="speech" action="${BACK}?turn=4&amp;exit=11" method="POST"/><Redirect method="POST">${BACK}?turn=4&amp;exit=12</Redirect>`,
  ],
  ['a hang-up comes after the words', [say('Goodbye.'), hangup], '<Say>Goodbye.</Say><Hangup/>'],
  [
    'a stage in an attribute leads back to us',
    [
      passed('Dial', ['+15550001111'], {
        exit: { kind: 'stage', stage: { url: 'https://a.example/', method: 'GET' } },
        stageAttribute: 'action',
      }),
    ],
    `<Dial action="${BACK}?turn=4&amp;exit=11" method="POST">+15550001111</Dial>`,
  ],
  [
    'a Redirect of the document leads back to us',
    [
      passed('Redirect', ['https://a.example/'], {
        exit: { kind: 'stage', stage: { url: 'https://a.example/', method: 'GET' } },
      }),
    ],
    `<Redirect method="POST">${BACK}?turn=4&amp;exit=11</Redirect>`,
  ],
])('renders %s', (_name, outputs, expected) => {
  expect(rendered(outputs)).toBe(expected);
});

test.each<[string, readonly CallOutput[], string]>([
  [
    'what is ready, and the way to the rest',
    [say('Hello.')],
    `<Say>Hello.</Say><Redirect method="POST">${BACK}?turn=3&amp;from=12</Redirect>`,
  ],
  [
    'a breath, when nothing is ready',
    [],
    `<Pause length="1"/><Redirect method="POST">${BACK}?turn=3&amp;from=11</Redirect>`,
  ],
  [
    'no more than may be said without being interrupted',
    [say('One.'), say('Two.'), say('Three.')],
    `<Say>One. Two.</Say><Redirect method="POST">${BACK}?turn=3&amp;from=13</Redirect>`,
  ],
])('renders of a turn that goes on %s', (_name, outputs, expected) => {
  expect(rendered(outputs, { ended: false })).toBe(expected);
});

describe('a slice of a turn that goes on', () => {
  test('takes at least one output, then as many as keep it short', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (lengths) => {
        const outputs = numbered(lengths.map((length) => say('x'.repeat(length))));
        const { outputs: taken, to, hasRest } = sliceOf(outputs, 11);
        expect(hasRest).toBe(true);
        expect(to).toBe(11 + taken.length);
        expect(taken.length).toBeGreaterThanOrEqual(1);
        expect(taken.length).toBeLessThanOrEqual(PART_MAX_SENTENCES);
        const characters = lengths.slice(0, taken.length).reduce((sum, length) => sum + length, 0);
        expect(taken.length === 1 || characters <= PART_MAX_CHARACTERS).toBe(true);
      }),
    );
  });

  test('never holds what belongs to the end of a turn', () => {
    for (const output of [listen, leave, hangup]) {
      expect(sliceOf(numbered([say('One.'), output]), 11).outputs.map(({ kind }) => kind)).toEqual(['speech']);
    }
  });

  test('slices follow each other without a gap and without saying anything twice', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 250 })), (texts) => {
        const outputs = numbered(texts.map((text) => say(text)));
        const said: NumberedOutput[] = [];
        let from = 11;
        while (said.length < outputs.length) {
          const slice = sliceOf(
            outputs.filter(({ seq }) => seq >= from),
            from,
          );
          expect(slice.to).toBeGreaterThan(from);
          said.push(...slice.outputs);
          from = slice.to;
        }
        expect(said).toEqual(outputs);
      }),
    );
  });
});

test.each(Object.entries(DIALECTS))(
  'an answer is one that %s reads to its end',
  (platform, { limitBytes = Infinity }) => {
    // A sentence is cut long before this; an ampersand takes more bytes than any other character.
    const outputs = numbered([...Array.from({ length: 60 }, () => say('&'.repeat(300))), listen]);
    const end = {
      kind: 'turn-end',
      outcome: 'listening',
      faults: [],
      seq: 11 + outputs.length,
      turn: 3,
      atMs: 0,
    } as const;
    const answer = renderAnswer(sliceOf([...outputs, end], 11), {
      agent: 'desk',
      turn: 3,
      request: { platform: platform as PlatformName, publicUrl: 'https://voice.example' },
    });
    expect(Buffer.byteLength(answer)).toBeGreaterThan(12_000);
    expect(Buffer.byteLength(answer)).toBeLessThan(limitBytes);
  },
);

test('tells outputs from what stands around them in a log', () => {
  expect(isOutput({ kind: 'hangup', seq: 1, turn: 1, atMs: 0 })).toBe(true);
  expect(isOutput({ kind: 'interrupted', seq: 1, turn: 1, atMs: 0 })).toBe(false);
  expect(isOutput({ kind: 'timer-fired', timer: 'filler', seq: 1, turn: 1, atMs: 0 })).toBe(false);
});

describe('whatever the model says, the document is well-formed', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        '&',
        '"',
        "'",
        ']',
        '-',
        '!',
        '?',
        '\n',
        '\r',
        '\t',
        '\u0000',
        '\u000B',
        '\uD800',
        '\uDC00',
        '\uFFFE',
        '\uFEFF',
        'a',
        ' ',
      ),
    }),
    fc.constantFrom(
      ']]>',
      '<!--',
      '<![CDATA[',
      '<?xml version="1.0"?>',
      '&amp;lt;',
      '</Say></Response><Hangup/>',
      '\u{1F600}',
      '\uD83D',
      'a\u0085b\u2028c',
    ),
  );

  test.each<PlatformName>(['twilio', 'cloudonix', 'signalwire', 'telnyx'])(
    'on %s, and the words are heard as they were said',
    (platform) => {
      fc.assert(
        fc.property(
          fc.array(anything, { minLength: 1, maxLength: 5 }),
          anything,
          fc.boolean(),
          (texts, voice, ended) => {
            const outputs = [...texts.map((text) => say(text, voice)), ...(ended ? [listen] : [])];
            const xml = renderAnswer(sliceOf(eventsOf(outputs, ended), 11), {
              agent: 'desk',
              turn: 1,
              request: { platform, publicUrl: 'https://voice.example' },
            });
            const root = parseStrictly(xml);
            expect(root.children.length).toBeGreaterThan(0);
            const heard = nodesNamed(root, 'Say').map(textOf).join(' ');
            const words = texts.join(' ').replaceAll(FORBIDDEN, '');
            expect(ended ? heard : words.slice(0, heard.length)).toBe(ended ? words : heard);
          },
        ),
        { numRuns: 300 },
      );
    },
  );

  // What the specification allows, written out by ranges, so that the
  // renderer's own pattern is proven.
  // @see https://www.w3.org/TR/xml/#charsets
  // oxlint-disable-next-line no-control-regex
  const FORBIDDEN = /[^\u{9}\u{A}\u{D}\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
});
