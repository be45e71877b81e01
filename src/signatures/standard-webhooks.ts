import { createHmac } from 'node:crypto';
import { equalSignatures } from './equal.ts';
import { isRecent } from './timestamp.ts';

export type WebhookMessage = {
  /** Equal on every attempt: the receiver's key against doing it twice. */
  readonly id: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
  readonly body: string;
};

export type Signed =
  | { readonly kind: 'signed'; readonly headers: { readonly [name: string]: string } }
  /** The secret cannot be a key of this dialect; the reason does not repeat it. */
  | { readonly kind: 'unusable-secret'; readonly reason: string };

export type WebhookHeaders = { readonly id: string; readonly timestamp: string; readonly signature: string };

/**
 * The `webhook-signature` header. The key is the base64-decoded secret, with or without its `whsec_`.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook(secret: string, message: WebhookMessage): Signed {
  const key = webhookKey(secret);
  if (key === undefined) {
    return { kind: 'unusable-secret', reason: 'the secret is not base64, as a Standard Webhooks secret must be' };
  }
  return { kind: 'signed', headers: { 'webhook-signature': `v1,${webhookMac(key, message)}` } };
}

/** True when one of the signatures in the header is ours and the timestamp is within five minutes of `nowSeconds`. */
export function verifyWebhook(secret: string, headers: WebhookHeaders, body: string, nowSeconds: number): boolean {
  const key = webhookKey(secret);
  if (key === undefined || !isRecent(headers.timestamp, nowSeconds)) return false;
  const timestamp = Number(headers.timestamp);
  const expected = `v1,${webhookMac(key, { id: headers.id, timestamp, body })}`;
  // The specification separates by spaces; senders that separate by commas exist, so each `v1,` begins one.
  return headers.signature.split(/[\s,]+(?=v\d)/).some((signature) => equalSignatures(signature.trim(), expected));
}

function webhookMac(key: Buffer, { id, timestamp, body }: WebhookMessage): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
}

function webhookKey(secret: string): Buffer | undefined {
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  // Node decodes what it can and skips the rest, which would be another key than the receiver's.
  if (text === '' || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}
