import type { Span } from '../ast.ts';
import { attribute } from '../attributes.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';
import { ownText } from '../text.ts';

/** Two destinations of one conversation with one name, which is their target where they have no other. */
export const duplicateDestinations: Rule = {
  rows: ['Converse'],
  check: ({ elements }, report) => {
    const firsts = new Map<string, Span>();
    for (const destination of elements.filter((child) => child.row === 'Destination')) {
      const written = attribute(destination, 'name');
      const isNamed = written !== undefined && written.value.trim() !== '';
      const name = isNamed ? written.value.trim() : ownText(destination.children).trim();
      if (name === '') continue;
      const span = isNamed ? written.valueSpan : destination.nameSpan;
      // The model's word for it is compared without its case.
      const key = name.toLowerCase();
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, span);
      else {
        report('duplicate-destination', span, `a second destination named ${quote(name)}`, {
          message: 'the first is here',
          span: first,
        });
      }
    }
  },
};
