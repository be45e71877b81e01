import { attributeGrammar, grammarOf, isForeignAttribute } from '../grammar.ts';
import { suggestion } from '../nearest.ts';
import type { Rule } from '../rule.ts';

/** Attributes that the grammar does not give to their element. */
export const unknownAttributes: Rule = {
  check: ({ element }, report) => {
    const grammar = grammarOf(element);
    if (grammar === undefined) return;
    for (const { name, nameSpan } of element.attributes) {
      if (attributeGrammar(element, name) !== undefined || isForeignAttribute(name)) continue;
      const near = suggestion(name, Object.keys(grammar.attributes));
      report('unknown-attribute', nameSpan, `unknown attribute "${name}" of <${element.name}>${near}`);
    }
  },
};
