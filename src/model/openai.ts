// Any server of OpenAI's chat completions. The openai package builds the request and words its errors; the bytes of the
// stream are read here, because the package's iterators cost more per token than everything else in a turn.
import { OpenAI } from 'openai';
import type { Dispatcher } from 'undici';
import { createOperatorAgent, failure } from '../http/client.ts';
import { VoiceError } from '../errors.ts';
import type { Model, ModelMessage, ModelReply, ModelRequest } from '../interpret/ports.ts';
import { MODEL_FINISH_GRACE_MS, MODEL_IDLE_TIMEOUT_MS, MODEL_START_TIMEOUT_MS } from '../limits.ts';
import { createAnswerReader } from './answer.ts';
import { createCompletion, failedReply } from './completion.ts';
import type { EventReader } from './sse.ts';

export type OpenAiModelOptions = {
  /** The model of a document that names none. */
  readonly model: string;
  /** Absent for a server that wants none. */
  readonly apiKey?: string | undefined;
  /** Default: OpenAI's own. */
  readonly baseUrl?: string | undefined;
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
export function createOpenAiModel(options: OpenAiModelOptions): Model & { close(): Promise<void> } {
  const { apiKey, baseUrl = OPENAI_BASE_URL } = options;
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
  let envelope: Promise<Envelope> | undefined;
  return {
    async reply(request, onText, signal) {
      try {
        envelope ??= createEnvelope(client);
        const exchange = { agent, envelope: await envelope, body: requestBody(request, options.model), onText, signal };
        return withoutKey(await stream({ ...exchange, ...timeouts(options) }), apiKey);
      } catch (error) {
        return withoutKey(failedReply(`the request cannot be made: ${String(error)}`), apiKey);
      }
    },
    close: () => agent.close(),
  };
}

/** What all requests to one server have in common. */
type Envelope = {
  readonly origin: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
};

/** Built once by the package: only the body differs from request to request, and building takes longer than sending. */
async function createEnvelope(client: OpenAI): Promise<Envelope> {
  const { url, req } = await client.buildRequest({ method: 'post', path: '/chat/completions', body: {}, stream: true });
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search, headers: Object.fromEntries(req.headers) };
}

/** The JSON text of the request. What the document does not say is left out: models refuse parameters they do not know. */
export function requestBody({ model, temperature, messages, tools }: ModelRequest, defaultModel: string): string {
  return JSON.stringify({
    model: model?.replace(/^openai:/, '') ?? defaultModel,
    messages: messages.map(wireMessage),
    stream: true,
    ...(temperature === undefined ? {} : { temperature }),
    ...(tools.length === 0 ? {} : { tools: tools.map(wireTool) }),
  });
}

function wireMessage(message: ModelMessage): object {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.content };
  if (message.role !== 'assistant' || message.toolCalls.length === 0) {
    return { role: message.role, content: message.content };
  }
  return {
    role: 'assistant',
    // Servers refuse an empty text beside calls, and take the null that OpenAI itself writes.
    content: message.content === '' ? null : message.content,
    tool_calls: message.toolCalls.map(({ id, name, arguments: args }) => ({
      id,
      type: 'function',
      function: { name, arguments: args },
    })),
  };
}

function wireTool({ name, description, schema }: ModelRequest['tools'][number]): object {
  return { type: 'function', function: { name, description, parameters: schema } };
}

type Timeouts = { readonly startTimeoutMs: number; readonly idleTimeoutMs: number; readonly finishGraceMs: number };

function timeouts(options: OpenAiModelOptions): Timeouts {
  return {
    startTimeoutMs: options.startTimeoutMs ?? MODEL_START_TIMEOUT_MS,
    idleTimeoutMs: options.idleTimeoutMs ?? MODEL_IDLE_TIMEOUT_MS,
    finishGraceMs: options.finishGraceMs ?? MODEL_FINISH_GRACE_MS,
  };
}

type Exchange = Timeouts & {
  readonly agent: Dispatcher;
  readonly envelope: Envelope;
  readonly body: string;
  readonly onText: (piece: string) => void;
  readonly signal: AbortSignal;
};

/** One request and its reply. It ends at the model's own end, when a timer runs out, or when the caller aborts. */
function stream(exchange: Exchange): Promise<ModelReply> {
  const { agent, envelope, onText, signal } = exchange;
  const { promise, resolve } = Promise.withResolvers<ModelReply>();
  let controller: Dispatcher.DispatchController | undefined;
  let answer: EventReader | undefined;
  let isSettled = false;
  const completion = createCompletion((piece) => {
    if (!isSettled) onText(piece);
  });
  const watch = createWatch(exchange, (reason) => fail(reason));

  const close = (): void => controller?.abort(new Error('given up'));
  const settle = (reply: ModelReply): void => {
    if (isSettled) return;
    isSettled = true;
    watch.stop();
    signal.removeEventListener('abort', cancel);
    resolve(reply);
  };
  const fail = (reason: string): void => {
    settle(completion.reply({ lost: reason }));
    close();
  };
  const cancel = (): void => {
    settle(failedReply('cancelled'));
    close();
  };

  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) {
    cancel();
    return promise;
  }
  const sink = {
    onEvent(event: unknown, name: string): void {
      if (isSettled) return;
      completion.take(event, name);
      if (completion.state === 'failed') fail('the model server reported an error');
      else watch.enter(completion.state);
    },
    onDone(): void {
      if (isSettled) return;
      settle(completion.reply('done'));
      // The connection is kept for the next request, if its server ends the stream as it said.
      watch.enter('finished', close);
    },
    onFault: fail,
  };
  agent.dispatch(
    { ...envelope, method: 'POST', body: exchange.body },
    {
      onRequestStart(started) {
        controller = started;
        // Given up while it waited for a connection: it must not be sent any more.
        if (isSettled) close();
      },
      onResponseStart(_, status, headers) {
        if (status >= 200) answer = createAnswerReader(status, headers, sink);
      },
      onResponseData: (_, chunk) => answer?.push(chunk),
      onResponseEnd() {
        answer?.end();
        settle(completion.reply('closed'));
        watch.stop();
      },
      onResponseError(_, error) {
        answer?.end();
        settle(completion.reply({ lost: failure(error, new URL(envelope.origin)).reason }));
        watch.stop();
      },
    },
  );
  return promise;
}

type Watch = {
  /** What the stream has come to; each sign of life in the middle of a reply gives it its full time again. */
  enter(state: 'waiting' | 'running' | 'finished', onTimeout?: () => void): void;
  stop(): void;
};

/** The package's own timeout does not cover a stream that stalls, so each phase of a reply has a timer of ours. */
function createWatch(timeouts: Timeouts, onTimeout: (reason: string) => void): Watch {
  const phases = {
    waiting: [timeouts.startTimeoutMs, 'the model did not begin to answer within'],
    running: [timeouts.idleTimeoutMs, "the model's stream stalled for"],
    finished: [timeouts.finishGraceMs, "the model's stream did not end within"],
  } as const;
  let current: keyof typeof phases | undefined;
  let timer: NodeJS.Timeout | undefined;

  function enter(state: keyof typeof phases, act?: () => void): void {
    if (state === current) {
      if (state === 'running') timer?.refresh();
      return;
    }
    current = state;
    clearTimeout(timer);
    const [ms, words] = phases[state];
    timer = setTimeout(act ?? (() => onTimeout(`${words} ${ms / 1000} s`)), ms);
  }

  enter('waiting');
  return {
    enter,
    stop() {
      current = undefined;
      clearTimeout(timer);
    },
  };
}

/** Servers quote the key that they refuse. */
function withoutKey(reply: ModelReply, apiKey: string | undefined): ModelReply {
  if (reply.reason === undefined || apiKey === undefined || apiKey === '') return reply;
  return { ...reply, reason: reply.reason.replaceAll(apiKey, '[key]') };
}
