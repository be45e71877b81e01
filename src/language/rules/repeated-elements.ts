import type { Element } from '../ast.ts';
import { grammarOf, rowsWhere } from '../grammar.ts';
import type { Rule } from '../rule.ts';

/** Children that may stand once and stand again. */
export const repeatedElements: Rule = {
  rows: rowsWhere(({ once }) => once !== undefined),
  check: ({ element, elements }, report) => {
    const once = grammarOf(element)?.once ?? [];
    const firsts = new Map<string, Element>();
    for (const child of elements) {
      if (child.row === undefined || !once.includes(child.row)) continue;
      const first = firsts.get(child.row);
      if (first === undefined) firsts.set(child.row, child);
      else {
        report('repeated-element', child.nameSpan, `a second <${child.name}> in <${element.name}>; expected one`, {
          message: 'the first is here',
          span: first.nameSpan,
        });
      }
    }
  },
};
