import type { Rule } from '../rule.ts';
import { elementsOf } from '../text.ts';

/** Tools that the model can choose by their name only. */
export const toolDescription: Rule = ({ element }, report) => {
  if (element.row !== 'Tool' || elementsOf(element).some((child) => child.row === 'Description')) return;
  report('missing-description', element.nameSpan, `<${element.name}> has no <Description>`);
};
