import { test } from 'vitest';
import { conversation, expectDiagnostics } from '../../support/language.ts';

test('warns of a tool without a description', () => {
  expectDiagnostics(conversation('<Tool name="a" url="/a"/>')).toEqual([
    {
      code: 'missing-description',
      at: '2:2',
      text: 'Tool',
      message: '<Tool> has no <Description>, and no prompt names it',
    },
  ]);
});

test('warns of an empty description', () => {
  expectDiagnostics(conversation('<Tool name="a" url="/a"><Description/></Tool>')).toEqual([
    { code: 'missing-text', at: '2:26', text: 'Description', message: '<Description> has no text' },
  ]);
});

test.each([
  ['a prompt names', 'look_up', 'Use look_up first.'],
  ['a prompt names as models see it', 'look_up', 'First look_up, then talk.'],
])('takes a tool that %s', (_, name, prompt) => {
  expectDiagnostics(conversation(`<Tool name="${name}" url="/a"/><User>${prompt}</User>`)).toEqual([]);
});

test('looks for the whole name', () => {
  expectDiagnostics(conversation('<Tool name="look" url="/a"/><User>Overlook nothing; looks count.</User>')).toEqual([
    {
      code: 'missing-description',
      at: '2:2',
      text: 'Tool',
      message: '<Tool> has no <Description>, and no prompt names it',
    },
  ]);
});
