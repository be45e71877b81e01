import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

test('warns of a conversation without a prompt', () => {
  expectDiagnostics('<Response><Converse/></Response>').toEqual([
    {
      code: 'missing-prompt',
      at: '1:12',
      text: 'Converse',
      message: '<Converse> has no prompt; expected <System> or <User>',
    },
  ]);
});

test.each(['System', 'User', 'Assistant'])('takes %s for one', (name) => {
  expectValid(`<Response><Converse><${name}>Hello</${name}></Converse></Response>`);
});
