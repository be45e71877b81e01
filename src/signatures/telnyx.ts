import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { isRecent } from './timestamp.ts';

/** 32 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{43}=$/;

/**
 * True when the signature is Telnyx's over `timestamp|body`, and the timestamp is within five minutes of `nowSeconds`. False
 * for a key that is not one.
 *
 * @see https://developers.telnyx.com/development/api-fundamentals/webhooks/receiving-webhooks
 */
export function verifyTelnyx(
  publicKey: string,
  { timestamp, signature }: { readonly timestamp: string; readonly signature: string },
  body: Uint8Array,
  nowSeconds: number,
): boolean {
  const key = telnyxKey(publicKey);
  if (key === undefined || !isRecent(timestamp, nowSeconds)) return false;
  return verify(null, Buffer.concat([Buffer.from(`${timestamp}|`), body]), key, Buffer.from(signature, 'base64'));
}

/** The key in an account's settings, 32 bytes in base64; undefined for anything else. */
export function telnyxKey(publicKey: string): KeyObject | undefined {
  if (!KEY.test(publicKey)) return undefined;
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
}
