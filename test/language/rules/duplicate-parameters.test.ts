import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const tool = (parameters: string): string =>
  conversation(`<Tool name="a" url="/a"><Description>Looks up an order.</Description>${parameters}</Tool>`);

test('refuses a second parameter of the same name', () => {
  expectDiagnostics(
    tool('<Parameter name="From"/><Parameter name="To"/><Parameter name="From" type="integer"/>'),
  ).toEqual([{ code: 'duplicate-parameter', at: '2:133', text: 'From', message: 'a second parameter named "From"' }]);
});

test('counts their case, as requests do', () => {
  expectValid(tool('<Parameter name="From"/><Parameter name="from"/>'));
});
