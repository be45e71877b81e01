// The composition root: configuration in, a running interpreter with its adapters out. The only file that knows them all.
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { callIdOf } from './call/call-id.ts';
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
import { createAwaited } from './server/awaited.ts';
import { createServer } from './server/server.ts';
import { createTakeOver } from './server/take-over.ts';
import { createMemoryStore, type Store, type StorePlace } from './store/store.ts';
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
  /**
   * From now on the server is not ready, begins no calls and takes over no turns. Resolves when no turn runs and, unless
   * another node can do it, nothing of one is still to be fetched; or when the time is up.
   */
  drain(withinMs: number): Promise<void>;
  /** Lets running turns end, then closes every connection. */
  close(): Promise<void>;
};

export type AppOptions = {
  readonly logger: Logger;
  /** Is told of each event after it is in the log. */
  readonly observe?: Observe;
  /** Where calls are kept, closed with the application. Default: in memory. */
  readonly store?: Store;
  /** What kind of place that is. Where nothing outlives the process, no turn is taken over. Default: memory. */
  readonly storeKind?: StorePlace['kind'];
};

/** So often a turn that runs shows that its node is alive. */
const RENEW_LEASE_MS = 1_000;
/**
 * After so many milliseconds of silence the node of a turn counts as dead: three renewals, so that a slow one is no death.
 * Of a folder nobody else can run a turn; what is silent there was left off by the process before.
 */
const DEAD_AFTER_MS: { readonly [K in StorePlace['kind']]: number | undefined } = {
  memory: undefined,
  folder: 1_000,
  postgres: 3_000,
};
/** How often a stop looks whether everything was fetched. */
const DRAIN_CHECK_EVERY_MS = 50;

/** The URL of an agent's own document: of a file if it names no web address. */
export function sourceUrl(source: string): URL {
  return /^https?:\/\//i.test(source) ? new URL(source) : pathToFileURL(source);
}

/** The application that `config` describes. */
export function createApp(
  config: Config,
  { logger, observe = () => undefined, store = createMemoryStore(clock), storeKind = 'memory' }: AppOptions,
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
  const awaited = createAwaited(() => clock.now());
  const silentForMs = DEAD_AFTER_MS[storeKind];
  const calls = createCalls({
    log,
    clock,
    renewLeaseMs: silentForMs === undefined ? undefined : RENEW_LEASE_MS,
    model,
    documents,
    tools: createWebhookTools({ clock, client, secrets: secretOf }),
    settings: (agent) => settings.get(agent) ?? DEFAULT_SETTINGS,
    observe: (callId, event) => {
      report(logger, callId, event);
      awaited.observe(callId, event);
      if (recorders.size > 0) recorders.get(callId.split('/', 1)[0] ?? '')?.observe(callId, event);
      observe(callId, event);
    },
  });
  const sweep = setInterval(() => {
    calls.endAbandoned().catch((error: unknown) => logger.error({ err: error }, 'abandoned calls could not be ended'));
  }, ABANDONED_CHECK_EVERY_MS);
  // Nobody waits for it: it must not keep a command from ending.
  sweep.unref();
  const takeOver =
    silentForMs === undefined
      ? undefined
      : createTakeOver({
          stalled: (silentMs, limit) => store.stalled(silentMs, limit),
          takeOver: (callId, silentMs) => calls.takeOver(callId, silentMs),
          silentForMs,
          serves: (callId) => config.agents.has(callId.split('/', 1)[0] ?? ''),
          onError: (error) => logger.error({ err: error }, 'turns of other nodes cannot be taken over'),
        });
  let draining = false;
  return {
    calls,
    log,
    server: async () =>
      createServer({
        logger,
        calls,
        sink: createDocumentSink({ calls, log, clock }),
        isDraining: () => draining,
        checkStore: () => store.check(),
        mayBegin: async (agent, callSid) => !draining || (await log.read(callIdOf(agent, callSid), 1)).length > 0,
        agents: new Map(
          [...config.agents].map(([name, agent]) => {
            const { aliases, publicUrl, onOutage } = agentSettings(config, agent);
            const { lines } = settingsOf(config, agent);
            const [wait = lines.apology] = lines.fillers;
            const served = {
              platform: agent.platform,
              aliases,
              publicUrl,
              apologies: { apology: lines.apology, wait },
              fallsBack: onOutage === 'fallback',
              credentials: agentCredentials(config, agent),
              failureLine: lines.failure,
            };
            return [name, served] as const;
          }),
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
    drain: async (withinMs) => {
      draining = true;
      void takeOver?.close();
      const endsAtMs = clock.now() + withinMs;
      const isBusy = (): boolean => storeKind !== 'postgres' && awaited.some();
      await Promise.race([calls.settled(), delay(withinMs, undefined, { ref: false })]);
      while (isBusy() && clock.now() < endsAtMs) await delay(DRAIN_CHECK_EVERY_MS);
    },
    close: async () => {
      clearInterval(sweep);
      await takeOver?.close();
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
