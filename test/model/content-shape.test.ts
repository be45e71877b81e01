import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContentShape } from '../../src/model/content-shape.ts';

const event = (content: string, extra: object = {}): string =>
  JSON.stringify({ id: 'c1', choices: [{ index: 0, delta: { content }, finish_reason: null }], ...extra });

function learned(content = 'Hello'): ReturnType<typeof createContentShape> {
  const shape = createContentShape();
  shape.learn(event(content), content);
  return shape;
}

/** The text that the shape reads in an event without parsing it, which then ends with its line. */
function contentOf(shape: ReturnType<typeof createContentShape>, written: string): string | undefined {
  const stream = `data: ${written}\n\n`;
  const end = shape.read(stream, 'data: '.length);
  if (end === -1) return undefined;
  expect(stream.slice(end)).toBe('\n\n');
  return shape.content();
}

test.each<[string, string, string | undefined]>([
  ['an event that differs in its text alone', event(' there'), ' there'],
  ['an event without text', event(''), ''],
  ['text of another script', event('これは'), 'これは'],
  ['an escaped quotation mark, which is left to the parser', event('say "yes"'), undefined],
  ['an escaped line end', event('a\nb'), undefined],
  ['a backslash', event('a\\b'), undefined],
  ['an escaped character', event('x').replace('"x"', '"\\u0041"'), undefined],
  ['another id', event('x').replace('c1', 'c2'), undefined],
  ['a field more', event('x', { usage: 1 }), undefined],
  ['an end', event('x').replace('null', '"stop"'), undefined],
  ['a second text in place of one', event('x').replace('"x"', '"x","content":"y"'), undefined],
  ['an event that is cut off', event('x').slice(0, -1), undefined],
])('%s', (_name, written, expected) => {
  expect(contentOf(learned(), written)).toBe(expected);
});

test.each([
  ['is empty', ''],
  ['is escaped', 'a"b'],
  ['stands twice in the event', 'c1'],
])('nothing is learned of an event whose text %s', (_name, content) => {
  expect(contentOf(learned(content), event('x'))).toBeUndefined();
});

test('an event whose line is not whole yet is left alone', () => {
  expect(learned().read(event('x'), 0)).toBe(-1);
});

test('what is read without the parser is what the parser reads', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'binary' }), (first, second) => {
      const shape = learned(first);
      const content = contentOf(shape, event(second));
      expect(content === undefined || content === second).toBe(true);
    }),
  );
});
