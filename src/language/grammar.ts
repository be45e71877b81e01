import { cxml, type AttributeGrammar, type ElementGrammar, type RowName } from '../../grammars/cxml.ts';
import type { Element } from './ast.ts';

const rows: ReadonlyMap<string, ElementGrammar> = new Map(Object.entries(cxml));

/** The key of the row of the document itself. */
export const ROOT_ROW = 'Response' satisfies keyof typeof cxml;

/** The element name of a row. */
export function nameOfRow(row: string): string {
  return rows.get(row)?.name ?? row;
}

const rowsByName: ReadonlyMap<string, string> = new Map(
  // Backwards, so that the first row of a name is the one found without its parent.
  [...rows.keys()].toReversed().map((row) => [nameOfRow(row).toLowerCase(), row]),
);
const childRows: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  [...rows].map(([row, { children }]) => [
    row,
    new Map(children.map((child) => [nameOfRow(child).toLowerCase(), child])),
  ]),
);

/** The key of the row of an element with this name, in any case, preferring what may stand in `parentRow`. */
export function findRow(name: string, parentRow?: string): string | undefined {
  const key = name.toLowerCase();
  return (parentRow === undefined ? undefined : childRows.get(parentRow)?.get(key)) ?? rowsByName.get(key);
}

/** The grammar of an element, unless its name is unknown. */
export function grammarOf({ row }: Pick<Element, 'row'>): ElementGrammar | undefined {
  return row === undefined ? undefined : rows.get(row);
}

const parents: ReadonlyMap<string, readonly string[]> = new Map(
  [...rows.keys()].map((row) => [row, [...rows.keys()].filter((parent) => rows.get(parent)?.children.includes(row))]),
);

/** The names of the elements that an element of this row may stand in. */
export function parentsOf(row: string): readonly string[] {
  return [...new Set((parents.get(row) ?? []).map(nameOfRow))];
}

/** True when a row lists the other among its children. */
export function mayStandIn(row: string, parentRow: string): boolean {
  return parents.get(row)?.includes(parentRow) ?? false;
}

const attributesByName: ReadonlyMap<string, ReadonlyMap<string, AttributeGrammar>> = new Map(
  [...rows].map(([row, { attributes }]) => [row, new Map(Object.entries(attributes))]),
);

const NO_ATTRIBUTES: ReadonlyMap<string, AttributeGrammar> = new Map();

/** The grammars of all attributes that an element can have, by their names; none of an unknown element. */
export function attributeGrammars({ row }: Pick<Element, 'row'>): ReadonlyMap<string, AttributeGrammar> {
  return (row === undefined ? undefined : attributesByName.get(row)) ?? NO_ATTRIBUTES;
}

/** The grammar of an attribute, unless its element or its name is unknown. */
export function attributeGrammar({ row }: Pick<Element, 'row'>, name: string): AttributeGrammar | undefined {
  return row === undefined ? undefined : attributesByName.get(row)?.get(name);
}

const required: ReadonlyMap<string, readonly string[]> = new Map(
  [...rows].map(([row, { attributes }]) => [
    row,
    Object.keys(attributes).filter((name) => attributes[name]?.required === true),
  ]),
);

/** The attributes without which an element does nothing. */
export function requiredAttributes({ row }: Pick<Element, 'row'>): readonly string[] {
  return (row === undefined ? undefined : required.get(row)) ?? [];
}

const attributeNames: ReadonlyMap<string, string> = new Map(
  [...rows.values()].flatMap(({ attributes }) => Object.keys(attributes)).map((name) => [name, name]),
);

/**
 * The same name; one string for all attributes that the grammar gives it to. A name cut out of a text is a string of its
 * own, and each look-up with it would begin with reading it.
 */
export function sharedAttributeName(name: string): string {
  return attributeNames.get(name) ?? name;
}

/** The rows that something is true of, for rules that look at no other. */
export function rowsWhere(isTrue: (grammar: ElementGrammar) => boolean): readonly RowName[] {
  return (Object.keys(cxml) as RowName[]).filter((row) => isTrue(cxml[row]));
}

const stageAttributes: ReadonlyMap<string, string | undefined> = new Map(
  [...rows].map(([row, { attributes }]) => [
    row,
    Object.keys(attributes).find((name) => attributes[name]?.url === 'stage'),
  ]),
);

/** The attribute that holds the URL of the next document of this leg. */
export function stageAttributeOf({ row }: Pick<Element, 'row'>): string | undefined {
  return row === undefined ? undefined : stageAttributes.get(row);
}

/** Namespace declarations and names of other namespaces belong to XML tools, not to the language. */
export function isForeignAttribute(name: string): boolean {
  return name === 'xmlns' || (name.includes(':') && name !== 'xml:lang');
}
