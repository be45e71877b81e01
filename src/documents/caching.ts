import type { HttpHeaders } from '../http/client.ts';
import { headerValue } from '../http/client.ts';

/**
 * True when an answer to a GET may be kept and used for other calls: we are a shared cache.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-3
 */
export function mayStore(headers: HttpHeaders): boolean {
  const directives = cacheControl(headers);
  return !directives.has('no-store') && !directives.has('private') && headerValue(headers, 'vary')?.trim() !== '*';
}

/**
 * For how many milliseconds from `nowMs` an answer is fresh; 0 for one that has to be asked for again. Only what the server
 * says counts: guessing a lifetime would keep an author's old document alive.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9111#section-4.2
 */
export function freshForMs(headers: HttpHeaders, nowMs: number): number {
  const directives = cacheControl(headers);
  if (directives.has('no-cache')) return 0;
  const lifetime = directives.get('s-maxage') ?? directives.get('max-age');
  const ageMs = Number(headerValue(headers, 'age') ?? 0) * 1000 || 0;
  if (lifetime !== undefined) return /^\d+$/.test(lifetime) ? Math.max(0, Number(lifetime) * 1000 - ageMs) : 0;
  const expiresMs = Date.parse(headerValue(headers, 'expires') ?? '');
  const dateMs = Date.parse(headerValue(headers, 'date') ?? '');
  return Number.isNaN(expiresMs) ? 0 : Math.max(0, expiresMs - (Number.isNaN(dateMs) ? nowMs : dateMs) - ageMs);
}

function cacheControl(headers: HttpHeaders): ReadonlyMap<string, string> {
  const lines = headers['cache-control'];
  const text = typeof lines === 'string' || lines === undefined ? (lines ?? '') : lines.join(',');
  return new Map(
    text
      .split(',')
      .map((directive) => directive.trim().split('='))
      .map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim().replace(/^"|"$/g, '')]),
  );
}
