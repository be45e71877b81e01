import { attribute, checkValue } from '../attributes.ts';
import { attributeGrammar } from '../grammar.ts';
import { PLATFORM_KNOWLEDGE } from '../platforms.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';

/** A `speechTimeout` that the platform refuses although the language takes it. */
export const platformSpeechTimeout: Rule = {
  rows: ['Gather'],
  check: ({ element, platform }, report) => {
    const written = attribute(element, 'speechTimeout');
    const taken = platform === undefined ? undefined : PLATFORM_KNOWLEDGE[platform].speechTimeout;
    const grammar = attributeGrammar(element, 'speechTimeout');
    if (written === undefined || taken === undefined || grammar === undefined) return;
    const { value, valueSpan } = written;
    if (checkValue(value, grammar) !== undefined) return;
    const found = `"speechTimeout" of <${element.name}> is ${quote(value)}`;
    const model = attribute(element, 'speechModel');
    if (value === 'auto') {
      if (taken.noAutoWith === undefined || model === undefined) return;
      const related = { message: 'the model is chosen here', span: model.valueSpan };
      report(
        'platform-value',
        valueSpan,
        `${found}, which ${platform} refuses with some speech models; expected seconds`,
        related,
      );
      return;
    }
    const problem = checkValue(value, { type: 'seconds', values: ['auto'], ...boundsOf(taken) });
    if (problem !== undefined) report('platform-value', valueSpan, `${found}; ${platform} takes ${problem.expected}`);
  },
};

function boundsOf({ minimum, maximum }: { readonly minimum: number; readonly maximum?: number }): {
  readonly minimum: number;
  readonly maximum?: number;
} {
  return maximum === undefined ? { minimum } : { minimum, maximum };
}
