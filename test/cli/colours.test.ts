import { expect, test } from 'vitest';
import { paintFor, standardOutput } from '../../src/cli/colours.ts';

const FOUND = { code: 'doctype', severity: 'error', message: '', span: { start: 0, end: 0 } } as const;

test.each([
  ['1', true],
  ['', true],
  ['0', false],
  ['false', false],
])('FORCE_COLOR=%j decides, whatever standard output is', (forced, isPainted) => {
  const painted = paintFor(standardOutput({ FORCE_COLOR: forced }))('a.xml:1:1: error doctype', FOUND);
  expect(painted.includes('\u001b[')).toBe(isPainted);
});

test('without it, standard output is asked', () => {
  expect(standardOutput({})).toBe(process.stdout);
});
