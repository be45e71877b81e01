import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSentenceBuffer } from '../../src/interpret/sentences.ts';

/** What comes out after each piece, and what is left. */
function cut(pieces: readonly string[], language?: string): readonly (readonly string[])[] {
  const buffer = createSentenceBuffer(language);
  return [...pieces.map((piece) => buffer.add(piece)), [buffer.rest()]];
}

test.each<[string, readonly string[], readonly (readonly string[])[]]>([
  ['a sentence is finished when white space follows it', ['Hello there.', ' ', 'How'], [[], ['Hello there. '], [], ['How']]],
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
  expect(sentences.isWhole).toBe(expected);
});
