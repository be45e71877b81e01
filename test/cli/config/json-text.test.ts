import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonText } from '../../../src/cli/config/json-text.ts';
import { plain, type Origin } from '../../../src/cli/config/located.ts';
import { parseJson } from '../../../src/json.ts';

const originAt = (offset: number): Origin => ({ kind: 'flag', name: String(offset) });
const read = (text: string): ReturnType<typeof readJsonText> => readJsonText(text, originAt);

describe('what it reads', () => {
  test('is what JSON.parse reads, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\t', '\r\n  '), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const reading = read(text);
        expect(reading.ok && plain(reading.value)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('it refuses what JSON.parse refuses, and never throws', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '01',
      '-',
      '1e5',
      'true',
      'nul',
      ' ',
      '\n',
      '\\',
      '\u0001',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        const reading = read(text);
        // A name that is there twice is the one thing that JSON.parse lets pass.
        const isTwice = !reading.ok && reading.fault.message.startsWith('there is another');
        expect(isTwice || reading.ok === parseJson(text).ok).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('each value and each name know where they begin', () => {
    const reading = read('{ "a": [1, {"b": null}] }');
    const object = reading.ok && reading.value.kind === 'object' ? reading.value : undefined;
    const entry = object?.entries.get('a');
    expect([object?.origin, entry?.nameOrigin, entry?.value.origin]).toEqual([originAt(0), originAt(2), originAt(7)]);
    const list = entry?.value.kind === 'list' ? entry.value.items : [];
    expect(list.map(({ origin }) => origin)).toEqual([originAt(8), originAt(11)]);
  });

  test('__proto__ is a name like any other', () => {
    const reading = read('{"__proto__": {"polluted": true}}');
    const value = reading.ok ? plain(reading.value) : undefined;
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a text as long as a file may be', () => {
    const long = JSON.stringify('x'.repeat(1024 * 1024));
    expect(read(long).ok).toBe(true);
    expect(read(long.slice(0, -1)).ok).toBe(false);
  });
});

test.each<[string, string, number, string]>([
  ['nothing', '', 0, 'the text ends here; expected a value'],
  ['an end too early', '{"a": 1', 7, 'the text ends here; expected "," or "}"'],
  ['a comma too many', '{"a": 1,}', 8, 'found "}"; expected a name in double quotes'],
  ['a comma too many in a list', '[1,]', 3, 'found "]"; expected a value'],
  ['a comma too few', '{"a": 1 "b": 2}', 8, 'a text that does not end'],
  ['a second value', '{} {}', 3, 'found "{"; expected nothing after the value'],
  ['a comment', '{ // a\n}', 2, 'a comment, which JSON does not have; expected a name in double quotes'],
  ['single quotes', "{'a': 1}", 1, 'found "\'"; expected a name in double quotes'],
  ['a name twice', '{"a": 1, "a": 2}', 9, 'there is another "a" before this one'],
  ['a word, which may be a secret', '{"a": hunter2}', 6, 'found a word without double quotes; expected a value'],
  ['a line break in a text', '["a\nb"]', 1, 'a text that does not end on its line, or has a character'],
  ['a zero in front', '[01]', 1, 'found a word without double quotes; expected a value'],
  ['no colon', '{"a" 1}', 5, 'found a word without double quotes; expected ":"'],
  ['depth', '['.repeat(100), 65, 'nested deeper than 64 levels'],
])('%s is a fault at its place', (_what, text, offset, message) => {
  expect(read(text)).toMatchObject({
    ok: false,
    fault: { offset, message: expect.stringContaining(message) as string },
  });
});
