import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const tool = (attributes: string): string =>
  conversation(`<Tool name="a" url="/a" ${attributes}><Description>Looks up an order.</Description></Tool>`);

const unsupported = '"method" of <Tool> is "GET", which is not supported yet';

test.each([
  [
    'a signed one',
    'secret="K" method="GET"',
    'signed-get-tool',
    '2:44',
    'a signed tool with method "GET"; expected "POST", which has a body to sign',
  ],
  ['one without a secret', 'method="GET"', 'not-supported', '2:33', unsupported],
  ['one without a signature', 'method="GET" secret="K" signature="none"', 'not-supported', '2:33', unsupported],
])('refuses a GET of %s', (_, attributes, code, at, message) => {
  expectDiagnostics(tool(attributes)).toEqual([{ code, at, text: 'GET', message }]);
});

test.each(['', 'method="POST" secret="K"', 'secret="K" signature="none"'])('takes a tool with "%s"', (attributes) => {
  expectValid(tool(attributes));
});
