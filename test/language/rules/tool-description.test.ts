import { test } from 'vitest';
import { conversation, expectDiagnostics } from '../../support/language.ts';

test('warns of a tool without a description', () => {
  expectDiagnostics(conversation('<Tool name="a" url="/a"/>')).toEqual([
    { code: 'missing-description', at: '2:2', text: 'Tool', message: '<Tool> has no <Description>' },
  ]);
});

test('warns of an empty description', () => {
  expectDiagnostics(conversation('<Tool name="a" url="/a"><Description/></Tool>')).toEqual([
    { code: 'missing-text', at: '2:26', text: 'Description', message: '<Description> has no text' },
  ]);
});
