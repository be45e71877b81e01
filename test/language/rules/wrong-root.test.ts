import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

test('refuses a document that is not a Response', () => {
  expectDiagnostics('<Say>Hello</Say>').toEqual([
    { code: 'wrong-root', at: '1:2', text: 'Say', message: 'the document is a <Say>; expected <Response>' },
  ]);
  expectDiagnostics('<html/>').toEqual([
    { code: 'wrong-root', at: '1:2', text: 'html', message: 'the document is a <html>; expected <Response>' },
  ]);
});

test.each(['<Response/>', '<response></response>', '<RESPONSE xmlns="urn:x"/>'])('takes %s', (document) => {
  expectValid(document);
});
