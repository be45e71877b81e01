import { SAY_MAX_CHARACTERS } from '../../limits.ts';
import type { Element } from '../ast.ts';
import type { Rule } from '../rule.ts';

/** Speech of which the platform reads only the beginning. */
export const longText: Rule = {
  rows: ['Say'],
  check: ({ element }, report) => {
    // The source is never shorter than what it says.
    if (element.span.end - element.span.start <= SAY_MAX_CHARACTERS) return;
    // Layout is not sent, and a character outside the basic plane is one.
    const { length } = Array.from(
      textWithin(element)
        .replaceAll(/[ \t\r\n]+/g, ' ')
        .trim(),
    );
    if (length <= SAY_MAX_CHARACTERS) return;
    report(
      'long-text',
      element.nameSpan,
      `the text of <${element.name}> is ${length} characters long; expected at most ${SAY_MAX_CHARACTERS}`,
    );
  },
};

/** All characters in an element, those of its children too. */
function textWithin({ children }: Element): string {
  return children
    .map((child) => {
      if (child.kind === 'element') return textWithin(child);
      return child.kind === 'text' || child.kind === 'cdata' ? child.value : '';
    })
    .join('');
}
