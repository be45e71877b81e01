import { expect } from 'vitest';
import { readDocument } from '../../src/compile/read-document.ts';
import type { Program } from '../../src/call/program.ts';
import type { Diagnostic } from '../../src/language/diagnostics.ts';
import { createSource, decode, positionOf } from '../../src/language/source.ts';

/** Where documents of tests are served from, unless they say otherwise. */
export const BASE = 'https://app.example.com/voice/start.xml';

/** A diagnostic as tests compare it: `at` and `text` together are its exact span. */
export type Finding = {
  readonly code: string;
  readonly at: string;
  readonly text: string;
  readonly message: string;
  readonly related?: Omit<Finding, 'code' | 'related'>;
};

/** Diagnostics with their spans as people read them. */
export function findings(document: string | Uint8Array, diagnostics: readonly Diagnostic[]): readonly Finding[] {
  const source = createSource(decode(document).text);
  const place = ({ start, end }: Diagnostic['span']): Pick<Finding, 'at' | 'text'> => {
    const { line, column } = positionOf(source, start);
    return { at: `${line}:${column}`, text: source.text.slice(start, end) };
  };
  return diagnostics.map(({ code, span, message, related }) => ({
    code,
    ...place(span),
    message,
    ...(related === undefined ? {} : { related: { ...place(related.span), message: related.message } }),
  }));
}

/** The program of a document that must have no fault at all. A null `url` makes it an inline one. */
export function expectValid(document: string | Uint8Array, url: string | null = BASE): Program {
  const reading = readDocument(document, url ?? undefined);
  expect(findings(document, reading.diagnostics)).toEqual([]);
  if (reading.kind !== 'program') throw new Error('a document without diagnostics must compile');
  return reading.program;
}

type Expected = Omit<Finding, 'related'>;

/** Asserts on all faults of a document, without what they are related to. A null `url` makes it an inline one. */
export function expectDiagnostics(
  document: string | Uint8Array,
  url: string | null = BASE,
): { toEqual(expected: readonly Expected[]): void; toContainEqual(expected: Expected): void } {
  const found = findings(document, readDocument(document, url ?? undefined).diagnostics).map(
    ({ related: _related, ...rest }) => rest,
  );
  return {
    toEqual: (expected) => expect(found).toEqual(expected),
    toContainEqual: (expected) => expect(found).toContainEqual(expected),
  };
}

/** A document around one conversation that has nothing to complain of but `content`, which begins on the second line. */
export function conversation(content: string): string {
  const before = '<Response><Gather input="speech"><Converse><System>Help.</System>';
  return `${before}\n${content}\n<Speech/></Converse></Gather></Response>`;
}
