// The composition root: configuration in, a running interpreter with its adapters out. The only file that knows them all.
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { CallEvent, FetchedDocument } from './call/event.ts';
import { formatDiagnostics } from './language/diagnostics.ts';
import { readDocument } from './compile/read-document.ts';
import { agentCredentials, agentSettings, type AgentConfig, type Config } from './config.ts';
import { createDeliverer } from './deliveries/deliverer.ts';
import { sendDelivery } from './deliveries/send.ts';
import { VoiceError } from './errors.ts';
import { createDocuments, type DocumentSource } from './documents/documents.ts';
import { createHttpClient } from './http/client.ts';
import { createCalls, type Calls } from './interpret/calls.ts';
import type { Settings } from './interpret/decision.ts';
import { ENGLISH } from './interpret/lines.ts';
import type { Observe } from './interpret/live-call.ts';
import type { CallLog, Clock } from './interpret/ports.ts';
import { ABANDONED_CHECK_EVERY_MS } from './limits.ts';
import { createModels } from './model/providers.ts';
import { createResilientModel } from './model/resilient.ts';
import { createRecorder, type Recorder, type RecorderOptions } from './replay/recorder.ts';
import { createServer } from './server/server.ts';
import { createMemoryStore, type Store } from './store/store.ts';
import { createWebhookTools } from './tools/webhook.ts';
import { createDocumentSink } from './transports/document.ts';

/** What an agent says and does where its document is silent. */
export const DEFAULT_SETTINGS: Settings = { lines: ENGLISH };

/** What one of the agents says and does where its document is silent. */
export function settingsOf(config: Config, agent: AgentConfig): Settings {
  const { lines, transfers, maxCallSeconds, fallback, callbackSecret } = agentSettings(config, agent);
  return {
    ...DEFAULT_SETTINGS,
    lines: { ...DEFAULT_SETTINGS.lines, ...lines },
    ...(transfers !== undefined && { transfers: { dial: [], redirect: [], ...transfers } }),
    ...(maxCallSeconds !== undefined && { maxCallSeconds }),
    ...(fallback !== undefined && { fallbackDocument: sourceUrl(fallback).href }),
    ...(callbackSecret !== undefined && { callbackSecret }),
  };
}

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
  /** Where calls are kept, closed with the application. Default: in memory. */
  readonly store?: Store;
};

/** The URL of an agent's own document: of a file if it names no web address. */
export function sourceUrl(source: string): URL {
  return /^https?:\/\//i.test(source) ? new URL(source) : pathToFileURL(source);
}

/** The application that `config` describes. */
export function createApp(
  config: Config,
  { logger, observe = () => undefined, store = createMemoryStore(clock) }: AppOptions,
): App {
  const client = createHttpClient({ allow: [...config.allowedHosts, ...sourceHosts(config)] });
  const models = createModels(config.model, timeoutsOf(config));
  const model = createResilientModel(models, { clock });
  const { log, outbox } = store;
  const settings = new Map([...config.agents].map(([name, agent]) => [name, settingsOf(config, agent)]));
  const secrets = new Map([...config.agents].map(([name, agent]) => [name, agentSettings(config, agent).secrets]));
  const recorders = createRecorders(config, {
    log,
    settings: (agent) => settings.get(agent),
    onError: (error) => logger.error({ err: error }, 'a call could not be recorded'),
  });
  const sources = new Map([...config.agents].map(([name, agent]) => [name, documentSource(config, agent)]));
  const documents = createDocuments({
    clock,
    client,
    read: fetchedDocument,
    agents: (name) => sources.get(name),
  });
  const secretOf = (agent: string, name: string): string | undefined => secrets.get(agent)?.get(name);
  const deliverer = createDeliverer({
    outbox,
    send: (delivery, signal) => sendDelivery(delivery, { client, secrets: secretOf, now: () => clock.now() }, signal),
    onError: (error) => logger.error({ err: error }, 'deliveries wait: the store failed'),
    onAttempt: ({ id, agent }, { state, attempt }) => {
      if (attempt.error !== null) logger.warn({ delivery: id, agent, state, ...attempt }, 'a delivery failed');
    },
  });
  const calls = createCalls({
    log,
    clock,
    model,
    documents,
    tools: createWebhookTools({ clock, client, secrets: secretOf }),
    settings: (agent) => settings.get(agent) ?? DEFAULT_SETTINGS,
    observe: (callId, event) => {
      report(logger, callId, event);
      recorders.get(callId.split('/', 1)[0] ?? '')?.observe(callId, event);
      observe(callId, event);
    },
  });
  const sweep = setInterval(() => {
    calls.endAbandoned().catch((error: unknown) => logger.error({ err: error }, 'abandoned calls could not be ended'));
  }, ABANDONED_CHECK_EVERY_MS);
  // Nobody waits for it: it must not keep a command from ending.
  sweep.unref();
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
          [...config.agents].map(([name, agent]) => [
            name,
            {
              platform: agent.platform,
              aliases: agentSettings(config, agent).aliases,
              credentials: agentCredentials(config, agent),
              failureLine: settingsOf(config, agent).lines.failure,
            },
          ]),
        ),
      }),
    checkFiles: async () => {
      for (const [name, agent] of config.agents) {
        const { source, fallback } = agentSettings(config, agent);
        for (const file of [source, fallback]) {
          if (file === undefined || sourceUrl(file).protocol !== 'file:') continue;
          const stage = { url: sourceUrl(file).href, method: 'GET' } as const;
          const document = await documents.fetch({ agent: name, stage, parameters: {} }, new AbortController().signal);
          if (document.kind === 'unavailable') {
            throw new VoiceError('APPLICATION_UNREADABLE', { source: file, reason: document.reason });
          }
          if (document.kind === 'invalid') {
            throw new VoiceError('APPLICATION_INVALID', { source: file, faults: document.faults });
          }
        }
      }
    },
    close: async () => {
      clearInterval(sweep);
      await calls.settled();
      await Promise.all([...recorders.values()].map((recorder) => recorder.flush()));
      await deliverer.close();
      await Promise.all([client.close(), models.close(), store.close()]);
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

/** Where an agent's document and its fallback are, and with which keys requests for them are signed. */
function documentSource(config: Config, agent: AgentConfig): DocumentSource {
  const { source, method, fallback, credentials } = agentSettings(config, agent);
  const { twilio, signalwire } = credentials;
  return {
    source: sourceUrl(source),
    ...(method !== undefined && { method }),
    ...(fallback !== undefined && { fallback: sourceUrl(fallback) }),
    signingKeys: {
      ...(twilio !== undefined && { twilio: twilio.authToken }),
      ...(signalwire !== undefined && { signalwire: signalwire.signingKey }),
    },
  };
}

/** The hosts of the agents' own documents: the operator named them, so they may be private ones. */
function sourceHosts(config: Config): readonly string[] {
  return [...config.agents.values()].flatMap((agent) => {
    const { source, fallback } = documentSource(config, agent);
    return [source, ...(fallback === undefined ? [] : [fallback])].flatMap(({ protocol, host }) =>
      protocol === 'file:' ? [] : [host],
    );
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

/** What records the calls of each agent, for those that have a folder; agents that share one share what writes to it. */
function createRecorders(
  config: Config,
  options: Omit<RecorderOptions, 'folder' | 'secrets'>,
): ReadonlyMap<string, Recorder> {
  const secrets = secretsOf(config);
  const byFolder = new Map<string, Recorder>();
  const found = [...config.agents].flatMap(([name, agent]) => {
    const { recordFolder: folder } = agentSettings(config, agent);
    if (folder === undefined) return [];
    const recorder = byFolder.get(folder) ?? createRecorder({ ...options, folder, secrets });
    byFolder.set(folder, recorder);
    return [[name, recorder] as const];
  });
  return new Map(found);
}

function timeoutsOf({ model: { startTimeoutMs, idleTimeoutMs } }: Config): Parameters<typeof createModels>[1] {
  return {
    ...(startTimeoutMs !== undefined && { startTimeoutMs }),
    ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
  };
}

/** Everything that must be read in no recording. */
function secretsOf(config: Config): readonly string[] {
  const { model, agents } = config;
  const settings = [config, ...agents.values()];
  const secrets = [
    model.apiKey,
    ...Object.values(model.providers).map(({ apiKey }) => apiKey),
    ...settings.flatMap(({ credentials = {} }) => Object.values(credentials).flatMap((each) => Object.values(each))),
    ...settings.flatMap((each) => [...(each.secrets ?? []).values()]),
  ];
  return secrets.filter((secret): secret is string => typeof secret === 'string' && secret !== '');
}
