import type { ValueGrammar } from '../../grammars/cxml.ts';
import { EXACT_MAX } from './attributes.ts';

/** A simple type of XSD: its name in the schema and its definition. */
export type SimpleType = { readonly name: string; readonly definition: string };

type Write = (grammar: ValueGrammar) => string;

// What XSD 1.0 cannot say is left to the checker: the name `__proto__`, hosts that no URL parser takes, and everything that
// depends on another attribute or element.
const DEFINITIONS: { readonly [T in ValueGrammar['type']]: Write } = {
  string: () => restriction('xs:string'),
  name: () => restriction('xs:string', pattern(String.raw`\S(.*\S)?`)),
  boolean: () => enumeration(['true', 'false']),
  enum: ({ values = [], open }) =>
    open === true ? union([enumeration(values), restriction('xs:string')]) : enumeration(values),
  list: ({ values = [], open }) => {
    const word = open === true ? String.raw`[^\s,]+` : `(${values.map(escapePattern).join('|')})`;
    return restriction('xs:string', pattern(String.raw`[\s,]*${word}([\s,]+${word})*[\s,]*`));
  },
  keys: ({ values: [keys = ''] = [] }) =>
    restriction('xs:string', pattern(`[${Array.from(keys, escapePattern).join('')}]*`)),
  url: ({ url, schemes = ['http', 'https'], silence }) => {
    const absolute = `(${schemes.map(anyCase).join('|')}):/*[^/].*`;
    const relative = '[^:/?#]*([/?#].*)?';
    // Blanks around it are ignored.
    const least = url === 'stage' || silence === true ? [] : ['<xs:minLength value="1"/>'];
    return restriction('xs:token', ...least, pattern(`${absolute}|${relative}`));
  },
  integer: number,
  number,
  seconds: number,
  milliseconds: number,
};

/** The type of the values of a grammar, named after what it takes, so that equal grammars share it. */
export function simpleType(grammar: ValueGrammar): SimpleType {
  const { type, values = [], open, minimum, maximum, decimals, url, schemes = [], silence } = grammar;
  const parts = [
    type,
    ...(url === undefined ? [] : [url]),
    ...schemes,
    ...(silence === true ? ['or-empty'] : []),
    ...(decimals === true ? ['decimal'] : []),
    ...(minimum === undefined ? [] : [`from-${minimum}`]),
    ...(maximum === undefined ? [] : [`to-${maximum}`]),
    ...values,
    ...(open === true ? ['any'] : []),
  ];
  return {
    name: parts.map((part) => part.replaceAll(/[^\w.-]/g, '_')).join('.'),
    definition: DEFINITIONS[type](grammar),
  };
}

/** The type of text that is required: it has something besides blanks. */
export const SOME_TEXT: SimpleType = {
  name: 'text.required',
  definition: restriction('xs:string', pattern(String.raw`[\s\S]*\S[\s\S]*`)),
};

function number({ type, decimals, minimum = -EXACT_MAX, maximum = EXACT_MAX, values = [] }: ValueGrammar): string {
  const hasDecimals = decimals === true || type === 'number';
  const bounded = restriction(
    hasDecimals ? 'xs:decimal' : 'xs:integer',
    pattern(hasDecimals ? String.raw`-?[0-9]+(\.[0-9]+)?` : '-?[0-9]+'),
    `<xs:minInclusive value="${minimum}"/>`,
    `<xs:maxInclusive value="${maximum}"/>`,
  );
  return values.length === 0 ? bounded : union([bounded, enumeration(values)]);
}

function enumeration(values: readonly string[]): string {
  return restriction('xs:string', ...values.map((value) => `<xs:enumeration value="${escapeXml(value)}"/>`));
}

function restriction(base: string, ...facets: readonly string[]): string {
  return `<xs:restriction base="${base}">${facets.join('')}</xs:restriction>`;
}

function union(members: readonly string[]): string {
  return `<xs:union>${members.map((member) => `<xs:simpleType>${member}</xs:simpleType>`).join('')}</xs:union>`;
}

function pattern(value: string): string {
  return `<xs:pattern value="${escapeXml(value)}"/>`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.\\?*+{}()[\]|^$-]/g, String.raw`\$&`).replaceAll(String.raw`\$`, '[$]');
}

/** Patterns of XSD know no flags, and a scheme counts in any case. */
function anyCase(word: string): string {
  return Array.from(word, (letter) => `[${letter}${letter.toUpperCase()}]`).join('');
}

/** Text as it stands in a quoted attribute or between tags. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
