import type { Attribute } from '../ast.ts';
import { attribute } from '../attributes.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';

/** Two parameters of one tool with one name. */
export const duplicateParameters: Rule = {
  rows: ['Tool'],
  check: ({ elements }, report) => {
    const firsts = new Map<string, Attribute>();
    for (const parameter of elements.filter((child) => child.row === 'Parameter')) {
      const name = attribute(parameter, 'name');
      if (name === undefined) continue;
      const first = firsts.get(name.value);
      if (first === undefined) firsts.set(name.value, name);
      else {
        report('duplicate-parameter', name.valueSpan, `a second parameter named ${quote(name.value)}`, {
          message: 'the first is here',
          span: first.valueSpan,
        });
      }
    }
  },
};
