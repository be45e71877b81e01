// The composition root: configuration in, a running interpreter with its adapters out. The only file that knows them all.
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { CallEvent, FetchedDocument } from './call/event.ts';
import { formatDiagnostics } from './language/diagnostics.ts';
import { readDocument } from './compile/read-document.ts';
import type { Config } from './config.ts';
import { VoiceError } from './errors.ts';
import { createDocuments } from './documents/documents.ts';
import { createHttpClient } from './http/client.ts';
import { createCalls, type Calls } from './interpret/calls.ts';
import type { Settings } from './interpret/decision.ts';
import { ENGLISH } from './interpret/lines.ts';
import type { Observe } from './interpret/live-call.ts';
import type { CallLog, Clock } from './interpret/ports.ts';
import { createModels } from './model/providers.ts';
import { createResilientModel } from './model/resilient.ts';
import { createRecorder } from './replay/recorder.ts';
import { createServer } from './server/server.ts';
import { createMemoryCallLog } from './store/memory.ts';
import { createWebhookTools } from './tools/webhook.ts';
import { createDocumentSink } from './transports/document.ts';

/** What an agent says and does where its document is silent. */
export const DEFAULT_SETTINGS: Settings = { lines: ENGLISH };

export type App = {
  readonly calls: Calls;
  readonly log: CallLog;
  /** The HTTP server over these calls, not yet listening. */
  server(): Promise<FastifyInstance>;
  /** Reads every application that is a file. @throws APPLICATION_UNREADABLE, APPLICATION_INVALID */
  checkFiles(): Promise<void>;
  /** Lets running turns end, then closes every connection. */
  close(): Promise<void>;
};

export type AppOptions = {
  readonly logger: Logger;
  /** Is told of each event after it is in the log. */
  readonly observe?: Observe;
};

/** The URL of an agent's own document: of a file if it names no web address. */
export function sourceUrl(source: string): URL {
  return /^https?:\/\//i.test(source) ? new URL(source) : pathToFileURL(source);
}

/** The application that `config` describes. */
export function createApp(config: Config, { logger, observe = () => undefined }: AppOptions): App {
  const client = createHttpClient({ allow: [...config.allowedHosts, ...sourceHosts(config)] });
  const models = createModels(config.model);
  const model = createResilientModel(models, { clock });
  const log = createMemoryCallLog(clock);
  const recorder =
    config.recordFolder === undefined
      ? undefined
      : createRecorder({
          log,
          folder: config.recordFolder,
          secrets: secretsOf(config),
          onError: (error) => logger.error({ err: error }, 'a call could not be recorded'),
        });
  const documents = createDocuments({
    clock,
    client,
    read: fetchedDocument,
    agents: (name) => {
      const agent = config.agents.get(name);
      return agent && { source: sourceUrl(agent.source) };
    },
  });
  const calls = createCalls({
    log,
    clock,
    model,
    documents,
    tools: createWebhookTools({ clock, client, secrets: (_agent, name) => config.secrets.get(name) }),
    settings: () => DEFAULT_SETTINGS,
    observe: (callId, event) => {
      report(logger, callId, event);
      recorder?.observe(callId, event);
      observe(callId, event);
    },
  });
  return {
    calls,
    log,
    server: async () =>
      createServer({
        logger,
        calls,
        publicUrl: config.publicUrl,
        sink: createDocumentSink({ calls, log, clock }),
        agents: new Map(
          [...config.agents].map(([name, { aliases }]) => [
            name,
            { aliases, credentials: config.credentials, failureLine: DEFAULT_SETTINGS.lines.failure },
          ]),
        ),
      }),
    checkFiles: async () => {
      for (const [agent, { source }] of config.agents) {
        if (sourceUrl(source).protocol !== 'file:') continue;
        const document = await documents.fetch({ agent, parameters: {} }, new AbortController().signal);
        if (document.kind === 'unavailable') {
          throw new VoiceError('APPLICATION_UNREADABLE', { source, reason: document.reason });
        }
        if (document.kind === 'invalid')
          throw new VoiceError('APPLICATION_INVALID', { source, faults: document.faults });
      }
    },
    close: async () => {
      await calls.settled();
      await recorder?.flush();
      await Promise.all([client.close(), models.close()]);
    },
  };
}

const clock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The hosts of the agents' own documents: the operator named them, so they may be private ones. */
function sourceHosts({ agents }: Config): readonly string[] {
  return [...agents.values()].flatMap(({ source }) => {
    const { protocol, host } = sourceUrl(source);
    return protocol === 'file:' ? [] : [host];
  });
}

function fetchedDocument(source: Uint8Array, url: string): FetchedDocument {
  const text = Buffer.from(source).toString('utf8');
  const reading = readDocument(source, url);
  return reading.kind === 'program'
    ? { kind: 'program', url, source: text, program: reading.program }
    : { kind: 'invalid', url, source: text, faults: formatDiagnostics(text, url, reading.diagnostics) };
}

/** Enough of a failed tool's answer to know the failure by, and little of what it says about a caller. */
const LOGGED_RESULT_CHARACTERS = 200;

/** What operators see of a call: how its turns end, and what went wrong on the way. */
function report(logger: Logger, callId: string, event: CallEvent): void {
  if (event.kind === 'document' && event.document.kind !== 'program') {
    const { document } = event;
    const faults = document.kind === 'invalid' ? document.faults : [document.reason];
    logger.error({ callId, url: document.url, faults }, 'the document cannot be run');
  }
  if (event.kind === 'model-end' && event.finish === 'error') {
    logger.error({ callId, turn: event.turn, reason: event.reason }, 'the model failed');
  }
  if (event.kind === 'tool-end' && event.result.isError) {
    const result = event.result.content.slice(0, LOGGED_RESULT_CHARACTERS);
    logger.warn({ callId, toolCall: event.id, result }, 'a tool call failed');
  }
  if (event.kind === 'turn-end') {
    const { outcome, faults, turn } = event;
    if (faults.length > 0) logger.error({ callId, turn, outcome, faults }, 'a turn ended in a fault');
    else logger.info({ callId, turn, outcome }, 'a turn ended');
  }
}

function secretsOf({ credentials, model, secrets }: Config): readonly string[] {
  const providerKeys = Object.values(model.providers).map(({ apiKey }) => apiKey);
  const keys = [credentials.twilio?.authToken, credentials.cloudonix?.apiKey, model.apiKey, ...providerKeys];
  return [...keys, ...secrets.values()].filter((secret) => secret !== undefined && secret !== '') as string[];
}
