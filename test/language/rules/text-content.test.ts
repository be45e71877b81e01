import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const of = (element: string): string => `<Response>${element}</Response>`;

test.each([
  [
    'text among verbs',
    of('Hello <Hangup/>'),
    'stray-text',
    '1:11',
    'Hello',
    'text in <Response>; expected only elements',
  ],
  [
    'text in a conversation',
    conversation('  Be kind.\n'),
    'stray-text',
    '2:3',
    'Be kind.',
    'text in <Converse>; expected only elements',
  ],
  [
    'character data among verbs',
    of('<![CDATA[x]]>'),
    'stray-text',
    '1:11',
    '<![CDATA[x]]>',
    'text in <Response>; expected only elements',
  ],
  [
    'text in an empty element',
    of('<Hangup>now</Hangup>'),
    'stray-text',
    '1:19',
    'now',
    'text in <Hangup>; expected nothing',
  ],
  ['missing words', of('<Say> </Say>'), 'missing-text', '1:12', 'Say', '<Say> has no text'],
  ['a missing number', of('<Dial><Number/></Dial>'), 'missing-text', '1:18', 'Number', '<Number> has no text'],
  ['nothing to play', of('<Play/>'), 'bad-text', '1:12', 'Play', '<Play> has no text'],
  ['a missing target', of('<Redirect/>'), 'bad-text', '1:12', 'Redirect', '<Redirect> has no text'],
  [
    'a bad URL',
    of('<Play> http:// </Play>'),
    'bad-text',
    '1:18',
    'http://',
    'the text of <Play> is "http://"; expected a URL of the scheme http or https',
  ],
  [
    'a URL of another scheme',
    of('<Redirect>tel:123</Redirect>'),
    'bad-text',
    '1:21',
    'tel:123',
    'the text of <Redirect> is "tel:123"; expected a URL of the scheme http or https',
  ],
])('reports %s', (_, document, code, at, text, message) => {
  expectDiagnostics(document).toEqual([{ code, at, text, message }]);
});

test('reports a relative URL in an inline document', () => {
  expectDiagnostics(of('<Redirect>\n/next\n</Redirect>'), null).toEqual([
    {
      code: 'relative-url',
      at: '2:1',
      text: '/next',
      message: 'the text of <Redirect> is "/next", and the document has no URL to resolve it against',
    },
  ]);
});

test('cuts long text in its message', () => {
  const text = `:${'x'.repeat(80)}`;
  expectDiagnostics(of(`<Play>http://${text}</Play>`)).toEqual([
    {
      code: 'bad-text',
      at: '1:17',
      text: `http://${text}`,
      message: `the text of <Play> is "http://:${'x'.repeat(52)}…"; expected a URL of the scheme http or https`,
    },
  ]);
});

test.each([
  '<Play digits="1"/>',
  '<Say><break time="1s"/></Say>',
  '<Say><![CDATA[a < b]]></Say>',
  '<Play>/a<!-- b -->.mp3</Play>',
  '<Dial/>',
])('takes %s', (element) => {
  expectValid(of(element));
});
