import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../src/call/tool.ts';
import { offeredSchema, withoutOmitted } from '../../src/compile/offered-schema.ts';
import { toolSchema } from '../../src/compile/tool-schema.ts';

const schema = toolSchema([
  { name: 'day', type: 'string', description: 'ISO date', values: [], required: true, source: 'model' },
  { name: 'minutes', type: 'number', description: 'Length', values: [], required: false, source: 'model' },
  { name: 'size', type: 'enum', values: ['S', 'M'], required: false, source: 'model' },
  { name: 'From', type: 'string', values: [], required: true, source: 'request' },
]);
const offered: JsonSchema = offeredSchema(schema, ['From']);

test('what is offered has every property required, null where it need not be given, and no other properties', () => {
  expect(offered).toEqual({
    type: 'object',
    properties: {
      day: { type: 'string', description: 'ISO date' },
      minutes: { type: ['number', 'null'], description: 'Length' },
      size: { type: ['string', 'null'], enum: ['S', 'M', null] },
    },
    required: ['day', 'minutes', 'size'],
    additionalProperties: false,
  });
});

test('what is offered and what is validated are JSON Schema 2020-12', () => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  for (const each of [schema, offered]) expect(ajv.validateSchema(each)).toBe(true);
  expect(() => ajv.compile(offered)).not.toThrow();
});

describe('an argument that is null', () => {
  test.each([
    ['is left out when it need not be given', { minutes: null, day: 'x' }, { day: 'x' }],
    ['stays when it must be given, and is refused later', { day: null }, { day: null }],
    ['stays when it is not null', { minutes: 0, size: '' }, { minutes: 0, size: '' }],
    ['is left out when the tool does not know it', { other: null }, {}],
  ])('%s', (_, value, expected) => {
    expect(withoutOmitted(value, schema)).toEqual(expected);
  });
});
