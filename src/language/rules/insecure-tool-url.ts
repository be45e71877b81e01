import { attribute } from '../attributes.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';
import { resolveUrl } from '../url.ts';

/** Loopback is where tools are developed. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Tools whose arguments would travel unencrypted. */
export const insecureToolUrl: Rule = ({ element, base }, report) => {
  const url = element.row === 'Tool' ? attribute(element, 'url') : undefined;
  if (url === undefined) return;
  const resolved = resolveUrl(url.value, base, { url: 'direct' });
  if (resolved.kind !== 'url') return;
  const { protocol, hostname } = new URL(resolved.url);
  if (protocol !== 'http:' || LOOPBACK.test(hostname)) return;
  report('insecure-tool-url', url.valueSpan, `the tool's URL is ${quote(url.value)}; expected https`);
};
