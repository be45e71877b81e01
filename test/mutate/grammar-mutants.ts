import type { ElementGrammar } from '../../grammars/cxml.ts';

type Grammar = { readonly [row: string]: ElementGrammar };
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A grammar that differs from the real one in one thing, and which. */
export type GrammarMutant = { readonly name: string; readonly grammar: Grammar };

/**
 * Every grammar in which one row, attribute, allowed value, child, default, limit or flag is gone or is another: each key
 * is dropped, each item of a list is dropped, and each text and number is changed.
 */
export function grammarMutants(grammar: Grammar): readonly GrammarMutant[] {
  return changes(grammar as unknown as Json, '').map(([name, changed]) => ({
    name,
    grammar: changed as unknown as Grammar,
  }));
}

type Change = readonly [name: string, value: Json | undefined];

/** Every value that differs from `value` in one place; undefined: it is gone. */
function changes(value: Json, path: string): readonly Change[] {
  if (typeof value === 'string') return [[`${path} changed`, OTHER[value] ?? `${value}x`]];
  if (typeof value === 'number') return [[`${path} changed`, value + 1]];
  if (typeof value !== 'object' || value === null) return [];
  if (isList(value))
    return value.map((item, at) => [`${path} without ${JSON.stringify(item)}`, value.filter((_, each) => each !== at)]);
  return Object.entries(value).flatMap(([key, inner]): readonly Change[] => {
    const at = path === '' ? key : `${path}.${key}`;
    const { [key]: _, ...without } = value;
    return [
      // A required key of the types is changed only; without it nothing could be loaded.
      ...(NEEDED.has(key) ? [] : [[`${at} dropped`, without] as const]),
      ...changes(inner, at).map(([name, changed]): Change => [name, { ...value, [key]: changed ?? null }]),
    ];
  });
}

const NEEDED: ReadonlySet<string> = new Set(['summary', 'attributes', 'children', 'dialects', 'docs', 'type']);

/** Words of the grammar's own language have another of its words in their place. */
const OTHER: Readonly<Record<string, string>> = {
  stage: 'direct',
  direct: 'stage',
  plain: 'control',
  control: 'plain',
  end: 'plain',
  here: '',
  url: 'string',
  enum: 'string',
  integer: 'string',
  number: 'string',
  seconds: 'string',
  milliseconds: 'string',
  boolean: 'string',
  list: 'string',
  keys: 'string',
  name: 'string',
  string: 'name',
};

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
