import type { PlatformName } from '../../call/request.ts';
import type { Element } from '../ast.ts';
import { cannotMessage, DIALECTS, elementDialect } from '../dialects.ts';
import { grammarOf } from '../grammar.ts';
import type { Rule } from '../rule.ts';

/** An element that the platform cannot carry out, or does without. */
export const platformSupport: Rule = {
  check: ({ element, parent, platform }, report) => {
    if (platform === undefined) return;
    const { name, nameSpan } = element;
    const cannot = cannotOn(platform, element, parent);
    // What stands in such an element is not sent either, and needs no words of its own.
    if (cannot !== undefined && (parent === undefined || cannotOn(platform, parent) === undefined))
      report('platform-support', nameSpan, cannotMessage(name, platform, cannot));
    const leftOut = element.row === undefined ? undefined : elementDialect(platform, element.row).leftOut;
    if (leftOut === 'whole') report('platform-ignores', nameSpan, `<${name}> is not sent to ${platform}`);
    if (leftOut === 'tags')
      report('platform-ignores', nameSpan, `<${name}> is not sent to ${platform}, only what stands in it`);
  },
};

function cannotOn(platform: PlatformName, element: Element, parent?: Element): true | string | undefined {
  if (element.row !== undefined) return elementDialect(platform, element.row).cannot;
  // What we carry out ourselves leaves out what it does not know.
  const isSent = parent !== undefined && grammarOf(parent)?.runs !== 'here';
  return isSent && DIALECTS[platform].format === 'json' ? true : undefined;
}
