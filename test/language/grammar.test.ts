import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cxml, type AttributeGrammar, type ElementGrammar } from '../../grammars/cxml.ts';
import { checkValue } from '../../src/language/attributes.ts';
import { findRow, nameOfRow } from '../../src/language/grammar.ts';
import { grammarTable } from '../support/grammar-table.ts';

const rows: readonly [string, ElementGrammar][] = Object.entries(cxml);
const attributes: readonly [string, AttributeGrammar, ElementGrammar][] = rows.flatMap(([row, grammar]) =>
  Object.entries(grammar.attributes).map(([name, each]): [string, AttributeGrammar, ElementGrammar] => [
    `${row} ${name}`,
    each,
    grammar,
  ]),
);

describe.each(rows)('the row %s', (row, grammar) => {
  test('names only rows as children', () => {
    expect(grammar.children.filter((child) => !Object.hasOwn(cxml, child))).toEqual([]);
    expect(new Set(grammar.children.map(nameOfRow)).size).toBe(grammar.children.length);
    expect((grammar.once ?? []).filter((child) => !grammar.children.includes(child))).toEqual([]);
  });

  test('is a verb exactly when it may stand in the document', () => {
    expect(grammar.flow !== undefined).toBe(cxml.Response.children.some((child) => child === row));
  });

  test('is reached from the document', () => {
    const parents = rows.filter(([, { children }]) => children.includes(row));
    expect(parents.length > 0 || row === 'Response').toBe(true);
    for (const [parent] of parents) expect(findRow(nameOfRow(row).toUpperCase(), parent)).toBe(row);
  });

  test('has at most one stage and tells which attribute has its method', () => {
    const stages = [grammar.text, ...Object.values(grammar.attributes)].filter((each) => each?.url === 'stage');
    expect(stages.length).toBeLessThan(2);
    for (const { method } of stages.filter((each) => each !== undefined))
      expect(Object.keys(grammar.attributes)).toContain(method);
  });

  test('says what it is and where to read of it', () => {
    expect(grammar.summary).toMatch(/^[A-Z].*\.$/);
    expect(URL.canParse(grammar.docs)).toBe(true);
  });
});

test.each(attributes)('the attribute %s has a default of its own type and a kind if it is a URL', (_, grammar) => {
  expect(grammar.default === undefined ? undefined : checkValue(grammar.default, grammar)).toBeUndefined();
  expect(grammar.url !== undefined).toBe(grammar.type === 'url');
  expect(grammar.required === true && grammar.default !== undefined).toBe(false);
});

// What the table says is said once more, in words that a change of it shows up in.
test('the table is the one that was agreed on', async () => {
  await expect(grammarTable(cxml)).toMatchFileSnapshot(
    fileURLToPath(new URL('../../fixtures/grammar-table.txt', import.meta.url)),
  );
});
