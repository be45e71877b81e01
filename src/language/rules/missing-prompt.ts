import { PROMPT_ROWS } from '../prompt.ts';
import type { Rule } from '../rule.ts';

/** Conversations that tell the model nothing. */
export const missingPrompt: Rule = {
  rows: ['Converse'],
  check: ({ element, elements }, report) => {
    if (elements.some((child) => PROMPT_ROWS.has(child.row))) return;
    report('missing-prompt', element.nameSpan, `<${element.name}> has no prompt; expected <System> or <User>`);
  },
};
