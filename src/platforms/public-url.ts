import type { IncomingHttpHeaders } from 'node:http';
import { headerText } from './message.ts';

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;

/**
 * Scheme, host and port under which the platform reaches us, without a slash at the end: what the operator configured,
 * with its path where a proxy serves us below one, else what a proxy forwarded, else the request's own host. A host that is not one counts as `localhost`.
 */
export function publicUrl(headers: IncomingHttpHeaders, encrypted: boolean, configured?: string): string {
  if (configured !== undefined) return configured.replace(/\/+$/, '');
  const scheme = forwarded(headers, 'x-forwarded-proto') ?? (encrypted ? 'https' : 'http');
  const host = hostOf(headers);
  return `${scheme.toLowerCase() === 'https' ? 'https' : 'http'}://${isHost(host) ? host : 'localhost'}`;
}

/** The host that `publicUrl` replaces by `localhost`, empty where the request has none; undefined when it replaces none. */
export function unusableHost(headers: IncomingHttpHeaders, configured?: string): string | undefined {
  const host = hostOf(headers);
  return configured !== undefined || isHost(host) ? undefined : host;
}

function hostOf(headers: IncomingHttpHeaders): string {
  return forwarded(headers, 'x-forwarded-host') ?? headerText(headers, 'host') ?? '';
}

/** The pattern keeps out what a URL's parser would mend; the parser knows how far ports and addresses go. */
function isHost(text: string): boolean {
  return HOST.test(text) && URL.canParse(`http://${text}`);
}

/** Each proxy on the way appends its own; the first is the one that the platform saw. */
function forwarded(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headerText(headers, name)?.split(',', 1)[0]?.trim();
  return value === undefined || value === '' ? undefined : value;
}
