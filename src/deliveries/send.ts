import type { Delivery } from '../call/delivery.ts';
import { headerValue, type HttpClient, type HttpOutcome } from '../http/client.ts';
import { SIGNATURES } from '../signatures/signatures.ts';

/** A receiver takes a delivery and works on it afterwards; one that needs longer gets it again. */
export const DELIVERY_TIMEOUT_MS = 10_000;
/** The answer is only looked at for its status; a little of it is read so that the connection can be used again. */
const ANSWER_MAX_BYTES = 4 * 1024;
/** A receiver may ask for patience, but not for so much that it is forgotten. */
const LONGEST_PATIENCE_SECONDS = 60 * 60;

export type SendOptions = {
  readonly client: HttpClient;
  /** An agent's secret by name. */
  readonly secrets: (agent: string, name: string) => string | undefined;
  /** Unix time in milliseconds. */
  readonly now: () => number;
};

export type SendOutcome = {
  readonly status: number | null;
  readonly error: string | null;
  /** How long the receiver asked us to stay away. */
  readonly patienceMs?: number;
};

/**
 * Sends a delivery once. Any 2xx answer is a receipt. The id is the delivery's on every attempt and the time is the
 * attempt's own, which is what Standard Webhooks asks for. Never rejects.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function sendDelivery(
  delivery: Delivery,
  { client, secrets, now }: SendOptions,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const { agent, id, body, contentType, method, secret, url } = delivery;
  const timestamp = Math.floor(now() / 1000);
  const signed = secret === undefined ? {} : signature(delivery, secrets(agent, secret), timestamp);
  if (typeof signed === 'string') return { status: null, error: `not sent: its secret "${secret}" ${signed}` };
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), ...signed };
  const outcome = await client.send(
    {
      method,
      url,
      headers: method === 'POST' ? { 'content-type': contentType, ...headers } : headers,
      ...(method === 'POST' && { body }),
      timeoutMs: DELIVERY_TIMEOUT_MS,
      limitBytes: ANSWER_MAX_BYTES,
    },
    signal,
  );
  return readOutcome(outcome);
}

/** The header that signs it, or what is wrong with the secret. */
function signature(
  { id, body }: Delivery,
  secret: string | undefined,
  timestamp: number,
): { readonly [name: string]: string } | string {
  if (secret === undefined) return 'is not configured';
  const signed = SIGNATURES['standard-webhooks'].sign(secret, { id, timestamp, body });
  return signed.kind === 'signed' ? signed.headers : `cannot sign: ${signed.reason}`;
}

function readOutcome(outcome: HttpOutcome): SendOutcome {
  if (outcome.kind === 'failed') return { status: null, error: outcome.reason };
  const { status, headers } = outcome;
  if (status >= 200 && status < 300) return { status, error: null };
  const seconds = Number(headerValue(headers, 'retry-after'));
  return {
    status,
    error: `the receiver answered ${status}`,
    ...(seconds > 0 && { patienceMs: Math.min(seconds, LONGEST_PATIENCE_SECONDS) * 1000 }),
  };
}
