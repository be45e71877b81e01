import { MAX_TOOL_HOPS, TURN_MAX_MS } from '../../limits.ts';
import { attribute, checkValue, valueOf } from '../attributes.ts';
import { attributeGrammar } from '../grammar.ts';
import type { Rule } from '../rule.ts';

/** Conversations whose tools, called one after the other, can take longer than a turn may. */
export const longTimeouts: Rule = {
  rows: ['Converse'],
  check: ({ element, elements }, report) => {
    const timeouts = elements.flatMap((tool) => {
      const grammar = tool.row === 'Tool' ? attributeGrammar(tool, 'timeout') : undefined;
      const value = valueOf(tool, 'timeout') ?? '';
      if (grammar === undefined || checkValue(value, grammar) !== undefined) return [];
      return [{ tool, seconds: Number(value) }];
    });
    // A turn has only so many rounds of tool calls.
    const longest = timeouts.sort((a, b) => b.seconds - a.seconds).slice(0, MAX_TOOL_HOPS);
    const seconds = longest.reduce((sum, each) => sum + each.seconds, 0);
    const [first] = longest;
    if (first === undefined || seconds * 1000 <= TURN_MAX_MS) return;
    // The longest is longer than the default, so it is written.
    const span = attribute(first.tool, 'timeout')?.valueSpan ?? first.tool.nameSpan;
    const total = Number(seconds.toFixed(3));
    report(
      'long-timeouts',
      span,
      `${longest.length} tools of this <${element.name}> can take ${total} seconds one after the other; expected at most ${TURN_MAX_MS / 1000}, the length of a turn`,
    );
  },
};
