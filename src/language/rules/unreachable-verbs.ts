import { grammarOf, ROOT_ROW } from '../grammar.ts';
import type { Rule } from '../rule.ts';

/** The first verb after one that always leaves the document, and speech after the conversation of a Gather. */
export const unreachableVerbs: Rule = {
  rows: ['Response', 'Gather'],
  check: ({ element, elements: children }, report) => {
    if (element.row === ROOT_ROW) {
      const verbs = children.filter((child) => child.row === undefined || grammarOf(child)?.flow !== undefined);
      const at = verbs.findIndex((verb) => grammarOf(verb)?.flow === 'end');
      const [end, next] = at === -1 ? [] : [verbs[at], verbs[at + 1]];
      if (end === undefined || next === undefined) return;
      report('unreachable', next.nameSpan, `<${next.name}> is never reached: <${end.name}> leaves the document`, {
        message: `<${end.name}> is here`,
        span: end.nameSpan,
      });
    }
    if (element.row === 'Gather') {
      const at = children.findIndex((child) => child.row === 'Converse');
      const next = at === -1 ? undefined : children[at + 1];
      if (next === undefined || next.row === 'Converse') return;
      report('unreachable', next.nameSpan, `<${next.name}> after <Converse> is never played; expected it before`);
    }
  },
};
