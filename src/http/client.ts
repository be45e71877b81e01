// Requests to addresses that others chose: documents, tools, callbacks. Takes a request, gives a response or the reason
// that there is none; it never throws, never goes past the guard and never holds more of an answer than it was asked to.
import { Agent } from 'undici';
import type { Dispatcher } from 'undici';
import { CONNECT_TIMEOUT_MS, KEEP_ALIVE_MS } from '../limits.ts';
import { RefusedDestination, guardedConnector } from './guard.ts';
import type { GuardOptions } from './guard.ts';

export type HttpHeaders = { readonly [name: string]: string | readonly string[] | undefined };

export type HttpRequest = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  /** Headers of one exchange, asked for again for each redirect: a signature covers the URL, and is for nobody else. */
  readonly headersFor?: (exchange: { readonly method: 'GET' | 'POST'; readonly url: string }) => {
    readonly [name: string]: string;
  };
  /** Milliseconds from the call to the last byte of the answer, redirects included. */
  readonly timeoutMs: number;
  /** Bytes of the answer's body that are kept; the rest is not read. */
  readonly limitBytes: number;
  /** How many redirects are followed, each through the guard. Default 0: a redirect is given back as it is. */
  readonly redirects?: number;
};

/** Nothing of a request that was `refused`, `invalid` or `unreachable` was sent; of any other it may have been. */
export type HttpFailure = 'refused' | 'invalid' | 'unreachable' | 'timeout' | 'broken' | 'cancelled';

export type HttpOutcome =
  | {
      readonly kind: 'response';
      readonly status: number;
      /** Names in lower case. */
      readonly headers: HttpHeaders;
      readonly body: Buffer;
      /** The body was longer than `limitBytes`. */
      readonly cut: boolean;
      /** Where the answer came from, after redirects. */
      readonly url: string;
    }
  | { readonly kind: 'failed'; readonly code: HttpFailure; readonly reason: string };

export interface HttpClient {
  /** Must not throw. An abort ends it as 'cancelled' and closes the connection. */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpOutcome>;
  /** Closes idle connections at once and the others when their exchanges end. */
  close(): Promise<void>;
}

/** The guarded client. One of it serves the whole process, so that connections are kept and used again. */
export function createHttpClient(options: GuardOptions = {}): HttpClient {
  const agent = new Agent({ connect: guardedConnector(options), keepAliveTimeout: KEEP_ALIVE_MS });
  return {
    send: (request, signal) => send(agent, request, signal),
    close: () => agent.close(),
  };
}

/** Connections to destinations that the operator configured, such as a model: any address, http or https. */
export function createOperatorAgent(): Agent {
  const connect = { timeout: CONNECT_TIMEOUT_MS, allowH2: false };
  return new Agent({ connect, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS });
}

/** A single value of a header, whatever its case; the first where it was repeated. */
export function headerValue(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

async function send(agent: Agent, request: HttpRequest, signal: AbortSignal | undefined): Promise<HttpOutcome> {
  const endsAt = performance.now() + request.timeoutMs;
  let hop: Hop = { method: request.method, url: request.url, body: request.body, headers: request.headers ?? {} };
  for (let left = request.redirects ?? 0; ; left -= 1) {
    const timeLeftMs = Math.max(0, endsAt - performance.now());
    const headers = { ...hop.headers, ...request.headersFor?.(hop) };
    const outcome = await exchange(agent, { ...hop, headers }, { ...request, timeLeftMs }, signal);
    if (outcome.kind === 'failed' || request.redirects === undefined || !isRedirect(outcome.status)) return outcome;
    const location = headerValue(outcome.headers, 'location');
    if (location === undefined) return outcome;
    if (left === 0) return failed('broken', `redirected more than ${request.redirects} times`);
    if (!URL.canParse(location, hop.url)) return failed('broken', `redirected to "${location}", which is not a URL`);
    hop = redirected(hop, outcome.status, new URL(location, hop.url).href);
  }
}

type Hop = {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body: string | Uint8Array | undefined;
  readonly headers: { readonly [name: string]: string };
};

const isRedirect = (status: number): boolean => [301, 302, 303, 307, 308].includes(status);

/** As browsers and platforms do: only 307 and 308 keep a POST a POST. */
function redirected(hop: Hop, status: number, url: string): Hop {
  if (hop.method === 'GET' || status === 307 || status === 308) return { ...hop, url };
  const { 'content-type': _, ...headers } = hop.headers;
  return { method: 'GET', url, body: undefined, headers };
}

type ExchangeLimits = { readonly timeLeftMs: number; readonly timeoutMs: number; readonly limitBytes: number };

function exchange(
  agent: Agent,
  hop: Hop,
  limits: ExchangeLimits,
  signal: AbortSignal | undefined,
): Promise<HttpOutcome> {
  const { promise, resolve } = Promise.withResolvers<HttpOutcome>();
  const url = URL.parse(hop.url);
  if (url === null) return Promise.resolve(failed('invalid', `"${hop.url}" is not a URL`));
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return Promise.resolve(failed('invalid', `${url.protocol.slice(0, -1)} is not a protocol that is spoken here`));
  }
  let controller: Dispatcher.DispatchController | undefined;
  let response: { status: number; headers: HttpHeaders } | undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  let settled = false;

  const settle = (outcome: HttpOutcome): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
    resolve(outcome);
  };
  const giveUp = (outcome: HttpOutcome): void => {
    settle(outcome);
    controller?.abort(new Error('given up'));
  };
  const respond = (cut: boolean): HttpOutcome => ({
    kind: 'response',
    status: response?.status ?? 0,
    headers: response?.headers ?? {},
    body: Buffer.concat(chunks).subarray(0, limits.limitBytes),
    cut,
    url: url.href,
  });
  const cancel = (): void => giveUp(failed('cancelled', 'cancelled'));
  const timer = setTimeout(
    () => giveUp(failed('timeout', `timed out after ${limits.timeoutMs / 1000} s`)),
    limits.timeLeftMs,
  );
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted === true) {
    cancel();
    return promise;
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      // Given up while it waited for a connection: it must not be sent any more.
      if (settled) started.abort(new Error('given up'));
    },
    onResponseStart(_, status, headers) {
      // Interim answers (103) come before the real one.
      if (status >= 200) response = { status, headers };
    },
    onResponseData(_, chunk) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limits.limitBytes) giveUp(respond(true));
    },
    onResponseEnd: () => settle(respond(false)),
    onResponseError: (_, error) => settle(failure(error, url)),
  };
  try {
    agent.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: hop.method,
        headers: { 'user-agent': 'colloquy', ...hop.headers },
        body: hop.body ?? null,
      },
      handler,
    );
  } catch (error) {
    settle(failure(error as Error, url));
  }
  return promise;
}

const failed = (code: HttpFailure, reason: string): HttpOutcome => ({ kind: 'failed', code, reason });

/** What the codes of Node, OpenSSL and undici mean to somebody who reads a log. First match wins. */
const FAILURES: readonly (readonly [
  code: RegExp,
  failure: HttpFailure,
  reason: (host: string, name: string) => string,
])[] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'unreachable', (_, name) => `the name ${name} is not known`],
  [/^ECONNREFUSED$/, 'unreachable', (host) => `${host} refuses connections`],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'unreachable', (host) => `${host} cannot be reached`],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'unreachable', (host) => `${host} did not take the connection in time`],
  [
    /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|EPROTO)/,
    'unreachable',
    (host) => `${host} has no valid certificate`,
  ],
  [
    /^(UND_ERR_SOCKET|ECONNRESET|EPIPE|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/,
    'broken',
    () => 'the connection was lost before the answer was complete',
  ],
  [/^(HPE_|HTTPParserError$)/, 'broken', () => 'the answer is not HTTP'],
  [/^UND_ERR_INVALID_ARG$/, 'invalid', () => 'the request is not valid HTTP'],
];

/** One code and one sentence for what went wrong with an exchange. */
export function failure(error: Error, url: URL): HttpOutcome & { readonly kind: 'failed' } {
  if (error instanceof RefusedDestination)
    return { kind: 'failed', code: 'refused', reason: `refused: ${error.message}` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const row = FAILURES.find(([pattern]) => pattern.test(code));
  if (row === undefined) return { kind: 'failed', code: 'broken', reason: error.message };
  return { kind: 'failed', code: row[1], reason: row[2](url.host, url.hostname) };
}
