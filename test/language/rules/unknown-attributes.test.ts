import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

test('warns of an attribute that the element does not have', () => {
  expectDiagnostics('<Response><Say vioce="alice" langauge="de-DE" frobnicate="1">Hi</Say></Response>').toEqual([
    {
      code: 'unknown-attribute',
      at: '1:16',
      text: 'vioce',
      message: 'unknown attribute "vioce" of <Say>; did you mean "voice"?',
    },
    {
      code: 'unknown-attribute',
      at: '1:30',
      text: 'langauge',
      message: 'unknown attribute "langauge" of <Say>; did you mean "language"?',
    },
    { code: 'unknown-attribute', at: '1:47', text: 'frobnicate', message: 'unknown attribute "frobnicate" of <Say>' },
  ]);
});

test('counts the case of attributes', () => {
  expectDiagnostics('<Response><Gather numdigits="1"/></Response>').toEqual([
    {
      code: 'unknown-attribute',
      at: '1:19',
      text: 'numdigits',
      message: 'unknown attribute "numdigits" of <Gather>; did you mean "numDigits"?',
    },
  ]);
});

test.each(['toString', '__proto__', 'constructor'])('does not inherit %s', (name) => {
  expectDiagnostics(`<Response><Hangup ${name}="1"/></Response>`).toEqual([
    { code: 'unknown-attribute', at: '1:19', text: name, message: `unknown attribute "${name}" of <Hangup>` },
  ]);
});

test('leaves attributes of other namespaces alone', () => {
  expectValid('<Response xmlns="urn:a" xmlns:x="urn:x" x:schemaLocation="b"><Hangup x:y="1"/></Response>');
});
