import { PROMPT_ROWS } from '../prompt.ts';
import type { Rule } from '../rule.ts';
import { elementsOf } from '../text.ts';

/** Conversations that tell the model nothing. */
export const missingPrompt: Rule = {
  rows: ['Converse'],
  check: ({ element }, report) => {
    if (elementsOf(element).some((child) => PROMPT_ROWS.has(child.row))) return;
    report('missing-prompt', element.nameSpan, `<${element.name}> has no prompt; expected <System> or <User>`);
  },
};
