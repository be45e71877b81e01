import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

const document = (tools: string, prompt = 'Help.', verbs = '', destinations = ''): string =>
  `<Response><Converse sessionTools="${tools}"><System>${prompt}</System>${destinations}</Converse>${verbs}</Response>`;

const noNumber = 'the session tool "dial" has no target; expected a telephone number or SIP address in the document';

test.each([
  ['dial', document('hangup dial'), '1:42', 'dial', noNumber],
  ['dial in a list with commas', document('hangup,dial'), '1:42', 'dial', noNumber],
  ['dial with a short number that is no target', document('dial', 'Room 1004.'), '1:35', 'dial', noNumber],
  ['dial with a number in a comment only', document('dial', 'Help.<!-- +15550100 -->'), '1:35', 'dial', noNumber],
  [
    'dial with a destination to redirect to',
    document('dial', 'Help.', '', '<Destination name="a">https://app.example.com/2</Destination>'),
    '1:35',
    'dial',
    noNumber,
  ],
  [
    'dial with a path',
    document('dial', 'Help.', '', '<Destination>../5550100</Destination>'),
    '1:35',
    'dial',
    noNumber,
  ],
])('warns of %s without anything to dial', (_, xml, at, text, message) => {
  expectDiagnostics(xml).toEqual([{ code: 'no-target', at, text, message }]);
});

test.each([
  ['neither an address nor a URL', document('redirect')],
  ['no address and a destination to dial', document('redirect', 'Help.', '', '<Destination>+15550100</Destination>')],
])('warns of redirect in a document that has %s', (_, xml) => {
  expectDiagnostics(xml, null).toEqual([
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
  ['an extension that is a destination', document('dial', 'Help.', '', '<Destination>1004</Destination>')],
  ['a document with an address', document('redirect')],
])('takes %s', (_, xml) => {
  expectValid(xml);
});

test.each<readonly [string, ...string[]]>([
  ['a URL in a prompt', 'See https://app.example.com/billing.', ''],
  ['a destination', 'Help.', '', '<Destination>https://app.example.com/next</Destination>'],
  ['a URL that is redirected to', 'Help.', '<Redirect>https://app.example.com/next</Redirect>'],
])('takes %s of a document without an address', (_, ...parts) => {
  expectValid(document('redirect', ...parts), null);
});
