import type { Element } from '../ast.ts';
import { grammarOf, mayStandIn, parentsOf } from '../grammar.ts';
import type { Rule } from '../rule.ts';

/** Known elements in a place that is not theirs. What we carry out ourselves may not hide in an unknown element either. */
export const nesting: Rule = {
  rows: 'known',
  check: ({ element, parent }, report) => {
    const { row } = element;
    if (parent === undefined || row === undefined || isAllowed(element, row, parent)) return;
    const places = parentsOf(row).map((name) => `<${name}>`);
    const expected = places.length === 0 ? 'it is the document itself' : `expected in ${places.join(' or ')}`;
    report('wrong-nesting', element.nameSpan, `<${element.name}> cannot stand in <${parent.name}>; ${expected}`, {
      message: `<${parent.name}> is opened here`,
      span: parent.nameSpan,
    });
  },
};

function isAllowed(element: Element, row: string, parent: Element): boolean {
  return parent.row === undefined ? grammarOf(element)?.runs !== 'here' : mayStandIn(row, parent.row);
}
