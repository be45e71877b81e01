import type { ValueGrammar } from '../../grammars/cxml.ts';
import { resolvePlainUrl } from './plain-url.ts';

/** The URL that a document was fetched from, or undefined for one that was not. */
export type BaseUrl = string | undefined;

const WEB_SCHEMES: readonly string[] = ['http', 'https'];
const WEB_URL = /^https?:/i;
/** What a URL parser takes for an absolute one. */
const SCHEME = /^[\0- ]*[A-Za-z][A-Za-z0-9+.\-\t\r\n]*:/;

/** True when relative URLs can be resolved against it: a file or an inline document has no address a platform could reach. */
export function isResolvable(base: BaseUrl): base is string {
  return base !== undefined && WEB_URL.test(base) && URL.canParse(base);
}

type UrlGrammar = Pick<ValueGrammar, 'url' | 'schemes'>;

export type ResolvedUrl =
  | { readonly kind: 'url'; readonly url: string; readonly hostname: string; readonly protocol: string }
  /** It is relative, and there is nothing to resolve it against. */
  | { readonly kind: 'relative' }
  | { readonly kind: 'bad'; readonly expected: string };

/** The URLs of one document: each is resolved once, however many rules and verbs ask what it stands for. */
export type Urls = {
  readonly base: BaseUrl;
  readonly resolve: (written: string, grammar: UrlGrammar) => ResolvedUrl;
};

/** The URLs of a document that was fetched from `base`. */
export function urlsOf(base: BaseUrl): Urls {
  const known = new Map<string, ResolvedUrl>();
  return {
    base,
    resolve: (written, grammar) => {
      const before = known.get(written);
      if (before !== undefined && grammar.schemes === undefined) return before;
      const resolved = resolveUrl(written, base, grammar);
      // What a blank one or one of other schemes stands for depends on the place, too.
      if (grammar.schemes === undefined && written.trim() !== '') known.set(written, resolved);
      return resolved;
    },
  };
}

/** The absolute URL that `written` stands for in a document with this base. An empty stage is the document itself. */
export function resolveUrl(
  written: string,
  base: BaseUrl,
  { url: kind, schemes = WEB_SCHEMES }: UrlGrammar,
): ResolvedUrl {
  const value = written.trim();
  if (value === '' && kind === 'stage') return { kind: 'url', url: base ?? '', hostname: '', protocol: '' };
  const bad = (): ResolvedUrl => ({ kind: 'bad', expected: `a URL of the scheme ${schemes.join(' or ')}` });
  if (value === '') return bad();
  const plain = schemes === WEB_SCHEMES ? resolvePlainUrl(value, base) : undefined;
  if (plain !== undefined) return plain;
  const isAbsolute = SCHEME.test(value);
  const isRelativeToUs = !isAbsolute && base !== undefined && WEB_URL.test(base);
  const resolved = isAbsolute ? URL.parse(value) : URL.parse(value, isRelativeToUs ? base : 'https://example.com/');
  if (resolved === null) return isRelativeToUs && !isResolvable(base) ? { kind: 'relative' } : bad();
  if (isAbsolute) return schemes.includes(resolved.protocol.slice(0, -1)) ? found(resolved) : bad();
  if (!isRelativeToUs) return { kind: 'relative' };
  // A relative socket URL takes the scheme that goes with the document's.
  if (!schemes.includes('https')) resolved.protocol = resolved.protocol === 'https:' ? 'wss:' : 'ws:';
  return found(resolved);
}

function found({ href, hostname, protocol }: URL): ResolvedUrl {
  return { kind: 'url', url: href, hostname, protocol };
}
