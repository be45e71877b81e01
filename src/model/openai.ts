// Any server of OpenAI's chat completions. The openai package builds the request and words its errors; the bytes of the
// stream are read here, because the package's iterators cost more per token than everything else in a turn.
import { OpenAI } from 'openai';
import type { Dispatcher } from 'undici';
import { VoiceError } from '../errors.ts';
import { createOperatorAgent } from '../http/client.ts';
import type { Model, ModelRequest } from '../interpret/ports.ts';
import { KEEP_ALIVE_MS, MODEL_FINISH_GRACE_MS, MODEL_IDLE_TIMEOUT_MS, MODEL_START_TIMEOUT_MS } from '../limits.ts';
import { failedReply } from './completion.ts';
import type { ProviderReply } from './completion.ts';
import { stream } from './exchange.ts';
import type { Envelope, Exchange, Timeouts } from './exchange.ts';
import { createOmissions } from './omissions.ts';
import { requestBody } from './request-body.ts';
import type { Dialect } from './request-body.ts';

/** A model whose failures say what a further try needs to know. */
export interface ProviderModel extends Model {
  /** `startTimeoutMs`: how long this one request may take to begin, when that is less than usual. */
  reply(
    request: ModelRequest,
    onText: (piece: string) => void,
    signal: AbortSignal,
    limits?: { readonly startTimeoutMs?: number },
  ): Promise<ProviderReply>;
  /** Ends its connections. */
  close(): Promise<void>;
}

export type OpenAiModelOptions = {
  /** The model of a document that names none. */
  readonly model: string;
  /** Absent for a server that wants none. */
  readonly apiKey?: string | undefined;
  /** Default: OpenAI's own. */
  readonly baseUrl?: string | undefined;
  /** How its requests differ from OpenAI's. */
  readonly dialect?: Dialect;
  /** Milliseconds to the first sign of a reply. Default MODEL_START_TIMEOUT_MS. */
  readonly startTimeoutMs?: number;
  /** Milliseconds between two events of a reply. Default MODEL_IDLE_TIMEOUT_MS. */
  readonly idleTimeoutMs?: number;
  /** Milliseconds from the model's own end to the end of its stream. Default MODEL_FINISH_GRACE_MS. */
  readonly finishGraceMs?: number;
};

const OPENAI_BASE_URL = 'https://api.openai.com/v1';
/** The package insists on a key; a server that wants none takes any. */
const NO_KEY = 'none';

/**
 * A model behind any server that speaks OpenAI's streaming chat completions. `close` ends its connections.
 *
 * @throws CONFIG_INVALID for a base URL that is none.
 */
export function createOpenAiModel(options: OpenAiModelOptions): ProviderModel {
  const { apiKey, baseUrl = OPENAI_BASE_URL, dialect } = options;
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw new VoiceError('CONFIG_INVALID', {
      problem: `the model's base URL "${baseUrl}" is not an http or https URL`,
    });
  }
  const agent = createOperatorAgent();
  const client = new OpenAI({
    apiKey: apiKey === undefined || apiKey === '' ? NO_KEY : apiKey,
    baseURL: baseUrl,
    maxRetries: 0,
    // Given, so that the package does not take them from the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
  });
  const limits: Timeouts = {
    startTimeoutMs: options.startTimeoutMs ?? MODEL_START_TIMEOUT_MS,
    idleTimeoutMs: options.idleTimeoutMs ?? MODEL_IDLE_TIMEOUT_MS,
    finishGraceMs: options.finishGraceMs ?? MODEL_FINISH_GRACE_MS,
  };
  const omissions = createOmissions();
  let envelope: Promise<Envelope> | undefined;
  let usedAtMs = Number.NEGATIVE_INFINITY;

  /** Asks again without a parameter that the model refuses, for as long as there is one to leave out. */
  async function ask(asked: ModelRequest, exchange: Omit<Exchange, 'body'>): Promise<ProviderReply> {
    const model = (asked.model ?? options.model).replace(/^openai:/, '');
    const request = { ...asked, model };
    for (let body = requestBody(request, dialect, omissions.of(model)); ;) {
      const reply = await stream({ ...exchange, body });
      if (reply.refused === undefined || !omissions.learn(model, reply.refused) || exchange.signal.aborted)
        return reply;
      const next = requestBody(request, dialect, omissions.of(model));
      if (next === body) return reply;
      body = next;
    }
  }

  return {
    async reply(request, onText, signal, { startTimeoutMs = Number.POSITIVE_INFINITY } = {}) {
      try {
        envelope ??= createEnvelope(client);
        usedAtMs = performance.now();
        const startMs = Math.min(startTimeoutMs, limits.startTimeoutMs);
        const exchange = { ...limits, startTimeoutMs: startMs, agent, envelope: await envelope, onText, signal };
        return withoutKey(await ask(request, exchange), apiKey);
      } catch (error) {
        return withoutKey(failedReply(`the request cannot be made: ${String(error)}`), apiKey);
      }
    },
    prepare() {
      // A connection that was used just now is still open.
      if (performance.now() - usedAtMs < KEEP_ALIVE_MS / 2) return;
      usedAtMs = performance.now();
      envelope ??= createEnvelope(client);
      envelope.then((known) => openConnection(agent, known)).catch(() => undefined);
    },
    close: () => agent.close(),
  };
}

/** Built once by the package: only the body differs from request to request, and building takes longer than sending. */
async function createEnvelope(client: OpenAI): Promise<Envelope> {
  const { url, req } = await client.buildRequest({ method: 'post', path: '/chat/completions', body: {}, stream: true });
  const { origin, pathname, search } = new URL(url);
  // Its telemetry would be about a transport that is not used.
  const headers = [...req.headers].filter(([name]) => !name.startsWith('x-stainless-'));
  return { origin, path: pathname + search, headers: Object.fromEntries(headers) };
}

const nothing = (): void => undefined;
const UNHEARD: Dispatcher.DispatchHandler = {
  onRequestStart: nothing,
  onResponseStart: nothing,
  onResponseData: nothing,
  onResponseEnd: nothing,
  onResponseError: nothing,
};

/** Asks for nothing, so that the connection is there when something is to be asked; what is answered does not matter. */
function openConnection(agent: Dispatcher, { origin, path, headers }: Envelope): void {
  const { authorization } = headers;
  const known = authorization === undefined ? {} : { authorization };
  const models = path.replace(/chat\/completions.*$/, 'models');
  agent.dispatch({ origin, path: models, method: 'HEAD', headers: known, reset: false }, UNHEARD);
}

/** Servers quote the key that they refuse. */
function withoutKey(reply: ProviderReply, apiKey: string | undefined): ProviderReply {
  if (reply.reason === undefined || apiKey === undefined || apiKey === '') return reply;
  return { ...reply, reason: reply.reason.replaceAll(apiKey, '[key]') };
}
