import type { Parameters } from './request.ts';
import type { JsonValue } from '../json.ts';

export type FormPair = readonly [name: string, value: string];

/** A call request's parameters as a platform puts them in a form or a query; a null is not there. */
export function formPairs(parameters: Parameters): readonly FormPair[] {
  return Object.entries(parameters).flatMap(([name, value]) =>
    (Array.isArray(value) ? (value as readonly JsonValue[]) : [value])
      .filter((item) => item !== null)
      .map((item): FormPair => [name, typeof item === 'object' ? JSON.stringify(item) : String(item)]),
  );
}

/** The URL with these pairs behind its own query, and without its fragment, which no server sees. */
export function withPairs(url: string, pairs: readonly FormPair[]): string {
  const [base = ''] = url.split('#', 1);
  if (pairs.length === 0) return new URL(base).href;
  return new URL(`${base}${base.includes('?') ? '&' : '?'}${encodeForm(pairs)}`).href;
}

/** The pairs as `application/x-www-form-urlencoded` text. */
export function encodeForm(pairs: readonly FormPair[]): string {
  const form = new URLSearchParams();
  for (const [name, value] of pairs) form.append(name, value);
  return form.toString();
}

/**
 * The URL without these pairs: servers that redirect often hand the query on, and a document's own URL must not differ from
 * turn to turn.
 */
export function withoutPairs(url: string, pairs: readonly FormPair[]): string {
  const bare = new URL(url);
  const before = bare.searchParams.size;
  for (const [name, value] of pairs) bare.searchParams.delete(name, value);
  return bare.searchParams.size === before ? url : bare.href;
}
