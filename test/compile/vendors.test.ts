import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/compile/read-document.ts';
import { parse } from '../../src/language/parse.ts';
import { print } from '../../src/language/print.ts';
import { BASE, findings } from '../support/language.ts';

const FOLDER = new URL('../../fixtures/documents/vendors/', import.meta.url);

type Sample = { readonly name: string; readonly verdict: string; readonly document: string };

/** The documents of a file, by its headings. */
function samplesOf(file: string): readonly (readonly [heading: string, samples: readonly Sample[]])[] {
  const [, ...sections] = readFileSync(new URL(file, FOLDER), 'utf8').split(/^## /m);
  return sections.map((section) => {
    const [heading = '', ...lines] = section.split('\n');
    const samples = lines.flatMap((line): readonly Sample[] => {
      const [name = '', verdict, content = ''] = line.split(' => ');
      return verdict === undefined ? [] : [{ name, verdict, document: `<Response>${content}</Response>` }];
    });
    return [heading, samples];
  });
}

const FILES = readdirSync(FOLDER).map((file) => [file, samplesOf(file)] as const);

describe.each(FILES)('%s', (_, sections) => {
  describe.each(sections)('%s', (_heading, samples) => {
    test.each(samples)('$name', ({ verdict, document }) => {
      const { kind, diagnostics } = readDocument(document, BASE);
      const found = findings(document, diagnostics).map(({ code, text }) => `${code}@${text.replaceAll(' ', '_')}`);
      expect(found.join(' ') || 'ok').toBe(verdict);
      expect(kind).toBe(diagnostics.some(({ severity }) => severity === 'error') ? 'invalid' : 'program');
      const parsed = parse(document);
      const printed = parsed.ok ? readDocument(print(parsed.document), BASE) : undefined;
      // What is printed has the same faults and compiles to the same.
      expect(printed?.diagnostics.map(({ code }) => code) ?? found.map((each) => each.split('@')[0])).toEqual(
        diagnostics.map(({ code }) => code),
      );
    });
  });
});

test('there are enough of them, and each says something of its own', () => {
  const samples = FILES.flatMap(([, sections]) => sections.flatMap(([, each]) => each));
  expect(samples.length).toBeGreaterThanOrEqual(200);
  expect(new Set(samples.map(({ document }) => document)).size).toBeGreaterThan(samples.length - 10);
});
