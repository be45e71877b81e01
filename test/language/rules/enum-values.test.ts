import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const parameter = (attributes: string): string =>
  conversation(
    `<Tool name="a" url="/a"><Description>Looks up an order.</Description><Parameter name="size" ${attributes}/></Tool>`,
  );

test.each([
  [
    'an enum without values',
    'type="enum"',
    'missing-values',
    '2:99',
    'enum',
    '<Parameter> of type "enum" has no "values" attribute',
  ],
  [
    'values without a type',
    'values="S,M"',
    'unused-values',
    '2:93',
    'values',
    '<Parameter> of type "string" has "values"; expected type "enum"',
  ],
  [
    'values of another type',
    'type="integer" values="1,2"',
    'unused-values',
    '2:108',
    'values',
    '<Parameter> of type "integer" has "values"; expected type "enum"',
  ],
  [
    'a gap',
    'type="enum" values="S,,M"',
    'bad-values',
    '2:113',
    'S,,M',
    '"values" is "S,,M" and has an empty value; expected values parted by commas',
  ],
  [
    'no value',
    'type="enum" values=""',
    'bad-values',
    '2:113',
    '',
    '"values" is "" and has an empty value; expected values parted by commas',
  ],
  ['a repetition', 'type="enum" values="S,M, S"', 'bad-values', '2:113', 'S,M, S', '"values" lists "S" twice'],
])('refuses %s', (_, attributes, code, at, text, message) => {
  expectDiagnostics(parameter(attributes)).toEqual([{ code, at, text, message }]);
});

test('takes values with blanks around and inside', () => {
  expectValid(parameter('type="enum" values="small, extra large"'));
});
