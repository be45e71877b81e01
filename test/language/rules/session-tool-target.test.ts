import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

const document = (tools: string, prompt = 'Help.', verbs = ''): string =>
  `<Response><Converse sessionTools="${tools}"><System>${prompt}</System></Converse>${verbs}</Response>`;

const noNumber = 'the session tool "dial" has no target; expected a telephone number or SIP address in the document';

test.each([
  ['dial', document('hangup dial'), '1:42', 'dial', noNumber],
  ['dial in a list with commas', document('hangup,dial'), '1:42', 'dial', noNumber],
  ['dial with a short number that is no target', document('dial', 'Room 1004.'), '1:35', 'dial', noNumber],
  ['dial with a number in a comment only', document('dial', 'Help.<!-- +15550100 -->'), '1:35', 'dial', noNumber],
])('warns of %s without anything to dial', (_, xml, at, text, message) => {
  expectDiagnostics(xml).toEqual([{ code: 'no-target', at, text, message }]);
});

test('warns of redirect in a document that has neither an address nor a URL', () => {
  expectDiagnostics(document('redirect'), null).toEqual([
    {
      code: 'no-target',
      at: '1:35',
      text: 'redirect',
      message: 'the session tool "redirect" has no target; expected a URL in the document',
    },
  ]);
});

test.each([
  ['a number in a prompt', document('dial', 'Ring +1 (555) 010-0199.')],
  ['an address in a prompt', document('dial', 'Ring sip:desk@example.com.')],
  ['a number in words that are said', document('dial', 'Help.', '<Say>Or call 5550100.</Say>')],
  ['an extension that is dialled', document('dial', 'Help.', '<Dial><Number>1004</Number></Dial>')],
  ['a document with an address', document('redirect')],
])('takes %s', (_, xml) => {
  expectValid(xml);
});

test.each([
  ['a URL in a prompt', 'See https://app.example.com/billing.', ''],
  ['a URL that is redirected to', 'Help.', '<Redirect>https://app.example.com/next</Redirect>'],
])('takes %s of a document without an address', (_, prompt, verbs) => {
  expectValid(document('redirect', prompt, verbs), null);
});
