import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readableJson } from '../../src/replay/readable-json.ts';

test('is the JSON of the value, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
      expect(JSON.parse(readableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('what fits on a line is one, and nothing else is', () => {
  const long = 'x'.repeat(100);
  expect(readableJson({ a: [1, { b: true }], c: {}, d: [] })).toBe('{ "a": [1, { "b": true }], "c": {}, "d": [] }\n');
  expect(readableJson({ steps: [{ says: 'Yes. ' }, { says: long }] })).toBe(
    `{\n  "steps": [\n    { "says": "Yes. " },\n    {\n      "says": "${long}"\n    }\n  ]\n}\n`,
  );
});

test('leaves out what JSON leaves out', () => {
  expect(readableJson({ a: undefined, b: 1 })).toBe('{ "b": 1 }\n');
});
