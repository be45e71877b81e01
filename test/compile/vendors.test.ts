import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/compile/read-document.ts';
import { parse } from '../../src/language/parse.ts';
import { print } from '../../src/language/print.ts';
import { BASE, findings } from '../support/language.ts';
import { vendorFiles, verdictOf } from '../support/vendor-samples.ts';

const FILES = vendorFiles();

describe.each(FILES)('%s', (_, sections) => {
  describe.each(sections)('%s', (_heading, samples) => {
    test.each(samples)('$name', ({ verdict, document }) => {
      const { kind, diagnostics } = readDocument(document, BASE);
      expect(verdictOf(findings(document, diagnostics))).toBe(verdict);
      expect(kind).toBe(diagnostics.some(({ severity }) => severity === 'error') ? 'invalid' : 'program');
      const parsed = parse(document);
      // What is printed has the same faults.
      const printed = parsed.ok ? readDocument(print(parsed.document), BASE).diagnostics : diagnostics;
      expect(printed.map(({ code }) => code)).toEqual(diagnostics.map(({ code }) => code));
    });
  });
});

test('there are enough of them, and each says something of its own', () => {
  const samples = FILES.flatMap(([, sections]) => sections.flatMap(([, each]) => each));
  expect(samples.length).toBeGreaterThanOrEqual(200);
  expect(new Set(samples.map(({ document }) => document)).size).toBeGreaterThan(samples.length - 10);
});
