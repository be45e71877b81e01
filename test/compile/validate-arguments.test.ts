import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BoundTool, JsonSchema } from '../../src/call/tool.ts';
import { validateArguments } from '../../src/compile/validate-arguments.ts';
import type { JsonObject } from '../../src/json.ts';

const schema = (
  properties: JsonSchema['properties'],
  required: readonly string[] = Object.keys(properties),
): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

function tool(bound: JsonObject, offered: JsonSchema['properties'], required?: readonly string[]): BoundTool {
  const properties = {
    ...Object.fromEntries(Object.keys(bound).map((name) => [name, { type: 'string' }])),
    ...offered,
  };
  return {
    definition: {
      name: 'look_up',
      description: '',
      schema: schema(properties, [...Object.keys(bound), ...(required ?? Object.keys(offered))]),
      bindings: [],
      source: { kind: 'webhook', url: 'https://tools.example.com', timeoutMs: 4000 },
    },
    bound,
    offered: schema(offered, required),
  };
}

const order = tool(
  { From: '+1' },
  { size: { type: 'string', enum: ['S', 'M'] }, count: { type: 'integer' }, note: { type: 'string' } },
  ['size', 'count'],
);

describe('arguments that fit', () => {
  test.each([
    ['the model’s beside the bound', order, '{"size":"S","count":2}', { From: '+1', size: 'S', count: 2 }],
    ['the bound over the model’s', order, '{"From":"+666","size":"S","count":2}', { From: '+1', size: 'S', count: 2 }],
    ['an optional one', order, '{"size":"S","count":2,"note":"x"}', { From: '+1', size: 'S', count: 2, note: 'x' }],
    ['no text', tool({ From: '+1' }, {}), '', { From: '+1' }],
    ['blank text', tool({ From: '+1' }, {}), ' \n', { From: '+1' }],
    [
      'an inherited name that is declared',
      tool({}, { toString: { type: 'string' } }),
      '{"toString":"x"}',
      { toString: 'x' },
    ],
  ])('%s', (_, each, text, value) => {
    expect(validateArguments(each, text)).toEqual({ ok: true, value });
  });
});

describe('arguments that do not fit', () => {
  test.each([
    ['a missing one', order, '{"size":"S"}', ['"count" is missing']],
    ['another type', order, '{"size":"S","count":"two"}', ['"count" is "two"; expected an integer']],
    ['a number as text', order, '{"size":"S","count":"2"}', ['"count" is "2"; expected an integer']],
    ['a fraction', order, '{"size":"S","count":1.5}', ['"count" is 1.5; expected an integer']],
    [
      'null',
      order,
      '{"size":null,"count":1}',
      ['"size" is null; expected a string', '"size" is null; expected one of "S", "M"'],
    ],
    ['a value that the list lacks', order, '{"size":"XL","count":1}', ['"size" is "XL"; expected one of "S", "M"']],
    [
      'one that the tool does not have',
      order,
      '{"size":"S","count":1,"colour":"red"}',
      ['"colour" is not an argument of this tool; expected only "size", "count", "note"'],
    ],
    [
      'any where none are taken',
      tool({ From: '+1' }, {}),
      '{"a":1}',
      ['"a" is not an argument of this tool; this tool takes none from you'],
    ],
    [
      'several faults at once',
      order,
      '{"size":"XL"}',
      ['"count" is missing', '"size" is "XL"; expected one of "S", "M"'],
    ],
    ['a list', order, '[]', ['the arguments are not a JSON object; expected {"name": value, ...}']],
    ['text', order, '"x"', ['the arguments are not a JSON object; expected {"name": value, ...}']],
    ['null itself', order, 'null', ['the arguments are not a JSON object; expected {"name": value, ...}']],
    ['an inherited name that is not sent', tool({}, { toString: { type: 'string' } }), '{}', ['"toString" is missing']],
    [
      'a name with a slash and a tilde',
      tool({}, { 'a/b~c': { type: 'string' } }),
      '{"a/b~c":1}',
      ['"a/b~c" is 1; expected a string'],
    ],
  ])('%s', (_, each, text, problems) => {
    expect(validateArguments(each, text)).toEqual({ ok: false, problems });
  });

  test('text that is not JSON', () => {
    const result = validateArguments(order, '{"size":');
    expect(result).toMatchObject({ ok: false, problems: [expect.stringMatching(/^the arguments are not JSON: /)] });
  });

  test('a prototype', () => {
    expect(validateArguments(order, '{"__proto__":{"size":"S"},"count":1}')).toMatchObject({ ok: false });
    expect(Object.hasOwn(Object.prototype, 'size')).toBe(false);
  });
});

test('compiles the same schema once and forgets none of its answers', () => {
  for (const count of [1, 2, 3]) expect(validateArguments(order, `{"size":"S","count":${count}}`).ok).toBe(true);
  expect(validateArguments(order, '{}')).toEqual({ ok: false, problems: ['"size" is missing', '"count" is missing'] });
});

test('whatever a model writes is a value or has problems, and bound values stay', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const result = validateArguments(order, text);
      expect(result.ok ? result.value['From'] : result.problems).not.toEqual([]);
      expect(result.ok ? result.value['From'] : '+1').toBe('+1');
    }),
  );
});

test('null for an argument that need not be given is no argument', () => {
  const withOptional = tool({}, { day: { type: 'string' }, minutes: { type: 'number' } }, ['day']);
  expect(validateArguments(withOptional, '{"day":"x","minutes":null}')).toEqual({ ok: true, value: { day: 'x' } });
  expect(validateArguments(withOptional, '{"day":null}')).toMatchObject({ ok: false });
});
