import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const transfers = (destinations: string): string =>
  conversation(`<System>Help.</System>${destinations}`).replace('<Converse', '<Converse sessionTools="dial redirect"');

test.each([
  [
    'one name in another case',
    '<Destination name="desk">+15550100199</Destination><Destination name=" Desk ">+15550100198</Destination>',
    ' Desk ',
    'a second destination named "Desk"',
  ],
  [
    'the name of one to redirect to',
    '<Destination name="desk">+15550100199</Destination><Destination name="desk">/desk</Destination>',
    'desk',
    'a second destination named "desk"',
  ],
  [
    'no name and one number',
    '<Destination>+15550100199</Destination><Destination name="">+15550100199</Destination>',
    'Destination',
    'a second destination named "+15550100199"',
  ],
])('refuses two destinations with %s', (_, destinations, text, message) => {
  const at = transfers(destinations).lastIndexOf(text === 'Destination' ? 'Destination name=""' : `${text}"`);
  const line = transfers(destinations).slice(0, at).split('\n');
  expectDiagnostics(transfers(destinations)).toEqual([
    { code: 'duplicate-destination', at: `${line.length}:${(line.at(-1) ?? '').length + 1}`, text, message },
  ]);
});

test('takes two names for one number, and one name in two conversations', () => {
  expectValid(
    transfers('<Destination name="a">+15550100199</Destination><Destination name="b">+15550100199</Destination>'),
  );
  const alone =
    '<Converse sessionTools="dial"><System>Help.</System><Destination name="a">+15550100199</Destination></Converse>';
  expectValid(`<Response>${alone}${alone}</Response>`);
});
