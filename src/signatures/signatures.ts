import { signWebhook, verifyWebhook } from './standard-webhooks.ts';
import type { Signed, WebhookHeaders, WebhookMessage } from './standard-webhooks.ts';

/** A dialect in which requests to tools and callbacks are signed. */
export type SignatureDialect = {
  /** The headers that the signature adds, or why the secret cannot sign. */
  readonly sign: (secret: string, message: WebhookMessage) => Signed;
  /** True when one of the signatures was made with this secret and the timestamp is near `nowSeconds`. */
  readonly verify: (secret: string, headers: WebhookHeaders, body: string, nowSeconds: number) => boolean;
};

/** Every dialect by the name that a document gives it. Each derives its key in its own way; none shares another's. */
export const SIGNATURES = {
  'standard-webhooks': { sign: signWebhook, verify: verifyWebhook },
} as const satisfies Record<string, SignatureDialect>;

export type SignatureName = keyof typeof SIGNATURES;
