import { describe, expect, test } from 'vitest';
import {
  PART_MAX_CHARACTERS,
  PART_MAX_SENTENCES,
  REPLY_MAX_CHARACTERS,
  TURN_MAX_MS,
  TURN_MAX_REDIRECTS,
} from '../../src/limits.ts';
import { call, type Heard } from '../support/carrier.ts';
import { gatherDocument, standAloneDocument, toolMarkup } from '../support/documents.ts';
import type { ModelScript, Reply } from '../support/ports.ts';
import { createWorld } from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const FILLERS = ['One moment, please.', 'I am still looking into it.', 'Thank you for waiting, it will not be long.'];

/** What must hold of every call, however slow everything is. */
function expectNobodyWaits(heard: Heard): void {
  expect(heard.longestAnswerMs).toBeLessThanOrEqual(4_000);
  expect(heard.longestGapMs).toBeLessThanOrEqual(4_000);
  expect(heard.mostRedirects).toBeLessThanOrEqual(TURN_MAX_REDIRECTS);
  const neighbours = heard.words.map((words, index) => [words, heard.words[index + 1]]);
  expect(neighbours.filter(([words, next]) => words === next && FILLERS.includes(words ?? ''))).toEqual([]);
}

/** All that was said, in one text, fillers left out. */
function spoken({ words }: Heard): string {
  return FILLERS.reduce((text, filler) => text.replaceAll(filler, ' '), words.join(' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const SENTENCES = [
  'The first part is the order.',
  'The second part is the address.',
  'The third part is the date.',
  'The fourth part is the price.',
  'The fifth part is the promise.',
];
const ALL = SENTENCES.join(' ');

/** Cuts a text into pieces of about a token, spread evenly over `ms`. */
function tokens(text: string, ms: number): Reply['says'] {
  const pieces = text.match(/\S+\s*/g) ?? [];
  return pieces.map((piece) => ({ afterMs: ms / pieces.length, text: piece }));
}

describe('a slow model and a slow tool', () => {
  const scripts: readonly (readonly [string, ModelScript])[] = [
    ['a model that is silent for 20 s and then says it all', () => ({ says: [{ afterMs: 20_000, text: ALL }] })],
    ['a model that says its words over 20 s', () => ({ says: tokens(ALL, 20_000) ?? [] })],
    [
      'a model that says half, stalls for 20 s and goes on',
      () => ({
        says: [SENTENCES.slice(0, 3).join(' '), { afterMs: 20_000, text: ` ${SENTENCES.slice(3).join(' ')}` }],
      }),
    ],
    ['a model that says it all and ends 20 s later', () => ({ says: ALL, endsAfterMs: 20_000 })],
    ['a model that says it all at once', () => ({ says: ALL })],
    ['a model whose first word comes just as the answer leaves', () => ({ says: [{ afterMs: 3_500, text: ALL }] })],
    ['a model whose first sentence comes just as the filler does', () => ({ says: [{ afterMs: 3_200, text: ALL }] })],
    [
      'a tool that needs 10 s, and words before and after it',
      (_request, index) =>
        index === 0
          ? { says: `${SENTENCES[0]} `, calls: [{ name: 'look', arguments: { order: '7' } }] }
          : { says: tokens(SENTENCES.slice(1).join(' '), 3_000) ?? [] },
    ],
    [
      'a model that needs 20 s before a tool that needs 10 s',
      (_request, index) =>
        index === 0
          ? {
              says: [{ afterMs: 20_000, text: `${SENTENCES[0]} ` }],
              calls: [{ name: 'look', arguments: { order: '7' } }],
            }
          : { says: SENTENCES.slice(1).join(' ') },
    ],
    [
      'two tools of 10 s, one after the other',
      (_request, index) =>
        index < 2 ? { calls: [{ name: 'look', arguments: { order: String(index) } }] } : { says: ALL },
    ],
  ];
  const documents = [
    ['in a Gather', gatherDocument({ greeting: '', tools: toolMarkup('look', 'timeout="15"') })],
    ['that stands alone', standAloneDocument({ tools: toolMarkup('look', 'timeout="15"') })],
  ] as const;

  describe.each(documents)('%s', (_place, document) => {
    test.each(scripts)('%s: everything is heard once, in order, and nobody waits', async (_name, model) => {
      const world = createWorld({
        document,
        model,
        tools: { look: () => ({ afterMs: 10_000, content: 'found' }) },
      });
      const heard = await call(world);
      expect(spoken(heard)).toBe(ALL);
      expectNobodyWaits(heard);
    });
  });

  test('an author’s server that needs 9 s is covered as well', async () => {
    const world = createWorld({
      document: gatherDocument(),
      documentDelayMs: 9_000,
      model: [{ says: 'Yes, we are open.' }],
    });
    const heard = await call(world, ['Are you open?']);
    expect(spoken(heard)).toBe('Welcome to the desk. Yes, we are open.');
    expectNobodyWaits(heard);
  });

  test('a turn ends after a minute with an apology, and the caller is listened to again', async () => {
    const world = createWorld({
      document: gatherDocument(),
      model: (_request, index) => (index === 0 ? { endsAfterMs: 10 * 60_000 } : { says: 'Back again.' }),
    });
    const heard = await call(world, ['Hello?', 'Anyone?']);
    expectNobodyWaits(heard);
    expect(heard.words.at(-1)).toBe('Back again.');
    expect(spoken(heard)).toContain('Could you say that again?');
    const [start, end] = [world.eventsOf('turn-start')[1], world.eventsOf('turn-end')[1]];
    expect((end?.atMs ?? 0) - (start?.atMs ?? 0)).toBeLessThanOrEqual(TURN_MAX_MS);
    expect(end?.faults).toEqual(['the turn took longer than 60 s']);
  });

  test.each([
    ['sentences', 'Item number is here.', 30],
    ['single words', 'Yes.', 40],
  ])('a model that trickles %s is heard to its end', async (_name, sentence, count) => {
    const sentences = Array.from({ length: count }, () => sentence);
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: sentences.map((text) => ({ afterMs: 1_300, text: `${text} ` })) }],
    });
    const heard = await call(world);
    expect(spoken(heard)).toBe(sentences.join(' '));
    expectNobodyWaits(heard);
  });

  test('with no filler at all a short pause keeps the call, and everything is still heard', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      lines: { fillers: [] },
      model: [{ says: [{ afterMs: 10_000, text: 'Here it is.' }] }],
    });
    const heard = await call(world);
    expect(heard.words).toEqual(['Here it is.']);
    expect(heard.longestAnswerMs).toBeLessThanOrEqual(4_000);
    expect(heard.mostRedirects).toBeLessThanOrEqual(TURN_MAX_REDIRECTS);
  });
});

describe('the parts of an answer', () => {
  /** Each part before the last one: what is said outside of a Gather and is followed by a Redirect. */
  function partsOf({ exchanges }: Heard): readonly string[] {
    return exchanges
      .map(({ body }) => parseStrictly(body))
      .filter((root) => nodesNamed(root, 'Gather').length === 0)
      .map((root) => nodesNamed(root, 'Say').map(textOf).join(' '));
  }

  test.each([
    ['word by word', tokens([...SENTENCES, ...SENTENCES].join(' '), 2_000)],
    ['sentence by sentence', [...SENTENCES, ...SENTENCES].map((text) => `${text} `)],
    ['all in one piece', [[...SENTENCES, ...SENTENCES].join(' ')]],
  ])(
    'are at most two sentences or 200 characters while the reply goes on, however it comes: %s',
    async (_name, says) => {
      const world = createWorld({
        document: gatherDocument({ greeting: '' }),
        model: [{ says: says ?? [], endsAfterMs: 30_000 }],
      });
      const heard = await call(world);
      const parts = partsOf(heard);
      expect(parts.length).toBeGreaterThan(1);
      for (const part of parts) {
        const sentences = part.split(/(?<=\.)\s+/);
        expect(sentences.length).toBeLessThanOrEqual(PART_MAX_SENTENCES);
        expect(part.length).toBeLessThanOrEqual(PART_MAX_CHARACTERS);
      }
      expect(spoken(heard)).toBe(`${ALL} ${ALL}`);
    },
  );

  test('only the last one stands in the Gather, where the caller can interrupt it', async () => {
    const [first = '', second = '', third = ''] = SENTENCES;
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [
        {
          says: [
            `${first} The`,
            { afterMs: 9_000, text: `${second.slice('The'.length)} ` },
            { afterMs: 0, text: third },
          ],
        },
      ],
    });
    const { sounds } = await call(world);
    expect(sounds.map(({ text, interruptible }) => [text, interruptible])).toEqual([
      [first, false],
      ['One moment, please.', false],
      [`${second} ${third}`, true],
    ]);
  });

  test('an answer stays under 64 kB, and what does not fit follows through a redirect', async () => {
    const sentences = Array.from(
      { length: 2_000 },
      (_, index) => `This is sentence number ${index} of a long document.`,
    );
    const world = createWorld({
      document: gatherDocument({ before: sentences.map((text) => `<Say>${text}</Say>`).join('') }),
    });
    const heard = await call(world);
    for (const { body } of heard.exchanges) expect(Buffer.byteLength(body)).toBeLessThan(64_000);
    expect(spoken(heard)).toContain(sentences.join(' '));
  });

  test('a reply that does not want to end is cut after a sentence, and the caller is listened to', async () => {
    const sentences = Array.from({ length: 2_000 }, (_, index) => `This is sentence number ${index} of a long reply. `);
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: sentences, endsAfterMs: 50_000 }],
    });
    const heard = await call(world);
    const words = spoken(heard);
    expect(words.length).toBeLessThan(REPLY_MAX_CHARACTERS + 200);
    expect(sentences.join('').startsWith(words)).toBe(true);
    expect(heard.end).toBe('caller-done');
  });
});

test('a sentence before a pause is heard before the pause, not after it', async () => {
  const world = createWorld({
    document: gatherDocument({ greeting: '' }),
    model: [{ says: ['Let me look.', { afterMs: 9_000, text: ' Here it is.' }] }],
  });
  const { words, sounds } = await call(world);
  expect(words[0]).toBe('Let me look.');
  expect(sounds[0]?.startMs).toBeLessThan((sounds[1]?.startMs ?? 0) - 3_000);
});
