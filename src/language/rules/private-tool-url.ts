import { attribute } from '../attributes.ts';
import { isPrivateHost } from '../private-host.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';

/** Tools on a host that nobody outside can reach. Names that resolve to such a host are found when they are dialled. */
export const privateToolUrl: Rule = {
  rows: ['Tool'],
  check: ({ element, urls }, report) => {
    const url = attribute(element, 'url');
    if (url === undefined) return;
    const resolved = urls.resolve(url.value, { url: 'direct' });
    if (resolved.kind !== 'url') return;
    const { hostname } = resolved;
    if (isPrivateHost(hostname))
      report(
        'private-tool-url',
        url.valueSpan,
        `the tool's URL is ${quote(url.value)}, on the private host ${hostname}`,
      );
  },
};
