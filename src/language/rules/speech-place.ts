import type { Rule } from '../rule.ts';

/** Conversations inside Gather that do not hear the caller, or whose Speech is not last; Speech where nobody listens. */
export const speechPlace: Rule = {
  rows: ['Converse'],
  check: ({ element, elements, parent }, report) => {
    const children = elements.filter((child) => child.row !== undefined);
    const speech = children.find((child) => child.row === 'Speech');
    const isHeard = parent?.row === 'Gather';
    if (speech === undefined) {
      if (isHeard) report('missing-speech', element.nameSpan, `<${element.name}> in <Gather> has no <Speech/>`);
      return;
    }
    if (!isHeard) report('misplaced-speech', speech.nameSpan, '<Speech/> outside <Gather> has nothing to stand for');
    else if (children.at(-1) !== speech)
      report('misplaced-speech', speech.nameSpan, '<Speech/> is not the last child; expected it at the end');
  },
};
