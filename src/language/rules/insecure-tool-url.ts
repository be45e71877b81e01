import { attribute } from '../attributes.ts';
import { isPrivateHost } from '../private-host.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';

/** Tools whose arguments would travel unencrypted. Private hosts have a rule of their own. */
export const insecureToolUrl: Rule = {
  rows: ['Tool'],
  check: ({ element, urls }, report) => {
    const url = attribute(element, 'url');
    if (url === undefined) return;
    const resolved = urls.resolve(url.value, { url: 'direct' });
    if (resolved.kind !== 'url') return;
    const { protocol, hostname } = resolved;
    if (protocol !== 'http:' || isPrivateHost(hostname)) return;
    report('insecure-tool-url', url.valueSpan, `the tool's URL is ${quote(url.value)}; expected https`);
  },
};
