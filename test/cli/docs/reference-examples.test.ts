import { describe, expect, test } from 'vitest';
import { cxml, type RowName } from '../../../grammars/cxml.ts';
import { REFERENCE_EXAMPLES, exampleDocument } from '../../../src/cli/docs/reference-examples.ts';
import { parse } from '../../../src/language/parse.ts';
import type { Content } from '../../../src/language/ast.ts';
import { readDocument } from '../../../src/compile/read-document.ts';
import { BASE, expectValid } from '../../support/language.ts';

const ROWS = Object.keys(REFERENCE_EXAMPLES) as readonly RowName[];

/** The rows of all elements in a document. */
function rowsOf(document: string): readonly string[] {
  const parsed = parse(document);
  if (!parsed.ok) return [];
  const visit = (content: Content): readonly string[] =>
    content.kind === 'element' ? [content.row ?? '', ...content.children.flatMap(visit)] : [];
  return visit(parsed.document.root);
}

test('every row of the grammar has an example, in the order of the grammar', () => {
  expect(ROWS).toEqual(Object.keys(cxml));
});

/** Rows that are part of the language and not carried out yet. */
const PLANNED = ROWS.filter((row) => 'planned' in cxml[row]);

describe('an example is one that authors can copy', () => {
  test.each(ROWS)('%s stands in its own', (row) => {
    expect(rowsOf(exampleDocument(row))).toContain(row);
  });

  test.each(ROWS.filter((row) => !PLANNED.includes(row)))('%s has no fault', (row) => {
    expectValid(exampleDocument(row));
  });

  test.each(PLANNED)('%s has no fault but that it is not supported yet', (row) => {
    const codes = readDocument(exampleDocument(row), BASE).diagnostics.map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['not-supported']));
  });
});
