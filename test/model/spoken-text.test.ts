import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSpokenText } from '../../src/model/spoken-text.ts';

function spoken(pieces: readonly string[]): string {
  const heard: string[] = [];
  const text = createSpokenText((piece) => heard.push(piece));
  for (const piece of pieces) text.push(piece);
  text.end();
  expect(heard).not.toContain('');
  return heard.join('');
}

test.each([
  ['Hello', 'Hello'],
  ['<think>a</think>Hello', 'Hello'],
  ['Hm. <think>a</think>Hello', 'Hm. Hello'],
  ['<think>a</think>One. <think>b</think>Two.', 'One. Two.'],
  ['<thinking>a</thinking>Hello', 'Hello'],
  ['<THINK>a</Think>Hello', 'Hello'],
  ['a</think>Hello', 'aHello'],
  ['<think>a < b</think>1 < 2', '1 < 2'],
  ['<think>never closed', ''],
  ['Hello <thin', 'Hello '],
  ['Hello </', 'Hello '],
  ['1 <', '1 <'],
  ['<tool_call>{"name":"now"}</tool_call>', ''],
  ['One moment. <tool_calls>[{"name":"now"}', 'One moment. '],
  ['a <b> c', 'a <b> c'],
  ['', ''],
])('%j is spoken as %j, however it is cut', (text, expected) => {
  expect(spoken([text])).toBe(expected);
  expect(spoken(text.split(''))).toBe(expected);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: text.length })), (cuts) => {
      const ends = [...cuts.toSorted((a, b) => a - b), text.length];
      expect(spoken(ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end)))).toBe(expected);
    }),
  );
});

test('text is passed on at once while nothing can be a tag', () => {
  const heard: string[] = [];
  const text = createSpokenText((piece) => heard.push(piece));
  text.push('1 <');
  text.push(' 2');
  text.push(' and');
  expect(heard).toEqual(['1 ', '< 2', ' and']);
});
