import type { Rule } from '../rule.ts';
import { ownText } from '../text.ts';

/** Only telephone numbers, SIP addresses, clients and the like may be rung together. */
const RUNG_TOGETHER: ReadonlySet<string> = new Set(['Number', 'Sip', 'Client', 'Sim', 'WhatsApp']);

/** Dials with targets of two kinds, or with both a target element and text. */
export const conflictingTargets: Rule = {
  rows: ['Dial'],
  check: ({ element, elements }, report) => {
    const targets = elements.filter(({ row }) => row !== undefined && row !== 'Header');
    const [first, ...others] = targets;
    if (first === undefined) return;
    const related = { message: 'the first is here', span: first.nameSpan };
    const conflict = others.find(({ row = '' }) => !(RUNG_TOGETHER.has(row) && RUNG_TOGETHER.has(first.row ?? '')));
    if (conflict !== undefined) {
      report(
        'conflicting-children',
        conflict.nameSpan,
        `<${conflict.name}> beside <${first.name}> in <${element.name}>; expected one target`,
        related,
      );
    } else if (ownText(element.children).trim() !== '') {
      report(
        'conflicting-children',
        first.nameSpan,
        `<${first.name}> beside text in <${element.name}>; expected one target`,
      );
    }
  },
};
