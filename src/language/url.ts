import type { ValueGrammar } from '../../grammars/cxml.ts';

/** The URL that a document was fetched from, or undefined for one that was not. */
export type BaseUrl = string | undefined;

const WEB_SCHEMES: readonly string[] = ['http', 'https'];

/** True when relative URLs can be resolved against it: a file or an inline document has no address a platform could reach. */
export function isResolvable(base: BaseUrl): base is string {
  const url = base === undefined ? null : URL.parse(base);
  return url !== null && WEB_SCHEMES.includes(schemeOf(url));
}

type UrlGrammar = Pick<ValueGrammar, 'url' | 'schemes'>;

export type ResolvedUrl =
  | { readonly kind: 'url'; readonly url: string }
  /** It is relative, and there is nothing to resolve it against. */
  | { readonly kind: 'relative' }
  | { readonly kind: 'bad'; readonly expected: string };

/** The absolute URL that `written` stands for in a document with this base. An empty stage is the document itself. */
export function resolveUrl(
  written: string,
  base: BaseUrl,
  { url: kind, schemes = WEB_SCHEMES }: UrlGrammar,
): ResolvedUrl {
  const value = written.trim();
  if (value === '' && kind === 'stage') return { kind: 'url', url: base ?? '' };
  const expected = `a URL of the scheme ${schemes.join(' or ')}`;
  if (value === '') return { kind: 'bad', expected };
  const absolute = URL.parse(value);
  if (absolute !== null)
    return schemes.includes(schemeOf(absolute)) ? { kind: 'url', url: absolute.href } : { kind: 'bad', expected };
  const resolved = URL.parse(value, isResolvable(base) ? base : 'https://example.com/');
  if (resolved === null) return { kind: 'bad', expected };
  if (!isResolvable(base)) return { kind: 'relative' };
  // A relative socket URL takes the scheme that goes with the document's.
  if (!schemes.includes('https')) resolved.protocol = resolved.protocol === 'https:' ? 'wss:' : 'ws:';
  return { kind: 'url', url: resolved.href };
}

function schemeOf({ protocol }: URL): string {
  return protocol.slice(0, -1);
}
