import { attribute, valueOf, words } from '../attributes.ts';
import { PROMPT_ROWS } from '../prompt.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';
import { placeIn } from '../text.ts';

const INSTRUCTION = /\b(?:hang up|hangup|(?:end|terminate|close|disconnect|finish) (?:the|this) call)\b/gi;
/** What turns the words into something else: a prohibition, or something the caller does. */
const NOT_AN_INSTRUCTION =
  /\b(?:not|never|cannot|can['’]t|don['’]t|without|unable|(?:caller|customer|user)s?(?: wants? to)?)\b[^.!?\n]{0,30}$/i;
/** A tool of the author's own that does it. */
const ENDS_THE_CALL = /hang_?up|(?:end|terminate|disconnect|finish)_?(?:the_?)?call/i;

/** Prompts that tell the model to end the call, which it cannot do. */
export const hangupInstruction: Rule = {
  rows: ['Converse'],
  check: ({ element, elements: children, text }, report) => {
    if (words(valueOf(element, 'sessionTools') ?? '').includes('hangup')) return;
    const hasOwn = children.some(
      (child) => child.row === 'Tool' && ENDS_THE_CALL.test(valueOf(child, 'name')?.replaceAll(/\W/g, '_') ?? ''),
    );
    if (hasOwn) return;
    const written = attribute(element, 'sessionTools');
    for (const leaf of children.filter((child) => PROMPT_ROWS.has(child.row)).flatMap((prompt) => prompt.children)) {
      if (leaf.kind !== 'text' && leaf.kind !== 'cdata') continue;
      const match = [...leaf.value.matchAll(INSTRUCTION)].find(
        ({ index }) => !NOT_AN_INSTRUCTION.test(leaf.value.slice(Math.max(0, index - 60), index)),
      );
      if (match === undefined) continue;
      const span = placeIn(text, leaf, match.index, match.index + match[0].length);
      report(
        'hangup-not-offered',
        span,
        `the prompt says ${quote(match[0])}, and "hangup" is not among the sessionTools`,
        written === undefined
          ? { message: `<${element.name}> is opened here`, span: element.nameSpan }
          : { message: 'the session tools are here', span: written.valueSpan },
      );
      return;
    }
  },
};
