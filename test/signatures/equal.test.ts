import { expect, test } from 'vitest';
import { equalSecrets } from '../../src/signatures/equal.ts';

test.each([
  ['', '', true],
  ['XIabc', 'XIabc', true],
  ['XIabc', 'XIabd', false],
  ['XIabc', 'XIab', false],
  ['XIabc', '', false],
  ['é', 'e\u0301', false],
])('equalSecrets(%j, %j)', (left, right, expected) => {
  expect(equalSecrets(left, right)).toBe(expected);
});
