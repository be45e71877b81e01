import { attributeGrammars, isForeignAttribute } from '../grammar.ts';
import { suggestion } from '../nearest.ts';
import type { Rule } from '../rule.ts';

/** Attributes that the grammar does not give to their element. */
export const unknownAttributes: Rule = {
  rows: 'known',
  check: ({ element }, report) => {
    const grammars = attributeGrammars(element);
    for (const { name, nameSpan } of element.attributes) {
      if (grammars.has(name) || isForeignAttribute(name)) continue;
      const near = suggestion(name, grammars.keys());
      report('unknown-attribute', nameSpan, `unknown attribute "${name}" of <${element.name}>${near}`);
    }
  },
};
