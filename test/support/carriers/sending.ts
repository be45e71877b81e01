import type { Answer, CallFacts, Carrier, Fact, Json, Method, Outgoing, Unsigned } from './carrier.ts';

export type SendOptions = {
  readonly url: string;
  readonly method?: Method;
  /** Tells requests of a call apart; a retry has its first attempt's. */
  readonly serial?: number;
  readonly key?: string;
  readonly atMs?: number;
};

/** A request as the carrier sends it, signed. */
export function requestOf(carrier: Carrier, fact: Fact, call: CallFacts, options: SendOptions): Outgoing {
  const { url, method = 'POST', serial = 0, key = carrier.key, atMs = Date.now() } = options;
  const parameters = carrier.parameters(fact, call);
  const unsigned = encoded(carrier, method, url, parameters, carrier.headers?.(call, serial) ?? {});
  return { ...unsigned, headers: { ...unsigned.headers, ...carrier.sign(unsigned, key, atMs) } };
}

function encoded(
  { encoding }: Carrier,
  method: Method,
  url: string,
  parameters: Json,
  headers: { readonly [name: string]: string },
): Unsigned {
  if (method === 'GET') {
    const target = new URL(url);
    for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, asText(value));
    return { method, url: target.href, parameters: {}, headers, body: '' };
  }
  const body = encoding === 'json' ? JSON.stringify(parameters) : form(parameters);
  const type = encoding === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return { method, url, parameters, headers: { 'Content-Type': type, ...headers }, body };
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const form = (parameters: Json): string =>
  new URLSearchParams(
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, asText(value)])),
  ).toString();

/** Sends a request to where the public URL leads. */
export async function send(
  { method, url, headers, body }: Outgoing,
  publicUrl: string,
  serverUrl: string,
): Promise<Answer> {
  if (!url.startsWith(`${publicUrl}/`)) throw new Error(`${url} does not lead to ${publicUrl}`);
  const startedAtMs = performance.now();
  const response = await fetch(serverUrl + url.slice(publicUrl.length), {
    method,
    headers,
    redirect: 'manual',
    ...(method === 'POST' && { body }),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: text, tookMs: performance.now() - startedAtMs };
}
