import type { Attribute, Span } from '../ast.ts';
import { attribute, checkValue } from '../attributes.ts';
import { attributeGrammars, requiredAttributes } from '../grammar.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';

/** Attributes that are missing, or whose value does not have its type. */
export const attributeValues: Rule = {
  rows: 'known',
  check: ({ element, urls, text }, report) => {
    const { name: owner } = element;
    for (const name of requiredAttributes(element)) {
      if (attribute(element, name) === undefined)
        report('missing-attribute', element.nameSpan, `<${owner}> has no "${name}" attribute`);
    }
    const grammars = attributeGrammars(element);
    for (const each of element.attributes) {
      const grammar = grammars.get(each.name);
      if (grammar === undefined) continue;
      const { value, valueSpan } = each;
      const problem = checkValue(value, grammar);
      if (problem !== undefined) {
        const code = problem.kind === 'bad' ? 'bad-attribute' : 'unknown-value';
        report(code, partOf(text, each, problem.part), `${describe(each, owner)}; expected ${problem.expected}`);
      }
      // An empty stage is the document's own, and some platforms read silence from it; an empty anything else is a slip.
      if (grammar.type !== 'url' || (grammar.silence === true && value === '')) continue;
      const resolved = urls.resolve(value, grammar);
      if (resolved.kind === 'bad')
        report('bad-attribute', valueSpan, `${describe(each, owner)}; expected ${resolved.expected}`);
      if (resolved.kind === 'relative')
        report(
          'relative-url',
          valueSpan,
          `${describe(each, owner)}, and the document has no URL to resolve it against`,
        );
    }
  },
};

function describe({ name, value }: Attribute, owner: string): string {
  return `"${name}" of <${owner}> is ${quote(value)}`;
}

/** A part of the value as a span, which is exact only where no reference stands in the value. */
function partOf(text: string, { value, valueSpan }: Attribute, part: Span | undefined): Span {
  if (part === undefined || text.slice(valueSpan.start, valueSpan.end) !== value) return valueSpan;
  return { start: valueSpan.start + part.start, end: valueSpan.start + part.end };
}
