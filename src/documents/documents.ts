// Fetches what a call runs: the agent's own document, a file or a URL, and the stages that it sends the call to. Gives a
// compiled document or the reason that there is none; it never throws, and proves who asks to the agent's own origin alone.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FetchedDocument } from '../call/event.ts';
import type { Stage } from '../call/program.ts';
import type { Parameters, PlatformName } from '../call/request.ts';
import type { HttpClient, HttpOutcome } from '../http/client.ts';
import { headerValue } from '../http/client.ts';
import { decompressed, isWebPage, mediaType } from '../http/content.ts';
import type { Clock, DocumentRequest, Documents } from '../interpret/ports.ts';
import {
  COMPILED_DOCUMENTS_MAX,
  DOCUMENT_CACHE_MAX_BYTES,
  DOCUMENT_FETCH_TIMEOUT_MS,
  DOCUMENT_MAX_BYTES,
  FILE_CHECK_EVERY_MS,
  MAX_DOCUMENT_REDIRECTS,
} from '../limits.ts';
import { bodyOf, signatureHeaders, type SigningKeys } from './as-platform.ts';
import { freshForMs, mayStore } from './caching.ts';
import { createLru } from './lru.ts';
import { formPairs, withPairs, withoutPairs, type FormPair } from '../call/form.ts';

export type DocumentSource = {
  /** A `file:` URL, read again when the file changes, or an https one. */
  readonly source: URL;
  /** How the agent's own document is asked for. Default GET: any web server has it, and caching is HTTP's. */
  readonly method?: 'GET' | 'POST';
  /** A `file:` or https URL of what is run where a document cannot be; no other file is read for a call. */
  readonly fallback?: URL;
  /** With which fetches from the origin of `source` are signed as the platform signs its own. */
  readonly signingKeys?: SigningKeys;
};

export type DocumentsOptions = {
  readonly agents: (name: string) => DocumentSource | undefined;
  readonly client: HttpClient;
  /** Reads and compiles a document; called once per content. `url` is what its relative URLs are relative to. */
  readonly read: (source: Uint8Array, url: string) => FetchedDocument;
  readonly clock: Pick<Clock, 'now'>;
};

export function createDocuments({ agents, client, read, clock }: DocumentsOptions): Documents {
  const compile = compiledOnce(read);
  const files = createFiles(compile, clock);
  const urls = createUrls({ client, clock, compile });

  function locate({ agent, stage }: DocumentRequest): Located {
    const own = agents(agent);
    if (own === undefined) return { kind: 'nowhere', url: '', reason: `there is no agent named "${agent}"` };
    const target = stage ?? { url: own.source.href, method: own.method ?? 'GET' };
    // A document may lead back to its own file; any other file of this machine is none of its business.
    const file = [own.source, own.fallback].find((each) => each?.protocol === 'file:' && each.href === target.url);
    if (file !== undefined) return { kind: 'file', file };
    const protocol = URL.parse(target.url)?.protocol;
    return protocol === 'http:' || protocol === 'https:'
      ? { kind: 'url', stage: target, own }
      : { kind: 'nowhere', url: target.url, reason: 'it is neither an https URL nor the file of the agent' };
  }

  return {
    async fetch(request, signal) {
      const located = locate(request);
      if (located.kind === 'nowhere') return unavailable(located.url, located.reason);
      if (signal.aborted) return unavailable(urlOf(located), 'cancelled');
      if (located.kind === 'file') return files.fetch(located.file);
      const { stage, own } = located;
      const { platform, parameters } = request;
      const sign: Sign = (url, pairs) =>
        new URL(url).origin === own.source.origin ? signatureHeaders(platform, own.signingKeys ?? {}, url, pairs) : {};
      return urls
        .fetch({ stage, platform, parameters, sign }, signal)
        .catch((error: unknown) => unavailable(stage.url, `it cannot be read: ${String(error)}`));
    },
    known(request) {
      const located = locate(request);
      if (located.kind === 'file') return files.known(located.file);
      try {
        return located.kind === 'url' ? urls.known(located.stage, request.parameters) : undefined;
      } catch {
        // What cannot be read is told by `fetch`.
        return undefined;
      }
    },
  };
}

/** Where a document is to be had. */
type Located =
  | { readonly kind: 'file'; readonly file: URL }
  | { readonly kind: 'url'; readonly stage: Stage; readonly own: DocumentSource }
  | { readonly kind: 'nowhere'; readonly url: string; readonly reason: string };

const urlOf = (located: Exclude<Located, { kind: 'nowhere' }>): string =>
  located.kind === 'file' ? located.file.href : located.stage.url;

type Compile = DocumentsOptions['read'];

const unavailable = (url: string, reason: string): FetchedDocument => ({ kind: 'unavailable', url, reason });

/** The same content under the same URL is read once: that is what makes fetching it on every turn affordable. */
function compiledOnce(read: Compile): Compile {
  const compiled = createLru<FetchedDocument>(COMPILED_DOCUMENTS_MAX);
  return (source, url) => {
    const key = `${createHash('sha256').update(source).digest('base64')} ${url}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const document = read(source, url);
    compiled.set(key, document, 1);
    return document;
  };
}

type FileVersion = { readonly version: string; readonly document: FetchedDocument; checkedAtMs: number };

type Look = { readonly document: Promise<FetchedDocument>; readonly beganAtMs: number };

type Files = {
  fetch(source: URL): Promise<FetchedDocument>;
  known(source: URL): FetchedDocument | undefined;
};

function createFiles(compile: Compile, clock: Pick<Clock, 'now'>): Files {
  const versions = new Map<string, FileVersion>();
  /** Looks that are under way: who comes meanwhile waits for them, but not for one that hangs. */
  const looks = new Map<string, Look>();

  function recent({ href }: URL): FetchedDocument | undefined {
    const known = versions.get(href);
    return known !== undefined && clock.now() - known.checkedAtMs < FILE_CHECK_EVERY_MS ? known.document : undefined;
  }

  async function fetch(source: URL): Promise<FetchedDocument> {
    const { href } = source;
    const found = recent(source);
    if (found !== undefined) return found;
    const nowMs = clock.now();
    const underWay = looks.get(href);
    if (underWay !== undefined && nowMs - underWay.beganAtMs < FILE_CHECK_EVERY_MS) return underWay.document;
    const look: Look = { document: lookAt(source), beganAtMs: nowMs };
    looks.set(href, look);
    const document = await look.document;
    if (looks.get(href) === look) looks.delete(href);
    return document;
  }

  async function lookAt(source: URL): Promise<FetchedDocument> {
    const known = versions.get(source.href);
    const nowMs = clock.now();
    try {
      const path = fileURLToPath(source);
      const { mtimeNs, size } = await stat(path, { bigint: true });
      if (size > DOCUMENT_MAX_BYTES) return unavailable(source.href, `it is longer than ${DOCUMENT_MAX_BYTES} bytes`);
      const version = `${mtimeNs} ${size}`;
      if (known?.version === version) {
        known.checkedAtMs = nowMs;
        return known.document;
      }
      const document = compile(await readFile(path), source.href);
      versions.set(source.href, { version, document, checkedAtMs: nowMs });
      return document;
    } catch (error) {
      return unavailable(source.href, error instanceof Error ? error.message : String(error));
    }
  }

  return { fetch, known: recent };
}

type Kept = {
  readonly body: Buffer;
  readonly freshUntilMs: number;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
};

/** Headers that prove to the server at `url` who asks. */
type Sign = (url: string, pairs: readonly FormPair[]) => { readonly [name: string]: string };

type UrlRequest = {
  readonly stage: Stage;
  readonly platform: PlatformName | undefined;
  readonly parameters: Parameters;
  readonly sign: Sign;
};

type UrlFetcherOptions = Pick<DocumentsOptions, 'client' | 'clock'> & { readonly compile: Compile };

type Urls = {
  fetch(request: UrlRequest, signal: AbortSignal): Promise<FetchedDocument>;
  known(stage: Stage, parameters: Parameters): FetchedDocument | undefined;
};

function createUrls({ client, clock, compile }: UrlFetcherOptions): Urls {
  const kept = createLru<Kept>(DOCUMENT_CACHE_MAX_BYTES);

  function keep(url: string, outcome: HttpOutcome & { kind: 'response' }, body: Buffer): void {
    const { headers } = outcome;
    // After a redirect the answer and its validators belong to another URL than the one that will be asked again.
    if (outcome.url !== url || !mayStore(headers)) {
      kept.delete(url);
      return;
    }
    const now = clock.now();
    const entry = {
      body,
      freshUntilMs: now + freshForMs(headers, now),
      etag: headerValue(headers, 'etag'),
      lastModified: headerValue(headers, 'last-modified'),
    };
    if (entry.freshUntilMs > now || entry.etag !== undefined || entry.lastModified !== undefined) {
      kept.set(url, entry, url.length + body.length);
    }
  }

  function recent(stage: Stage, parameters: Parameters): FetchedDocument | undefined {
    if (stage.method !== 'GET') return undefined;
    const known = kept.get(withPairs(stage.url, formPairs(parameters)));
    return known !== undefined && known.freshUntilMs > clock.now()
      ? compile(known.body, withPairs(stage.url, []))
      : undefined;
  }

  async function fetch(request: UrlRequest, signal: AbortSignal): Promise<FetchedDocument> {
    const { stage, platform, parameters, sign } = request;
    const found = recent(stage, parameters);
    if (found !== undefined) return found;
    const own = withPairs(stage.url, []);
    const pairs = formPairs(parameters);
    const isGet = stage.method === 'GET';
    const url = isGet ? withPairs(stage.url, pairs) : own;
    const body = isGet ? undefined : bodyOf(platform, parameters);
    const known = isGet ? kept.get(url) : undefined;
    const outcome = await client.send(
      {
        method: stage.method,
        url,
        headers: {
          accept: 'application/xml, text/xml;q=0.9, */*;q=0.1',
          ...(body === undefined ? conditions(known) : { 'content-type': body.contentType }),
        },
        ...(body === undefined ? {} : { body: body.text }),
        headersFor: (exchange) => sign(exchange.url, exchange.method === 'GET' ? [] : (body?.pairs ?? [])),
        timeoutMs: DOCUMENT_FETCH_TIMEOUT_MS,
        limitBytes: DOCUMENT_MAX_BYTES,
        redirects: MAX_DOCUMENT_REDIRECTS,
      },
      signal,
    );
    if (outcome.kind === 'failed') return unavailable(own, outcome.reason);
    if (outcome.status === 304 && known !== undefined) {
      keep(
        url,
        { ...outcome, headers: { etag: known.etag, 'last-modified': known.lastModified, ...outcome.headers } },
        known.body,
      );
      return compile(known.body, own);
    }
    const encoding = headerValue(outcome.headers, 'content-encoding');
    const decoded = await decompressed(outcome, encoding, DOCUMENT_MAX_BYTES);
    if (decoded === undefined)
      return unavailable(own, `the server answered in the encoding "${encoding}", which cannot be read`);
    const reason = unusable({ ...outcome, ...decoded });
    if (reason !== undefined) return unavailable(own, reason);
    if (isGet) keep(url, outcome, decoded.body);
    return compile(decoded.body, outcome.url === url ? own : withoutPairs(outcome.url, isGet ? pairs : []));
  }

  return { fetch, known: recent };
}

function conditions(known: Kept | undefined): { readonly [name: string]: string } {
  return {
    ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
    ...(known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
  };
}

/** Why an answer is no document; undefined when it may be one and the reader shall say. */
function unusable({ status, headers, body, cut }: HttpOutcome & { kind: 'response' }): string | undefined {
  if (status < 200 || status > 299) return `the server answered ${status}`;
  if (cut) return `it is longer than ${DOCUMENT_MAX_BYTES} bytes`;
  if (isWebPage(body)) return 'the server answered with a web page, not with an XML document';
  const type = mediaType(headerValue(headers, 'content-type'));
  if (/^(text|application)\/xml$|\+xml$/.test(type)) return undefined;
  const start = body
    .subarray(0, 256)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (start.startsWith('<')) return undefined;
  return `the server answered with ${body.length === 0 ? 'nothing' : type || 'something'}, not with an XML document`;
}
