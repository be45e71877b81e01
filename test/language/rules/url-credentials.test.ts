import { expect, test } from 'vitest';
import { readDocument } from '../../../src/compile/read-document.ts';
import { BASE, conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const of = (element: string): string => `<Response>${element}</Response>`;

test.each([
  [
    'a tool',
    conversation(
      '<Tool name="a" url="https://desk:pw@tools.example.com/a"><Description>Looks up an order.</Description></Tool>',
    ),
    '2:21',
    'https://desk:pw@tools.example.com/a',
    '"url" of <Tool> has a user in its URL; expected none',
  ],
  [
    'a stage',
    of('<Gather action="HTTPS://desk@app.example.com/next"/>'),
    '1:27',
    'HTTPS://desk@app.example.com/next',
    '"action" of <Gather> has a user in its URL; expected none',
  ],
  [
    'a relative URL',
    of('<Gather action=" //desk:pw@app.example.com"/>'),
    '1:27',
    ' //desk:pw@app.example.com',
    '"action" of <Gather> has a user in its URL; expected none',
  ],
  [
    'a socket',
    of('<Connect><Stream url="wss://desk:pw@media.example.com/"/></Connect>'),
    '1:33',
    'wss://desk:pw@media.example.com/',
    '"url" of <Stream> has a user in its URL; expected none',
  ],
  [
    'a text',
    of('<Redirect> https://desk:pw@app.example.com/ </Redirect>'),
    '1:22',
    'https://desk:pw@app.example.com/',
    'the text of <Redirect> has a user in its URL; expected none',
  ],
])('warns of credentials in the URL of %s', (_, document, at, text, message) => {
  expectDiagnostics(document).toEqual([{ code: 'url-credentials', at, text, message }]);
});

test('the document runs all the same', () => {
  expect(readDocument(of('<Play>https://desk:pw@media.example.com/a.mp3</Play>'), BASE).kind).toBe('program');
});

test.each(['https://app.example.com/@desk', '/a?mail=desk@example.com', '/a#https://desk@b', 'https://a.example/:x@b'])(
  'takes %s',
  (url) => {
    expectValid(of(`<Gather action="${url}"/>`));
  },
);

test('takes addresses, which are not URLs that are fetched', () => {
  expectValid(of('<Dial><Sip>sip:desk@pbx.example.com</Sip></Dial>'));
});
