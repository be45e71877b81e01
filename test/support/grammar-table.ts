import type { ElementGrammar } from '../../grammars/cxml.ts';

/** A grammar as text that people read: a paragraph for each row, a line for each attribute, everything that is set. */
export function grammarTable(grammar: { readonly [row: string]: ElementGrammar }): string {
  const rows = Object.entries(grammar).map(([row, { summary, attributes, children, text, ...rest }]) =>
    [
      `${row}: ${summary}`,
      `  ${facts(rest)}`,
      ...Object.entries(attributes).map(([name, attribute]) => `  @${name} ${facts(attribute)}`),
      ...(text === undefined ? [] : [`  text ${facts(text)}`]),
      ...(children.length === 0 ? [] : [`  holds ${children.join(' ')}`]),
    ].join('\n'),
  );
  return `${rows.join('\n\n')}\n`;
}

function facts(values: object): string {
  return Object.entries(values)
    .map(([key, value]) => {
      if (value === true) return key;
      return `${key}=${Array.isArray(value) ? value.join('|') : typeof value === 'string' && value === '' ? '""' : String(value)}`;
    })
    .join(', ');
}
