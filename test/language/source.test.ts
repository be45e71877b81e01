import { describe, expect, test } from 'vitest';
import { createSource, decode, lineText, positionOf } from '../../src/language/source.ts';

const bytes = (...values: readonly (number | string)[]): Uint8Array =>
  Uint8Array.from(
    values.flatMap((value) => (typeof value === 'number' ? [value] : [...new TextEncoder().encode(value)])),
  );

describe('positions', () => {
  test.each([
    ['the first character', 'ab', 0, { line: 1, column: 1 }],
    ['the end of the text', 'ab', 2, { line: 1, column: 3 }],
    ['a line after LF', 'a\nb', 2, { line: 2, column: 1 }],
    ['a line after CRLF', 'a\r\nb', 3, { line: 2, column: 1 }],
    ['a line after CR', 'a\rb', 2, { line: 2, column: 1 }],
    ['the LF of a CRLF', 'a\r\nb', 2, { line: 1, column: 3 }],
    ['after a character of two units', '😀b', 2, { line: 1, column: 3 }],
  ])('%s', (_, text, offset, expected) => {
    expect(positionOf(createSource(text), offset)).toEqual(expected);
  });

  test('gives lines without their ends', () => {
    const source = createSource('one\r\ntwo\rthree\n');
    expect([1, 2, 3, 4].map((line) => lineText(source, line))).toEqual(['one', 'two', 'three', '']);
  });
});

describe('decoding', () => {
  test.each([
    ['UTF-8', bytes('é€😀'), 'é€😀'],
    ['UTF-8 with a byte order mark', bytes(0xef, 0xbb, 0xbf, '<a/>'), '<a/>'],
    ['text with a byte order mark', '\uFEFF<a/>', '<a/>'],
    ['nothing', bytes(), ''],
  ])('reads %s', (_, input, expected) => {
    expect(decode(input)).toEqual({ ok: true, text: expected });
  });

  test.each([
    ['UTF-16 little-endian', bytes(0xff, 0xfe, 0x3c, 0, 0x61, 0), 'UTF-16'],
    ['UTF-16 big-endian', bytes(0xfe, 0xff, 0, 0x3c, 0, 0x61), 'UTF-16'],
    ['UTF-16 without a mark', bytes(0x3c, 0, 0x61, 0), 'UTF-16'],
    ['UTF-16 big-endian without a mark', bytes(0, 0x3c, 0, 0x61), 'UTF-16'],
    ['UTF-32', bytes(0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0), 'UTF-32'],
    ['UTF-32 big-endian', bytes(0, 0, 0xfe, 0xff), 'UTF-32'],
    ['UTF-32 without a mark', bytes(0, 0, 0, 0x3c), 'UTF-32'],
  ])('refuses %s', (_, input, name) => {
    expect(decode(input)).toMatchObject({
      ok: false,
      message: `the document is ${name}; expected UTF-8`,
      span: { start: 0, end: 0 },
    });
  });

  test.each([
    ['at the start', bytes(0xe9, 'ab'), 0],
    ['after characters of several bytes', bytes('é€😀', 0xff, 'x'), 4],
    ['in a character that is cut off at the end', bytes('ab', 0xe2, 0x82), 2],
    ['far into the document', bytes('x'.repeat(10_000), 0x80), 10_000],
    ['right after a chunk', bytes('x'.repeat(4095), 'é', 0x80), 4096],
    ['an overlong form', bytes('a', 0xc0, 0xaf), 1],
    ['a surrogate', bytes('a', 0xed, 0xa0, 0x80), 1],
  ])('finds the bad byte %s', (_, input, start) => {
    expect(decode(input)).toMatchObject({
      ok: false,
      message: 'a byte that is not UTF-8',
      span: { start, end: start + 1 },
    });
  });
});
