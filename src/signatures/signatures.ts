import { signWebhook } from './standard-webhooks.ts';
import type { Signed, WebhookMessage } from './standard-webhooks.ts';

/** A dialect in which a request to a tool is signed: the headers that it adds, from the tool's secret. */
export type SignatureDialect = (secret: string, message: WebhookMessage) => Signed;

/** Every dialect by the name that a document gives it. Each derives its key in its own way; none shares another's. */
export const SIGNATURES = {
  'standard-webhooks': signWebhook,
} as const satisfies Record<string, SignatureDialect>;

export type SignatureName = keyof typeof SIGNATURES;
