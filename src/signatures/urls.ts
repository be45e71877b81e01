import { parse, stringify } from 'node:querystring';

/**
 * The forms of one URL that a platform may have signed: with and without its port, as it came, and as `new URL` and the old
 * query encoder write it.
 */
export function candidateUrls(url: string): ReadonlySet<string> {
  const written = URL.canParse(url) ? [url, new URL(url).href] : [url];
  const ported = written.flatMap((form) => [withoutPort(form), withPort(form)]);
  return new Set([...ported, ...ported.map(withLegacyQuery)]);
}

/** Scheme, user, host, port and rest, by text: a parsed URL would not give back the characters that were signed. */
const URL_PARTS = /^([a-z][a-z0-9+.-]*:\/\/)((?:[^/?#]*@)?)(\[[^\]]*\]|[^:/?#]*)(:\d*)?([^]*)$/i;

function withoutPort(url: string): string {
  return url.replace(URL_PARTS, (_, scheme, user, host, _port, rest) => scheme + user + host + rest);
}

function withPort(url: string): string {
  return url.replace(URL_PARTS, (whole, scheme: string, user, host, port, rest) => {
    if (port !== undefined) return whole;
    return `${scheme}${user}${host}${/^(https|wss):/i.test(scheme) ? ':443' : ':80'}${rest}`;
  });
}

function withLegacyQuery(url: string): string {
  const start = url.indexOf('?');
  return start === -1 || start === url.length - 1
    ? url
    : `${url.slice(0, start)}?${stringify(parse(url.slice(start + 1)))}`;
}
