import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

test.each(['<Hangup/>', '<Redirect>/a</Redirect>', '<Reject/>', '<Leave/>'])(
  'warns of the first verb after %s',
  (verb) => {
    const name = /[A-Za-z]+/.exec(verb)?.[0] ?? '';
    expectDiagnostics(`<Response><Pause/>${verb}\n<Say>Hi</Say><Say>Ho</Say></Response>`).toEqual([
      { code: 'unreachable', at: '2:2', text: 'Say', message: `<Say> is never reached: <${name}> leaves the document` },
    ]);
  },
);

test('warns of speech after the conversation of a Gather', () => {
  expectDiagnostics(
    '<Response><Gather input="speech"><Converse><User>a</User><Speech/></Converse><Say>Hi</Say></Gather></Response>',
  ).toEqual([
    {
      code: 'unreachable',
      at: '1:79',
      text: 'Say',
      message: '<Say> after <Converse> is never played; expected it before',
    },
  ]);
});

test.each(['<Dial>1</Dial><Say>a</Say>', '<Gather/><Hangup/>', '<Connect/><Hangup/>'])('takes %s', (verbs) => {
  expectValid(`<Response>${verbs}</Response>`);
});
