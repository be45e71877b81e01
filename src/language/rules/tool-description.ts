import { valueOf } from '../attributes.ts';
import { PROMPT_ROWS } from '../prompt.ts';
import type { Rule } from '../rule.ts';
import { elementsOf, ownText } from '../text.ts';
import { toolNameForModel } from '../tool-name.ts';

/** A run of the characters that names for models have. */
const NAMES = /[\p{L}\p{N}_-]+/gu;

/** Tools that neither a description nor a prompt explains, so that the model can choose them by their name only. */
export const toolDescription: Rule = {
  rows: ['Converse'],
  check: ({ elements: children }, report) => {
    const undescribed = children.filter(
      (child) => child.row === 'Tool' && !elementsOf(child).some(({ row }) => row === 'Description'),
    );
    if (undescribed.length === 0) return;
    const prompts = children.filter((child) => PROMPT_ROWS.has(child.row)).map((prompt) => ownText(prompt.children));
    const explained = new Set(prompts.flatMap((prompt) => prompt.match(NAMES) ?? []));
    for (const tool of undescribed) {
      if (explained.has(toolNameForModel(valueOf(tool, 'name') ?? ''))) continue;
      report('missing-description', tool.nameSpan, `<${tool.name}> has no <Description>, and no prompt names it`);
    }
  },
};
