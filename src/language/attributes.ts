import type { ValueGrammar } from '../../grammars/cxml.ts';
import type { Attribute, Element, Span } from './ast.ts';
import { attributeGrammar } from './grammar.ts';
import { suggestion } from './nearest.ts';

/** An element's attribute as written. */
export function attribute({ attributes }: Element, name: string): Attribute | undefined {
  for (const each of attributes) if (each.name === name) return each;
  return undefined;
}

/** The value of an attribute, or its default from the grammar. */
export function valueOf(element: Element, name: string): string | undefined {
  return attribute(element, name)?.value ?? attributeGrammar(element, name)?.default;
}

/** The words of a list, parted by commas or whitespace. */
export function words(value: string): readonly string[] {
  return value.split(/[\s,]+/).filter((word) => word !== '');
}

/** The values of an enum parameter, parted by commas, each trimmed. */
export function commaList(value: string): readonly string[] {
  return value.split(',').map((each) => each.trim());
}

export type ValueProblem = {
  /** `unknown`: a word that some platform may know. */
  readonly kind: 'bad' | 'unknown';
  readonly expected: string;
  /** Where in the value it is, when it is not the whole. */
  readonly part?: Span;
};

type Check = (value: string, grammar: ValueGrammar) => ValueProblem | undefined;

/** Beyond it, whole numbers that differ are read as one. */
export const EXACT_MAX = Number.MAX_SAFE_INTEGER;
const WHOLE_NUMBER = /^-?\d+$/;
const DECIMAL_NUMBER = /^-?\d+(?:\.\d+)?$/;

/** One row per value type. A URL's address is checked where the document's own is known; see `resolveUrl`. */
const CHECKS: { readonly [T in ValueGrammar['type']]: Check } = {
  string: () => undefined,
  url: () => undefined,
  name: checkName,
  boolean: (value) =>
    value === 'true' || value === 'false' ? undefined : bad(`"true" or "false"${suggestion(value, ['true', 'false'])}`),
  enum: (value, { values = [], open }) =>
    values.includes(value)
      ? undefined
      : { kind: open === true ? 'unknown' : 'bad', expected: `${oneOf(values)}${suggestion(value, values)}` },
  list: checkWords,
  keys: (value, { values: [keys = ''] = [] }) =>
    Array.from(value).every((key) => keys.includes(key)) ? undefined : bad(`keys out of ${keys}`),
  integer: checkNumber(''),
  number: checkNumber(''),
  seconds: checkNumber(' of seconds'),
  milliseconds: checkNumber(' of milliseconds'),
};

/** What is wrong with a value of this grammar, or undefined. */
export function checkValue(value: string, grammar: ValueGrammar): ValueProblem | undefined {
  return CHECKS[grammar.type](value, grammar);
}

function checkName(value: string): ValueProblem | undefined {
  // No object can have it as a plain key, so no arguments could carry it.
  if (value === '__proto__') return bad('another name: no object can hold a value of this one');
  return value !== '' && value.trim() === value ? undefined : bad('a name, without spaces around it');
}

function checkWords(value: string, { values = [], open }: ValueGrammar): ValueProblem | undefined {
  const written = words(value);
  if (written.length === 0) return bad(oneOf(values));
  if (written.every((word) => values.includes(word))) return undefined;
  for (const { 0: word, index } of value.matchAll(/[^\s,]+/g)) {
    if (values.includes(word)) continue;
    const part = { start: index, end: index + word.length };
    return { kind: open === true ? 'unknown' : 'bad', expected: `${oneOf(values)}${suggestion(word, values)}`, part };
  }
  return undefined;
}

function checkNumber(unit: string): Check {
  return (value, { type, decimals, minimum, maximum, values = [] }) => {
    if (values.includes(value)) return undefined;
    const pattern = decimals === true || type === 'number' ? DECIMAL_NUMBER : WHOLE_NUMBER;
    const number = Number(value);
    if (pattern.test(value) && number >= (minimum ?? -EXACT_MAX) && number <= (maximum ?? EXACT_MAX)) return undefined;
    const noun = pattern === WHOLE_NUMBER ? 'whole number' : 'number';
    const alternatives = values.map((word) => `, or "${word}"`).join('');
    const isBeyond = Math.abs(number) > EXACT_MAX;
    return bad(`a ${noun}${unit}${range(minimum, maximum ?? (isBeyond ? EXACT_MAX : undefined))}${alternatives}`);
  };
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, at least ${minimum}`;
  return maximum === undefined ? '' : `, at most ${maximum}`;
}

function oneOf(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  const last = quoted.at(-1) ?? '';
  return quoted.length < 2 ? last : `${quoted.slice(0, -1).join(', ')} or ${last}`;
}

function bad(expected: string): ValueProblem {
  return { kind: 'bad', expected };
}
