import { valueOf } from '../attributes.ts';
import type { Element } from '../ast.ts';
import { PROMPT_ROWS } from '../prompt.ts';
import type { Rule } from '../rule.ts';
import { elementsOf, ownText } from '../text.ts';
import { toolNameForModel } from '../tool-name.ts';

/** Tools that neither a description nor a prompt explains, so that the model can choose them by their name only. */
export const toolDescription: Rule = ({ element, parent }, report) => {
  if (element.row !== 'Tool' || elementsOf(element).some((child) => child.row === 'Description')) return;
  if (parent !== undefined && isExplained(valueOf(element, 'name') ?? '', parent)) return;
  report('missing-description', element.nameSpan, `<${element.name}> has no <Description>, and no prompt names it`);
};

/** True when a prompt has the name as a word of its own. */
function isExplained(name: string, conversation: Element): boolean {
  const prompts = elementsOf(conversation).filter((child) => PROMPT_ROWS.has(child.row));
  return [name.trim(), toolNameForModel(name)].some(
    (each) => each !== '' && prompts.some((prompt) => hasWord(ownText(prompt.children), each)),
  );
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
    const around = `${text[at - 1] ?? ' '}${text[at + word.length] ?? ' '}`;
    if (!/[\p{L}\p{N}_]/u.test(around)) return true;
  }
  return false;
}
