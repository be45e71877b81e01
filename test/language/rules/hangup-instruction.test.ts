import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

const document = (prompt: string, attributes = '', tools = ''): string =>
  `<Response><Converse${attributes}>${tools}<System>${prompt}</System></Converse></Response>`;
const tool = (name: string): string =>
  `<Tool name="${name}" url="/t"><Description>Looks up an order.</Description></Tool>`;

test.each([
  ['an instruction to hang up', 'Say goodbye and hang up.', '', '1:45', 'hang up'],
  ['an instruction to end the call', 'Then end the call.', '', '1:34', 'end the call'],
  ['one beside other session tools', 'Ring +15550100, or hangup.', ' sessionTools="dial"', '1:68', 'hangup'],
  ['one in character data', '<![CDATA[Then Terminate The Call.]]>', '', '1:43', 'Terminate The Call'],
  ['one after a prohibition of something else', 'Never lie. Close the call.', '', '1:40', 'Close the call'],
])('warns of %s', (_, prompt, attributes, at, text) => {
  expectDiagnostics(document(prompt, attributes)).toEqual([
    {
      code: 'hangup-not-offered',
      at,
      text,
      message: `the prompt says "${text}", and "hangup" is not among the sessionTools`,
    },
  ]);
});

test('points at the whole prompt where references stand in it', () => {
  expectDiagnostics(document(' A &amp; B. Hang up. ')).toEqual([
    {
      code: 'hangup-not-offered',
      at: '1:30',
      text: 'A &amp; B. Hang up.',
      message: 'the prompt says "Hang up", and "hangup" is not among the sessionTools',
    },
  ]);
});

test('reports a conversation once', () => {
  expectDiagnostics(document('Hang up. End the call.</System><System>Hang up')).toEqual([
    {
      code: 'hangup-not-offered',
      at: '1:29',
      text: 'Hang up',
      message: 'the prompt says "Hang up", and "hangup" is not among the sessionTools',
    },
  ]);
});

test.each([
  ['a model that can', 'Then hang up.', ' sessionTools="hangup"', ''],
  ['a tool that does it', 'Then end the call.', '', tool('end_call')],
  ['a tool of two words that does it', 'Then hang up.', '', tool('hang-up')],
  ['a prohibition', 'Never hang up. You must not, whatever happens, end the call.', '', ''],
  ['a prohibition in short', "Don't hang up.", '', ''],
  ['what the caller does', 'If the caller wants to end the call, say goodbye.', '', ''],
  ['other words', 'Send the callers away. The end of the call.', '', ''],
])('takes %s', (_, prompt, attributes, tools) => {
  expectValid(document(prompt, attributes, tools));
});

test('is not concerned with what is said', () => {
  expectValid('<Response><Say>Please hang up.</Say></Response>');
});
