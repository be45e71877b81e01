import { cxml, type ElementGrammar } from '../../../grammars/cxml.ts';
import { nameOfRow, ROOT_ROW } from '../../language/grammar.ts';

/** An element as editors complete it: the shape that `xml({ elements })` of `@codemirror/lang-xml` takes. */
export type ElementSpec = {
  readonly name: string;
  readonly top?: true;
  readonly children: readonly string[];
  readonly attributes: readonly { readonly name: string; readonly values?: readonly string[] }[];
  readonly completion: { readonly info: string };
};

const ROWS: readonly (readonly [string, ElementGrammar])[] = Object.entries(cxml);

/** Completion data for editors. Rows that share a name become one element: editors tell elements apart by name alone. */
export function completionData(): readonly ElementSpec[] {
  const names = [...new Set(supported().map(([row]) => nameOfRow(row)))];
  return names.map((name) => {
    const rows = supported().filter(([row]) => nameOfRow(row) === name);
    const attributes = new Map(rows.flatMap(([, grammar]) => attributesOf(grammar)).map((each) => [each.name, each]));
    return {
      name,
      ...(name === ROOT_ROW && { top: true as const }),
      children: [...new Set(rows.flatMap(([, { children }]) => children.filter(isSupported).map(nameOfRow)))],
      attributes: [...attributes.values()],
      completion: { info: rows.map(([, { summary }]) => summary).join(' ') },
    };
  });
}

/** What is not carried out yet is not offered. */
function supported(): typeof ROWS {
  return ROWS.filter(([row]) => isSupported(row));
}

function isSupported(row: string): boolean {
  return ROWS.find(([name]) => name === row)?.[1].planned !== true;
}

function attributesOf({ attributes }: ElementGrammar): ElementSpec['attributes'] {
  return Object.entries(attributes).flatMap(([name, { type, values = [], planned }]) => {
    if (planned === true) return [];
    const words = type === 'boolean' ? ['true', 'false'] : type === 'keys' ? [] : values;
    const offered = words.filter((word) => planned?.includes(word) !== true);
    return [{ name, ...(offered.length > 0 && { values: offered }) }];
  });
}
