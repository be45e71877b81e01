import { attributeGrammar, grammarOf, rowsWhere } from '../grammar.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';

/** What the language has and this version does not carry out: leaving it out silently would be worse than refusing it. */
export const planned: Rule = {
  rows: rowsWhere(
    ({ planned, attributes }) =>
      planned === true || Object.values(attributes).some((each) => each.planned !== undefined),
  ),
  check: ({ element }, report) => {
    if (grammarOf(element)?.planned === true)
      report('not-supported', element.nameSpan, `<${element.name}> is not supported yet`);
    for (const { name, value, nameSpan, valueSpan } of element.attributes) {
      const missing = attributeGrammar(element, name)?.planned;
      if (missing === true) report('not-supported', nameSpan, `"${name}" of <${element.name}> is not supported yet`);
      else if (missing?.includes(value) === true)
        report(
          'not-supported',
          valueSpan,
          `"${name}" of <${element.name}> is ${quote(value)}, which is not supported yet`,
        );
    }
  },
};
