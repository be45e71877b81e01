import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

const LIMIT = 4096;
const say = (content: string): string => `<Response><Say>${content}</Say></Response>`;

test.each([
  ['words', 'a'.repeat(LIMIT + 1)],
  ['character data', `<![CDATA[${'a'.repeat(LIMIT + 1)}]]>`],
  ['what stands in its speech markup', `<p>${'a'.repeat(LIMIT)}</p><s>b</s>`],
  ['characters of two units', '😀'.repeat(LIMIT + 1)],
])('counts %s', (_, content) => {
  expectDiagnostics(say(content)).toEqual([
    {
      code: 'long-text',
      at: '1:12',
      text: 'Say',
      message: `the text of <Say> is ${LIMIT + 1} characters long; expected at most ${LIMIT}`,
    },
  ]);
});

test.each([
  ['as much as is read', 'a'.repeat(LIMIT)],
  ['as many characters of two units', '😀'.repeat(LIMIT)],
  ['layout that is not sent', `a\n${' '.repeat(LIMIT)}b`],
  ['references for what they stand for', '&amp;'.repeat(LIMIT)],
  ['comments for nothing', `a<!-- ${'b'.repeat(LIMIT)} -->`],
])('takes %s', (_, content) => {
  expectValid(say(content));
});
