// The package's main entry, `import ... from 'colloquy'`: reading applications without running them, serving them, and what
// the servers around them need. The command line is made of the same parts.
import type { FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import { createApp, type App } from './app.ts';
import { readDocument, type ReadDocument } from './compile/read-document.ts';
import type { Config } from './config.ts';
import type { Diagnostic } from './language/diagnostics.ts';
import type { KnownPlatform } from './language/platforms.ts';
import { openStore, type StorePlace } from './store/store.ts';

export { bind, type Bound, type BindingFault } from './compile/bind.ts';
export type { Conversation, Program, Verb } from './call/program.ts';
export type { Parameters } from './call/request.ts';
export type { BoundTool, JsonSchema, ToolDefinition } from './call/tool.ts';
export type { AgentConfig, Config, ModelConfig } from './config.ts';
export { VoiceError, type ErrorCode } from './errors.ts';
export { createHttpClient, type HttpClient, type HttpOutcome, type HttpRequest } from './http/client.ts';
export { isPublicAddress, type GuardOptions } from './http/guard.ts';
export type { Document, Element } from './language/ast.ts';
export { formatDiagnostics, type Diagnostic, type DiagnosticCode } from './language/diagnostics.ts';
export { parse, type Parsed } from './language/parse.ts';
export type { StorePlace } from './store/store.ts';
export { SIGNATURES, type SignatureDialect, type SignatureName } from './signatures/signatures.ts';
export { signTwilio, verifyTwilio, withBodyHash, type FormPairs, type SignedBody } from './signatures/twilio.ts';

export type SourceOptions = {
  /** Where the document is served from, for its relative URLs. Without it, as with a file, they are faults. */
  readonly url?: string;
  /** Adds the faults that the document has on this platform. */
  readonly platform?: KnownPlatform;
};

/**
 * Every fault of a document, in the order of their places: errors, which keep it from running, and warnings. Empty for one
 * without a fault. Spans are UTF-16 offsets; `formatDiagnostics` prints them with line, column and the line itself. Never
 * throws.
 */
export function check(source: string | Uint8Array, options: SourceOptions = {}): readonly Diagnostic[] {
  return compile(source, options).diagnostics;
}

/**
 * What a document runs as: its verbs with absolute URLs, and its tools as JSON Schema; or its faults, if one of them is an
 * error. Never throws.
 */
export function compile(source: string | Uint8Array, { url, platform }: SourceOptions = {}): ReadDocument {
  return readDocument(source, url, { platform });
}

export type ServerOptions = {
  /**
   * Where calls are kept: `{ kind: 'memory' }`, which ends with the process, `{ kind: 'folder', folder }` for one process or
   * `{ kind: 'postgres', url }` for any number of them. Default: memory, because a library makes no folders unasked.
   */
  readonly store?: StorePlace;
  /** Calls are removed from a folder or a server so many days after they were last touched. Default 30. */
  readonly keepDays?: number;
  /** Told of what operators should know. Without one, nothing is logged. */
  readonly logger?: Logger;
};

const DAY_MS = 24 * 60 * 60_000;

/**
 * A server for the applications of `config`, not yet listening: `listen({ port })` starts it; `close()` lets running turns
 * end, then closes every connection. It answers `POST /voice/<agent>`, below it `status` and `fallback` for the platform's
 * callbacks, `GET /healthz` and `GET /readyz`.
 *
 * @throws APPLICATION_UNREADABLE, APPLICATION_INVALID for an application that is a file.
 * @throws STORE_LOCKED, STORE_TOO_NEW, STORE_UNAVAILABLE for a store that cannot be opened.
 */
export async function createServer(
  config: Config,
  { logger = pino({ level: 'silent' }), store: place = { kind: 'memory' }, keepDays = 30 }: ServerOptions = {},
): Promise<FastifyInstance> {
  const onError = (error: unknown): void => logger.error({ err: error }, 'the store could not be swept');
  const store = await openStore(place, { clock: Date, keepForMs: keepDays * DAY_MS, onError });
  let app: App | undefined;
  try {
    const created = createApp(config, { logger, store, storeKind: place.kind });
    app = created;
    await app.checkFiles();
    const server = await app.server();
    server.addHook('onClose', () => created.close());
    return server;
  } catch (error) {
    await (app ?? store).close();
    throw error;
  }
}
