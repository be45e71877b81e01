import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SENTENCE_MAX_CHARACTERS } from '../../src/limits.ts';
import { createSentenceBuffer } from '../../src/interpret/sentences.ts';

/** What comes out after each piece, and what is left. */
function cut(pieces: readonly string[], language?: string): readonly (readonly string[])[] {
  const buffer = createSentenceBuffer(language);
  return [...pieces.map((piece) => buffer.add(piece)), [buffer.rest()]];
}

test.each<[string, readonly string[], readonly (readonly string[])[]]>([
  [
    'a sentence is finished when white space follows it',
    ['Hello there.', ' ', 'How'],
    [[], ['Hello there. '], [], ['How']],
  ],
  ['a sentence is finished when the next one begins', ['Hello there.', ' How'], [[], ['Hello there. '], ['How']]],
  ['a sentence that ends the reply is what is left', ['Hello there.'], [[], ['Hello there.']]],
  [
    'several in one piece are several',
    ['One is. Two is. Three is. Fo'],
    [['One is. ', 'Two is. ', 'Three is. '], ['Fo']],
  ],
  [
    'a point in a number ends nothing',
    ['It costs 3', '.', '50 today. ', 'Yes'],
    [[], [], ['It costs 3.50 today. '], [], ['Yes']],
  ],
  [
    'a title ends nothing',
    ['Ask Dr. ', 'Who about it. ', 'He knows'],
    [[], ['Ask Dr. Who about it. '], [], ['He knows']],
  ],
  ['a line ends a sentence', ['First\n\n', 'Second'], [['First\n\n'], [], ['Second']]],
  ['questions and calls', ['Really? ', 'Yes! ', 'Good'], [['Really? '], ['Yes! '], [], ['Good']]],
  ['words without an end', ['one ', 'two ', 'three'], [[], [], [], ['one two three']]],
  ['nothing', [''], [[], ['']]],
])('%s', (_name, pieces, expected) => {
  expect(cut(pieces)).toEqual(expected);
});

test('nothing is left after the rest was taken', () => {
  const buffer = createSentenceBuffer();
  buffer.add('Hello. W');
  expect(buffer.rest()).toBe('W');
  expect(buffer.rest()).toBe('');
  expect(buffer.add('New one')).toEqual([]);
});

describe('whatever comes', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('. ', '? ', '\n', '...', 'Mr. ', '。', '3.', '5', 'Yes', ' '),
    ),
    { maxLength: 30 },
  );
  const languages = fc.constantFrom(
    undefined,
    'en',
    'en-GB',
    'de-DE',
    'ja',
    'hi-IN',
    'xx-YY',
    '',
    'EN_us',
    'zh-Hans-CN',
  );

  test('no character is lost, added or moved', () => {
    fc.assert(
      fc.property(pieces, languages, (texts, language) => {
        expect(cut(texts, language).flat().join('')).toBe(texts.join(''));
      }),
    );
  });

  test('a sentence that is given is never blank', () => {
    fc.assert(
      fc.property(pieces, languages, (texts, language) => {
        for (const sentence of cut(texts, language).slice(0, -1).flat()) expect(sentence.trim()).not.toBe('');
      }),
    );
  });
});

test.each([
  ['a full stop', 'Let me look.', true],
  ['a question mark behind a quotation', 'He said "What?"', true],
  ['a comma', 'Let me look,', false],
  ['nothing', '', false],
])('what is left looks like a whole sentence: %s', (_name, text, expected) => {
  const sentences = createSentenceBuffer();
  sentences.add(text);
  expect(sentences.isWhole()).toBe(expected);
});

test.each<[string, string, string, readonly string[]]>([
  ['a German ordinal', 'de-DE', 'Wir sehen uns am 5. Mai. Passt das? ', ['Wir sehen uns am 5. Mai. ', 'Passt das? ']],
  ['a German abbreviation', 'de', 'Das ist z.B. die Nr. 5. Noch etwas? ', ['Das ist z.B. die Nr. 5. Noch etwas? ']],
  ['a French title', 'fr-FR', 'M. Dupont arrive. C’est bon ? ', ['M. Dupont arrive. ', 'C’est bon ? ']],
  ['a Spanish title', 'es', 'El Sr. García viene. ¿Vale? ', ['El Sr. García viene. ', '¿Vale? ']],
  ['Japanese, which has no white space', 'ja', 'これは本です。そうですか？', ['これは本です。', 'そうですか？']],
  [
    'a time of day before a small letter',
    'en',
    'We open at 3 p.m. on Friday. Yes. ',
    ['We open at 3 p.m. on Friday. ', 'Yes. '],
  ],
  ['a time of day at the end', 'en', 'We open at 3 p.m. On Friday too. ', ['We open at 3 p.m. ', 'On Friday too. ']],
  ['an initial', 'en', 'Ask J. Smith. Now. ', ['Ask J. Smith. ', 'Now. ']],
  ['items of a list', 'en', '1. First. 2. Second. ', ['1. First. ', '2. Second. ']],
  ['a word before dots', 'en', 'Wait... what? Yes. ', ['Wait... what? ', 'Yes. ']],
])('%s, piece by piece', (_name, language, text, expected) => {
  const byWord = text.match(/\S+\s*/g) ?? [];
  for (const pieces of [byWord, text.split(''), [text]]) {
    const buffer = createSentenceBuffer(language);
    const finished = pieces.flatMap((piece) => buffer.add(piece));
    expect([...finished, buffer.rest()].filter((sentence) => sentence !== '')).toEqual(expected);
  }
});

test.each([
  ['words without an end', 'word '.repeat(20_000)],
  ['one endless word', 'a'.repeat(100_000)],
  ['abbreviations without an end', 'Dr. Mr. St. No. '.repeat(4_000)],
  ['line ends', '\n'.repeat(60_000)],
  ['full stops', '.'.repeat(60_000)],
])('%s are cut, and cost no more for their length', (_name, text) => {
  const buffer = createSentenceBuffer();
  const before = process.cpuUsage();
  const sentences = (text.match(/[\s\S]{1,4}/g) ?? []).flatMap((piece) => buffer.add(piece));
  // Not the time that passed: others may want the processor.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(2_000);
  for (const sentence of sentences) expect(sentence.length).toBeLessThanOrEqual(SENTENCE_MAX_CHARACTERS + 4);
});
