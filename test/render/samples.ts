import { cxml, type AttributeGrammar, type ElementGrammar, type RowName } from '../../grammars/cxml.ts';
import type { Markup } from '../../src/call/program.ts';

const ROWS = new Map<string, ElementGrammar>(Object.entries(cxml));

const NUMBERS = ({ values = [], minimum = 0, decimals }: AttributeGrammar): readonly string[] => [
  ...values,
  String(minimum),
  String(minimum + 7),
  '90000',
  ...(decimals === true ? ['1.5'] : []),
];
const TEXT = (): readonly string[] => ['text'];

/** Values that the grammar takes, enough to reach every rule on them. */
const VALUES: { readonly [T in AttributeGrammar['type']]: (grammar: AttributeGrammar) => readonly string[] } = {
  url: () => ['https://application.example/path?a=1&b=2'],
  boolean: () => ['true', 'false'],
  enum: ({ values = [] }) => values,
  list: ({ values = [] }) => [...values, values.join(','), values.toReversed().join(' ')],
  keys: () => ['1', '*', '123'],
  integer: NUMBERS,
  number: NUMBERS,
  seconds: NUMBERS,
  milliseconds: NUMBERS,
  string: TEXT,
  name: TEXT,
};

function valuesOf(grammar: AttributeGrammar): readonly string[] {
  return VALUES[grammar.type](grammar);
}

/** Voices are strings to the grammar, and more than that to platforms. */
const VOICES = ['man', 'woman', 'alice', 'Google:en-GB-Standard-A', 'Google.en-GB-Standard-A', 'Polly:Amy', 'AWS:Amy'];

/** An element of a row with nothing but what it cannot be without. */
function bare(row: string, children: Markup['children'] = []): Markup {
  const { name = row, attributes, text } = ROWS.get(row) ?? fail(row);
  const required = Object.entries(attributes).filter(([, grammar]) => grammar.required === true);
  const content = text?.url === undefined ? 'words' : 'https://application.example/next';
  const own = children.length === 0 && text !== undefined ? [content] : children;
  return {
    name,
    attributes: Object.fromEntries(required.map(([attribute, grammar]) => [attribute, valuesOf(grammar)[0] ?? ''])),
    children: own,
  };
}

/** A verb with the element in it, or the element itself where it is one. */
function inVerb(row: string, element: Markup, seen: readonly string[] = []): Markup | undefined {
  if (cxml.Response.children.includes(row as never)) return element;
  for (const [parent, { children }] of ROWS) {
    if (seen.includes(parent) || !children.includes(row)) continue;
    const verb = inVerb(parent, bare(parent, [element]), [...seen, row]);
    if (verb !== undefined) return verb;
  }
  return undefined;
}

export type Sample = {
  readonly row: RowName;
  readonly attribute: string;
  readonly value: string;
  readonly verb: Markup;
};

/** For every attribute that platforms get, and every kind of value of it, a verb that has it; and every element without. */
export function samples(): readonly Sample[] {
  return (Object.keys(cxml) as RowName[]).flatMap((row) => {
    const { attributes, runs }: ElementGrammar = cxml[row];
    if (runs === 'here' || row === 'Response') return [];
    const rows = Object.entries(attributes).flatMap(([attribute, grammar]) =>
      (attribute === 'voice' ? VOICES : valuesOf(grammar)).map((value) => [attribute, value] as const),
    );
    return [['', ''] as const, ...rows].flatMap(([attribute, value]) => {
      const element = bare(row);
      const added = attribute === '' ? {} : { [attribute]: value };
      const verb = inVerb(row, { ...element, attributes: { ...element.attributes, ...added } });
      return verb === undefined ? [] : [{ row, attribute, value, verb }];
    });
  });
}

function fail(row: string): never {
  throw new Error(`the grammar has no row ${row}`);
}
