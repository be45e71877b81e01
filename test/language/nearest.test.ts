import { expect, test } from 'vitest';
import { nearest, suggestion } from '../../src/language/nearest.ts';

test.each([
  ['a missing letter', 'Gathr', 'Gather'],
  ['a wrong case', 'gather', 'Gather'],
  ['swapped letters', 'Syaa', undefined],
  ['swapped neighbours', 'vioce', 'voice'],
  ['a letter too many', 'Conversse', 'Converse'],
  ['another word', 'Frobnicate', undefined],
  ['a very long name', 'x'.repeat(100_000), undefined],
  ['nothing', '', undefined],
])('%s', (_, name, expected) => {
  expect(nearest(name, ['Gather', 'Say', 'Converse', 'voice'])).toBe(expected);
});

test('takes the nearest, and the first of equally near ones', () => {
  expect(nearest('Sax', ['Sad', 'Say', 'Sa'])).toBe('Sad');
  expect(nearest('Gathering', ['Gathers', 'Gatherings'])).toBe('Gatherings');
});

test('writes the suggestion as it is asked to', () => {
  expect(suggestion('Gathr', ['Gather'], (name) => `<${name}>`)).toBe('; did you mean <Gather>?');
  expect(suggestion('vioce', ['voice'])).toBe('; did you mean "voice"?');
  expect(suggestion('Frobnicate', ['Gather'])).toBe('');
});
