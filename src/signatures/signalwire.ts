import { createHmac } from 'node:crypto';
import { equalSignatures } from './equal.ts';
import { candidateUrls } from './urls.ts';

/**
 * True when the signature is SignalWire's for a request to `url` with exactly this body: HMAC-SHA256, or HMAC-SHA1 where it
 * is the older header, of both, in hexadecimal. The URL counts in the forms in which Twilio's does. Forms are signed as
 * Twilio signs them.
 *
 * @see https://developer.signalwire.com/compatibility-api/guides/webhooks/webhook-security
 */
export function verifySignalWireBody(
  algorithm: 'sha1' | 'sha256',
  signingKey: string,
  signature: string,
  url: string,
  body: Uint8Array,
): boolean {
  let matches = false;
  for (const candidate of candidateUrls(url)) {
    const expected = createHmac(algorithm, signingKey).update(candidate).update(body).digest('hex');
    // No way out on the first match: the time must not tell which form of the URL is right.
    if (equalSignatures(signature.toLowerCase(), expected)) matches = true;
  }
  return matches;
}
