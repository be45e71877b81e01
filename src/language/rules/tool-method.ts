import { attribute, valueOf } from '../attributes.ts';
import type { Rule } from '../rule.ts';

/** Tools called with GET: one with a signature can never be verified, and the others are not called yet. */
export const toolMethod: Rule = {
  rows: ['Tool'],
  check: ({ element }, report) => {
    const method = attribute(element, 'method');
    if (method?.value !== 'GET') return;
    const isSigned = attribute(element, 'secret') !== undefined && valueOf(element, 'signature') !== 'none';
    if (isSigned)
      report(
        'signed-get-tool',
        method.valueSpan,
        'a signed tool with method "GET"; expected "POST", which has a body to sign',
      );
    else
      report('not-supported', method.valueSpan, `"method" of <${element.name}> is "GET", which is not supported yet`);
  },
};
