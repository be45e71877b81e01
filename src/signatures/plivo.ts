import { createHmac } from 'node:crypto';
import { equalSignatures } from './equal.ts';
import type { FormPairs } from './twilio.ts';
import { candidateUrls } from './urls.ts';

/** What of a request its signature covers. */
export type PlivoRequest = {
  readonly method: string;
  readonly url: string;
  /** Of the body; empty for a GET. */
  readonly pairs: FormPairs;
  readonly nonce: string;
};

/** Version 3 of Plivo's signature of this request. */
export function signPlivoV3(authToken: string, request: PlivoRequest): string {
  return macOf(authToken, `${signedText(request)}.${request.nonce}`);
}

/**
 * True when one of the signatures, parted by commas, is version 3 of Plivo's for this request. The URL counts with and
 * without its port.
 *
 * @see https://www.plivo.com/docs/voice/concepts/signature-validation
 */
export function verifyPlivoV3(authToken: string, signatures: string, request: PlivoRequest): boolean {
  const given = signatures.split(',').map((signature) => signature.trim());
  return matchesAny(given, request.url, (url) => signPlivoV3(authToken, { ...request, url }));
}

/** True when the signature is version 2 of Plivo's: of the URL without its query, and the nonce. */
export function verifyPlivoV2(authToken: string, signature: string, { url, nonce }: PlivoRequest): boolean {
  return matchesAny([signature], url, (candidate) => macOf(authToken, baseOf(candidate) + nonce));
}

function matchesAny(given: readonly string[], url: string, sign: (candidate: string) => string): boolean {
  let matches = false;
  for (const candidate of candidateUrls(url)) {
    const expected = sign(candidate);
    // No way out on the first match: the time must not tell which of them is right.
    for (const signature of given) if (equalSignatures(signature, expected)) matches = true;
  }
  return matches;
}

function macOf(authToken: string, text: string): string {
  return createHmac('sha256', authToken).update(text).digest('base64');
}

/** A GET has its parameters in the query; a POST has them after the query, which is set off by a full stop if there is one. */
function signedText({ method, url, pairs }: PlivoRequest): string {
  const isPost = method === 'POST' && pairs.length > 0;
  const inQuery = sortedPairs([...queryOf(url), ...(isPost ? [] : pairs)])
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const base = baseOf(url);
  if (!isPost) return inQuery === '' ? base : `${base}?${inQuery}`;
  const inBody = sortedPairs(pairs)
    .map((pair) => pair.join(''))
    .join('');
  return `${base}?${inQuery}${inQuery === '' ? '' : '.'}${inBody}`;
}

/** By name, then by value; a pair that comes twice stays twice. */
function sortedPairs(pairs: FormPairs): FormPairs {
  return pairs.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

function baseOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? url;
}

function queryOf(url: string): FormPairs {
  const start = url.indexOf('?');
  return start === -1 ? [] : [...new URLSearchParams(url.slice(start + 1).split('#', 1)[0])];
}
