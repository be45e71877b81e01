import type { Rule } from '../rule.ts';
import { elementsOf } from '../text.ts';

const PROMPTS: ReadonlySet<string | undefined> = new Set(['System', 'User', 'Assistant']);

/** Conversations that tell the model nothing. */
export const missingPrompt: Rule = ({ element }, report) => {
  if (element.row !== 'Converse' || elementsOf(element).some((child) => PROMPTS.has(child.row))) return;
  report('missing-prompt', element.nameSpan, `<${element.name}> has no prompt; expected <System> or <User>`);
};
