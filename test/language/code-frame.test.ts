import { expect, test } from 'vitest';
import { codeFrame } from '../../src/language/code-frame.ts';
import { createSource } from '../../src/language/source.ts';

test.each([
  ['under a word', '<a>\n <bc/>\n</a>', 6, 8, ' <bc/>\n  ^^'],
  ['under a place', 'ab', 1, 1, 'ab\n ^'],
  ['at the end', 'ab\n', 3, 3, '\n^'],
  ['no further than the line', '<a\nb>', 0, 5, '<a\n^^'],
  ['behind tabs', '\t\t<a/>', 2, 6, '\t\t<a/>\n\t\t^^^^'],
])('points %s', (_, text, start, end, expected) => {
  expect(codeFrame(createSource(text), { start, end })).toBe(expected);
});

test('shows the part of a long line that holds the place', () => {
  const text = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
  const [line = '', carets = ''] = codeFrame(createSource(text), { start: 500, end: 504 }).split('\n');
  expect(line).toHaveLength(100);
  expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('HERE');
});
