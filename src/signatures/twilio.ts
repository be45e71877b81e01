import { createHash, createHmac } from 'node:crypto';
import { equalSignatures } from './equal.ts';
import { candidateUrls } from './urls.ts';

/** A form as sent: names with their values, repetitions and order kept. */
export type FormPairs = readonly (readonly [name: string, value: string])[];

/** What of a request a signature covers besides its URL. `raw` is a body that is not a form. */
export type SignedBody =
  | { readonly kind: 'form'; readonly pairs: FormPairs }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array };

/**
 * The `X-Twilio-Signature` of a request to `url` with this form; a GET has none.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function signTwilio(authToken: string, url: string, pairs: FormPairs = []): string {
  return createHmac('sha1', authToken)
    .update(url + signedForm(pairs))
    .digest('base64');
}

/** `url` as a request with a body that is not a form has to be addressed, so that its signature covers the body. */
export function withBodyHash(url: string, body: Uint8Array): string {
  const [base = '', fragment] = url.split('#', 2);
  const signed = `${base}${base.includes('?') ? '&' : '?'}bodySHA256=${sha256(body)}`;
  return fragment === undefined ? signed : `${signed}#${fragment}`;
}

/**
 * True when `signature` is Twilio's for this request. The URL counts with and without its port and with its query
 * re-encoded, as Twilio's own library allows. A body that is not a form is only covered by its hash in the URL: without
 * one it is not verified, however right the signature of the URL is.
 */
export function verifyTwilio(authToken: string, signature: string, url: string, body: SignedBody): boolean {
  const hash = bodyHash(url);
  const covered = body.kind === 'form' ? signedForm(body.pairs) : '';
  if (hash === undefined && body.kind === 'raw' && body.bytes.length > 0) return false;
  if (hash !== undefined && body.kind === 'raw' && !equalSignatures(hash, sha256(body.bytes))) return false;
  const isOf = (candidate: string): boolean =>
    equalSignatures(
      signature,
      createHmac('sha1', authToken)
        .update(candidate + covered)
        .digest('base64'),
    );
  // As it came is how it was nearly always signed; which form of a URL is right is no secret.
  return isOf(url) || [...candidateUrls(url)].some(isOf);
}

/** Sorted by name; each name's values once each and sorted; nothing in between. */
function signedForm(pairs: FormPairs): string {
  const sorted = pairs.toSorted((left, right) => compare(left[0], right[0]) || compare(left[1], right[1]));
  let covered = '';
  let before: FormPairs[number] | undefined;
  for (const pair of sorted) {
    if (pair[0] !== before?.[0] || pair[1] !== before[1]) covered += pair[0] + pair[1];
    before = pair;
  }
  return covered;
}

/** By UTF-16 code units, as a sort without a comparison does. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function bodyHash(url: string): string | undefined {
  return /[?&]bodySHA256=([0-9a-f]{64})(?:[&#]|$)/i.exec(url)?.[1]?.toLowerCase();
}

const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');
