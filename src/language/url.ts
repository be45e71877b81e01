import type { ValueGrammar } from '../../grammars/cxml.ts';

/** The URL that a document was fetched from, or undefined for one that was not. */
export type BaseUrl = string | undefined;

const WEB_SCHEMES: readonly string[] = ['http', 'https'];

/** True when relative URLs can be resolved against it: a file or an inline document has no address a platform could reach. */
export function isResolvable(base: BaseUrl): base is string {
  return base !== undefined && URL.canParse(base) && WEB_SCHEMES.includes(schemeOf(new URL(base)));
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
  if (!URL.canParse(value)) {
    if (!isResolvable(base))
      return URL.canParse(value, 'https://example.com/') ? { kind: 'relative' } : { kind: 'bad', expected };
    if (!URL.canParse(value, base)) return { kind: 'bad', expected };
  }
  const url = new URL(value, base);
  // A relative socket URL takes the scheme that goes with the document's.
  if (!URL.canParse(value) && !schemes.includes('https')) url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return schemes.includes(schemeOf(url)) ? { kind: 'url', url: url.href } : { kind: 'bad', expected };
}

function schemeOf({ protocol }: URL): string {
  return protocol.slice(0, -1);
}
