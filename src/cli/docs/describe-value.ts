import type { ValueGrammar } from '../../../grammars/cxml.ts';

/** One row per value type. */
const VALUES: { readonly [T in ValueGrammar['type']]: (grammar: ValueGrammar) => string } = {
  string: () => 'text',
  name: () => 'a name',
  url: ({ url, schemes = [], silence }) =>
    `${url === 'stage' ? 'stage URL' : 'URL'}${schemes.length === 0 ? '' : ` (${schemes.join(' or ')})`}${silence === true ? ', or empty for silence' : ''}`,
  boolean: () => '`true` or `false`',
  enum: ({ values = [] }) => `one of ${codes(values)}`,
  list: ({ values = [] }) => `words out of ${codes(values)}`,
  keys: ({ values: [keys = ''] = [] }) => `keys out of \`${keys}\``,
  integer: (grammar) => numberOf('whole number', grammar),
  number: (grammar) => numberOf('number', grammar),
  seconds: (grammar) => numberOf('seconds', grammar),
  milliseconds: (grammar) => numberOf('milliseconds', grammar),
};

/** What may be written, in words. */
export function describeValue(grammar: ValueGrammar): string {
  return VALUES[grammar.type](grammar);
}

function numberOf(unit: string, { minimum, maximum, decimals, values = [] }: ValueGrammar): string {
  return [
    `${unit}${decimals === true ? ', decimals allowed' : ''}`,
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
    ...(values.length === 0 ? [] : [`or ${codes(values)}`]),
  ].join(', ');
}

/** Words as code, parted by commas. */
export function codes(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}
