import type { IncomingHttpHeaders } from 'node:http';
import type { Parameters } from '../call/request.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { JsonValue } from '../json.ts';
import type { FormPairs } from '../signatures/twilio.ts';

/** An HTTP request of a platform as plain data. */
export type PlatformHttpRequest = {
  readonly method: string;
  /** Scheme, host and port under which the platform reached us, without a slash at the end: see `publicUrl`. */
  readonly publicUrl: string;
  /** Path and query exactly as they were received. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Why the body was not read; `body` is then empty. */
  readonly unread?: string | undefined;
  /**
   * Unix time at which it arrived. A signature that names its own time is good for five minutes; without this, for none.
   */
  readonly receivedAtMs?: number;
};

/** The session data of Cloudonix, the deepest that a platform sends, has five levels. Whoever walks JSON may recurse so far. */
const JSON_MAX_DEPTH = 32;

/** A request with its body read once, so that what is checked and what is used are the same. */
export type Message = PlatformHttpRequest & {
  /** The full URL that the platform requested. */
  readonly url: string;
  readonly content:
    | { readonly kind: 'form'; readonly pairs: FormPairs }
    | { readonly kind: 'json'; readonly parameters: Parameters }
    | { readonly kind: 'broken'; readonly reason: string };
  readonly query: FormPairs;
};

/** The request with body and query read; a body that cannot be read is a value. An empty body is an empty form. */
export function readMessage(request: PlatformHttpRequest): Message {
  const query = request.path.indexOf('?');
  return {
    ...request,
    url: request.publicUrl + request.path,
    content: readContent(request),
    query: query === -1 ? [] : pairsOf(request.path.slice(query + 1)),
  };
}

function readContent({ headers, body, unread }: PlatformHttpRequest): Message['content'] {
  if (unread !== undefined) return { kind: 'broken', reason: unread };
  const text = body.toString('utf8');
  if (!isJson(headerText(headers, 'content-type'), text)) return { kind: 'form', pairs: pairsOf(text) };
  const parsed = parseJson(text);
  if (!parsed.ok) return { kind: 'broken', reason: `the body is not JSON: ${parsed.reason}` };
  if (!isJsonObject(parsed.value)) return { kind: 'broken', reason: 'the body is JSON but not an object' };
  if (isDeeper(parsed.value, JSON_MAX_DEPTH)) {
    return { kind: 'broken', reason: `the body is JSON of more than ${JSON_MAX_DEPTH} levels` };
  }
  return { kind: 'json', parameters: parsed.value };
}

/** By a callback: an iterator costs more than what it gives. */
function pairsOf(text: string): FormPairs {
  const pairs: (readonly [string, string])[] = [];
  new URLSearchParams(text).forEach((value, name) => pairs.push([name, value]));
  return pairs;
}

/** Looks at one level after the other, because recursion is what too deep a value breaks. */
function isDeeper(value: JsonValue, maxDepth: number): boolean {
  let level: readonly JsonValue[] = [value];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    const containers = level.filter((each) => typeof each === 'object' && each !== null);
    if (containers.length === 0) return false;
    level = containers.flatMap((each) => Object.values(each));
  }
  return true;
}

function isJson(contentType: string | undefined, text: string): boolean {
  if (text.trim() === '') return false;
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType ?? '')) return false;
  return /^application\/([\w.-]+\+)?json\b/i.test(contentType ?? '') || text.trimStart().startsWith('{');
}

/** A header's text; the first where it came more than once. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** True when the body or the query has a parameter of this name. */
export function hasParameter({ content, query }: Message, name: string): boolean {
  if (content.kind === 'json' && Object.hasOwn(content.parameters, name)) return true;
  return [...(content.kind === 'form' ? content.pairs : []), ...query].some(([each]) => each === name);
}

/** The request's URL as logs may have it: on a GET the query holds the caller's number. */
export function loggedUrl({ url }: Message): string {
  return url.split('?', 1)[0] ?? url;
}

/** Parameters from sources of falling precedence: a name counts in the first source that has it. */
export function mergeParameters(
  sources: readonly (readonly (readonly [string, JsonValue])[])[],
): Map<string, JsonValue> {
  const merged = new Map<string, JsonValue>();
  for (const source of sources) {
    if (source.length === 0) continue;
    const earlier = merged.size === 0 ? undefined : new Set(merged.keys());
    for (const [name, value] of source) {
      // No platform has a parameter of this name, and an object with such a key changes its nature when it is copied.
      if (name === '__proto__' || earlier?.has(name) === true) continue;
      const before = merged.get(name);
      merged.set(name, before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]);
    }
  }
  return merged;
}
