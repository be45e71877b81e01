import type { Span } from '../ast.ts';
import { attribute, checkValue } from '../attributes.ts';
import { grammarOf } from '../grammar.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';
import { ownText, textSpan, trimSpan } from '../text.ts';

/** Text where none may be, missing text, and text that does not have its type. */
export const textContent: Rule = {
  rows: 'known',
  check: ({ element, elements, urls, text }, report) => {
    const grammar = grammarOf(element);
    if (grammar === undefined) return;
    if (grammar.text === undefined) {
      for (const child of element.children) {
        if ((child.kind !== 'text' && child.kind !== 'cdata') || child.value.trim() === '') continue;
        report(
          'stray-text',
          trimSpan(text, child.span),
          `text in <${element.name}>; expected ${expectedIn(grammar.children)}`,
        );
      }
      return;
    }
    const { text: expected } = grammar;
    const { required, unless } = expected;
    const value = ownText(element.children).trim();
    const isExcused = unless !== undefined && attribute(element, unless) !== undefined;
    if (value === '') {
      if (required === true && !isExcused && elements.length === 0) {
        report(
          expected.type === 'url' ? 'bad-text' : 'missing-text',
          element.nameSpan,
          `<${element.name}> has no text`,
        );
      }
      return;
    }
    const span = (): Span => textSpan(text, element);
    const found = (): string => `the text of <${element.name}> is ${quote(value)}`;
    const problem = checkValue(value, expected);
    if (problem !== undefined) report('bad-text', span(), `${found()}; expected ${problem.expected}`);
    if (expected.type !== 'url') return;
    const resolved = urls.resolve(value, expected);
    if (resolved.kind === 'bad') report('bad-text', span(), `${found()}; expected ${resolved.expected}`);
    if (resolved.kind === 'relative')
      report('relative-url', span(), `${found()}, and the document has no URL to resolve it against`);
  },
};

function expectedIn(children: readonly string[]): string {
  return children.length === 0 ? 'nothing' : 'only elements';
}
