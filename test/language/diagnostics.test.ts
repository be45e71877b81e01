import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/compile/read-document.ts';
import {
  DIAGNOSTIC_CODES,
  diagnostic,
  formatDiagnostics,
  MAX_DIAGNOSTICS,
  sortDiagnostics,
} from '../../src/language/diagnostics.ts';

const at = (start: number, end = start): { readonly start: number; readonly end: number } => ({ start, end });

test('orders by place, whatever the severity', () => {
  const later = diagnostic('stray-text', at(9), 'later');
  const wide = diagnostic('stray-text', at(3, 8), 'wide');
  const narrow = diagnostic('unknown-element', at(3, 4), 'narrow');
  expect(sortDiagnostics([later, wide, narrow])).toEqual([narrow, wide, later]);
});

test('keeps errors before warnings when there are too many', () => {
  const warnings = Array.from({ length: MAX_DIAGNOSTICS }, (_, index) =>
    diagnostic('unknown-element', at(index), 'a warning'),
  );
  const error = diagnostic('stray-text', at(1000), 'the error');
  const kept = sortDiagnostics([...warnings, error]);
  expect(kept).toHaveLength(MAX_DIAGNOSTICS);
  expect(kept.at(-1)).toBe(error);
});

describe.each(Object.entries(DIAGNOSTIC_CODES))('the code %s', (code, { cause, mend }) => {
  test('says why and what to do', () => {
    expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    for (const text of [cause, mend]) expect(text).toMatch(/^[A-Z].*\.$/);
  });
});

test('prints place, severity, code and message, the line and what it is related to', () => {
  const document = '\uFEFF<Response>\n  <Say>Hi</Response>\n';
  expect(formatDiagnostics(document, 'app.xml', readDocument(document, undefined).diagnostics)).toEqual([
    [
      'app.xml:2:10: error malformed-xml found </Response>, expected </Say>',
      '  <Say>Hi</Response>',
      '         ^^^^^^^^^^^',
      'app.xml:2:3: <Say> is opened here',
      '  <Say>Hi</Response>',
      '  ^^^^',
    ].join('\n'),
  ]);
});

test('prints what can be shown of bytes that are not UTF-8', () => {
  const bytes = Uint8Array.from([
    ...new TextEncoder().encode('<Response>\n<Say>'),
    0xe9,
    ...new TextEncoder().encode('</Say>'),
  ]);
  expect(formatDiagnostics(bytes, 'app.xml', readDocument(bytes, undefined).diagnostics)).toEqual([
    'app.xml:2:6: error encoding a byte that is not UTF-8\n<Say>\uFFFD</Say>\n     ^',
  ]);
});

test('only these faults are warnings: a document that has no other runs', () => {
  const warnings = Object.entries(DIAGNOSTIC_CODES).filter(([, { severity }]) => severity === 'warning');
  expect(warnings.map(([code]) => code).sort()).toEqual([
    'hangup-not-offered',
    'insecure-tool-url',
    'long-timeouts',
    'mapped-tool-name',
    'misplaced-speech',
    'missing-description',
    'missing-prompt',
    'missing-speech',
    'missing-text',
    'no-target',
    'platform-value',
    'private-tool-url',
    'undeclared-tool',
    'unknown-attribute',
    'unknown-element',
    'unknown-value',
    'unreachable',
    'unsent-parameter',
    'unspeakable-input',
    'url-credentials',
    'vague-description',
  ]);
});

test('these faults are errors: a document that has one does not run', () => {
  const errors = Object.entries(DIAGNOSTIC_CODES).filter(([, { severity }]) => severity === 'error');
  expect(errors.map(([code]) => code).sort()).toEqual([
    'bad-attribute',
    'bad-text',
    'bad-values',
    'conflicting-children',
    'doctype',
    'document-limit',
    'duplicate-destination',
    'duplicate-parameter',
    'duplicate-tool',
    'encoding',
    'long-text',
    'malformed-xml',
    'missing-attribute',
    'missing-values',
    'not-supported',
    'platform-support',
    'relative-url',
    'repeated-element',
    'reserved-tool-name',
    'signed-get-tool',
    'stray-text',
    'unused-values',
    'wrong-nesting',
    'wrong-root',
  ]);
});

test('these are notes: nothing is wrong', () => {
  const notes = Object.entries(DIAGNOSTIC_CODES).filter(([, { severity }]) => severity === 'note');
  expect(notes.map(([code]) => code)).toEqual(['platform-ignores']);
});
