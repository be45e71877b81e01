import { ROOT_ROW } from '../grammar.ts';
import type { Rule } from '../rule.ts';

/** A document is one Response. */
export const wrongRoot: Rule = {
  check: ({ element, parent }, report) => {
    if (parent !== undefined || element.row === ROOT_ROW) return;
    report('wrong-root', element.nameSpan, `the document is a <${element.name}>; expected <${ROOT_ROW}>`);
  },
};
