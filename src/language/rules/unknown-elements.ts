import { grammarOf, nameOfRow, ROOT_ROW } from '../grammar.ts';
import { suggestion } from '../nearest.ts';
import type { Rule } from '../rule.ts';

/** Names that the grammar does not have, except inside another such element. */
export const unknownElements: Rule = {
  rows: 'unknown',
  check: ({ element, parent }, report) => {
    const grammar = parent === undefined ? undefined : grammarOf(parent);
    if (parent === undefined || grammar === undefined) return;
    const near = suggestion(element.name, grammar.children.map(nameOfRow), (name) => `<${name}>`);
    const what = parent.row === ROOT_ROW ? 'verb' : 'element';
    report('unknown-element', element.nameSpan, `unknown ${what} <${element.name}>${near}`);
  },
};
