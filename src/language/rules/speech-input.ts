import { attribute, valueOf, words } from '../attributes.ts';
import type { Rule } from '../rule.ts';

/** Conversations in a Gather that listens for keys only. */
export const speechInput: Rule = {
  rows: ['Gather'],
  check: ({ element, elements }, report) => {
    if (!elements.some((child) => child.row === 'Converse')) return;
    const input = valueOf(element, 'input') ?? '';
    // Anything else is a fault of its own.
    if (!words(input).every((word) => word === 'dtmf')) return;
    const span = attribute(element, 'input')?.valueSpan ?? element.nameSpan;
    report(
      'unspeakable-input',
      span,
      `"input" of <${element.name}> is "${input}" and it holds a conversation; expected "speech"`,
    );
  },
};
