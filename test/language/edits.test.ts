import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocument } from '../../src/compile/read-document.ts';
import { provenTermination } from '../../src/compile/termination.ts';
import { formatDiagnostics } from '../../src/language/diagnostics.ts';
import { parse } from '../../src/language/parse.ts';
import { PLATFORM_NAMES } from '../../src/language/platforms.ts';
import { print } from '../../src/language/print.ts';
import { BASE } from '../support/language.ts';
import { vendorFiles } from '../support/vendor-samples.ts';

const DOCUMENTS = vendorFiles().flatMap(([, sections]) =>
  sections.flatMap(([, samples]) => samples.map(({ document }) => document)),
);

/** A document as an author leaves it halfway: pieces are cut out, doubled, or taken from another document. */
const edited = fc
  .record({
    document: fc.constantFrom(...DOCUMENTS),
    other: fc.constantFrom(...DOCUMENTS),
    edits: fc.array(
      fc.record({ kind: fc.constantFrom('cut', 'double', 'graft'), at: fc.nat(), length: fc.nat({ max: 40 }) }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ document, other, edits }) =>
    edits.reduce((text, { kind, at, length }) => {
      const start = at % (text.length + 1);
      const piece =
        kind === 'graft' ? other.slice(at % other.length).slice(0, length) : text.slice(start, start + length);
      return kind === 'cut'
        ? text.slice(0, start) + text.slice(start + length)
        : text.slice(0, start) + piece + text.slice(start);
    }, document),
  );

test('a document with pieces cut out, doubled or grafted is read, checked and printed for every platform', () => {
  fc.assert(
    fc.property(edited, fc.constantFrom(...PLATFORM_NAMES), (text, platform) => {
      const reading = readDocument(text, BASE, { platform });
      for (const { span, message } of reading.diagnostics) {
        expect(span.start).toBeLessThanOrEqual(span.end);
        expect(span.end).toBeLessThanOrEqual(text.length);
        expect(message).not.toMatch(/undefined|\[object|\.$/);
      }
      formatDiagnostics(text, 'input', reading.diagnostics);
      if (reading.kind === 'program') provenTermination(reading.program, platform);
      const parsed = parse(text);
      if (!parsed.ok) return;
      const printed = print(parsed.document);
      const again = parse(printed);
      expect(again.ok && print(again.document)).toBe(printed);
      expect(readDocument(printed, BASE, { platform }).kind).toBe(reading.kind);
    }),
    { numRuns: 3000 },
  );
});
