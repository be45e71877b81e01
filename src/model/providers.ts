import type { ModelRequest } from '../interpret/ports.ts';
import { failedReply } from './completion.ts';
import { createOpenAiModel } from './openai.ts';
import type { OpenAiModelOptions, ProviderModel } from './openai.ts';
import type { Dialect } from './request-body.ts';

/** A server that an operator named; `baseUrl` may be left out for one of `PROVIDERS`. */
export type ProviderConfig = { readonly baseUrl?: string; readonly apiKey?: string };
export type ProviderConfigs = { readonly [name: string]: ProviderConfig };

export type ModelsConfig = {
  /** Of the server that bare names go to. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** The model of a document that names none; `provider:name` is one, too. */
  readonly model: string;
  /** Servers by the name that stands before the colon. */
  readonly providers?: ProviderConfigs;
};

type Provider = {
  readonly baseUrl: string;
  /** The environment variable of the key; its absence is an error unless `needsKey` is false. */
  readonly keyVariable: string;
  readonly needsKey?: false;
  readonly dialect?: Dialect;
};

/** Servers that a model's name may begin with, `provider:name`, as their vendors document them. */
export const PROVIDERS = {
  /** @see https://platform.openai.com/docs/api-reference/chat/create */
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    keyVariable: 'OPENAI_API_KEY',
    dialect: { maxTokens: 'max_completion_tokens' },
  },
  /** @see https://platform.claude.com/docs/en/cli-sdks-libraries/libraries/openai-sdk */
  anthropic: { baseUrl: 'https://api.anthropic.com/v1', keyVariable: 'ANTHROPIC_API_KEY' },
  /**
   * Its newer models refuse a history of tool calls without the signatures of their thoughts, unless it says so.
   *
   * @see https://ai.google.dev/gemini-api/docs/openai and https://ai.google.dev/gemini-api/docs/thought-signatures
   */
  google: {
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyVariable: 'GEMINI_API_KEY',
    dialect: { callExtra: { google: { thought_signature: 'skip_thought_signature_validator' } } },
  },
  /** @see https://console.groq.com/docs/openai */
  groq: { baseUrl: 'https://api.groq.com/openai/v1', keyVariable: 'GROQ_API_KEY' },
  /** @see https://docs.mistral.ai/api/ (tool call ids have nine letters and digits) */
  mistral: {
    baseUrl: 'https://api.mistral.ai/v1',
    keyVariable: 'MISTRAL_API_KEY',
    dialect: { callIds: /^[a-zA-Z0-9]{9}$/ },
  },
  /** @see https://openrouter.ai/docs/quickstart */
  openrouter: { baseUrl: 'https://openrouter.ai/api/v1', keyVariable: 'OPENROUTER_API_KEY' },
  /** @see https://docs.ollama.com/api/openai-compatibility */
  ollama: { baseUrl: 'http://localhost:11434/v1', keyVariable: 'OLLAMA_API_KEY', needsKey: false },
  /** @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html */
  vllm: { baseUrl: 'http://localhost:8000/v1', keyVariable: 'VLLM_API_KEY', needsKey: false },
} as const satisfies { readonly [name: string]: Provider };

/** Where a model's name leads. */
type Target = { readonly provider: string; readonly model: string };
/** No provider's name is empty: this one stands for the server of bare names. */
const DEFAULT = '';

/**
 * Every model that documents may name. `provider:name` goes to that provider; a name whose beginning is no provider, such
 * as `llama3:8b`, goes to the default server whole. `openai:` is the default server, which stands in for OpenAI's own,
 * unless a provider of that name is configured. A server is connected to when it is first asked.
 *
 * @throws CONFIG_INVALID for a base URL that is none.
 */
export function createModels(
  config: ModelsConfig,
  timeouts: Pick<OpenAiModelOptions, 'startTimeoutMs' | 'idleTimeoutMs' | 'finishGraceMs'> = {},
): ProviderModel {
  const { providers = {} } = config;
  const adapters = new Map<string, ProviderModel>();

  const isProvider = (name: string): boolean => Object.hasOwn(providers, name) || Object.hasOwn(PROVIDERS, name);

  function targetOf(name: string): Target {
    const at = name.indexOf(':');
    const prefix = at === -1 ? '' : name.slice(0, at).toLowerCase();
    if (prefix === '' || at === name.length - 1 || !isProvider(prefix)) return { provider: DEFAULT, model: name };
    const isDefault = prefix === 'openai' && !Object.hasOwn(providers, 'openai');
    return { provider: isDefault ? DEFAULT : prefix, model: name.slice(at + 1) };
  }

  function optionsOf(provider: string): OpenAiModelOptions | { readonly missingKey: string } {
    const known = knownProvider(provider, config.baseUrl);
    const own = provider === DEFAULT ? config : (providers[provider] ?? {});
    const { apiKey, baseUrl = known?.baseUrl } = own;
    const hasKey = apiKey !== undefined && apiKey !== '';
    if (known !== undefined && known.needsKey !== false && !hasKey && bare(baseUrl) === known.baseUrl) {
      return { missingKey: known.keyVariable };
    }
    const dialect = known?.dialect;
    return { model: config.model, baseUrl, apiKey, ...timeouts, ...(dialect === undefined ? {} : { dialect }) };
  }

  function adapterOf(provider: string): ProviderModel | { readonly missingKey: string } {
    const made = adapters.get(provider);
    if (made !== undefined) return made;
    const options = optionsOf(provider);
    if ('missingKey' in options) return options;
    const adapter = createOpenAiModel(options);
    adapters.set(provider, adapter);
    return adapter;
  }

  // A base URL that is none is told at the start, not to the first caller; an unused adapter opens nothing.
  for (const provider of [DEFAULT, ...Object.keys(providers)]) adapterOf(provider);

  return {
    reply: async (request: ModelRequest, onText, signal, limits) => {
      const name = request.model ?? config.model;
      const { provider, model } = targetOf(name);
      const adapter = adapterOf(provider);
      if ('missingKey' in adapter) {
        return failedReply(`the model "${name}" needs a key; set ${adapter.missingKey}`, 'auth');
      }
      return adapter.reply({ ...request, model }, onText, signal, limits);
    },
    prepare(name = config.model) {
      const adapter = adapterOf(targetOf(name).provider);
      if (!('missingKey' in adapter)) adapter.prepare?.();
    },
    close: async () => {
      await Promise.all([...adapters.values()].map((adapter) => adapter.close()));
    },
  };
}

/** The row of a provider, or of the one whose own address the default server is. */
function knownProvider(name: string, defaultUrl: string): Provider | undefined {
  const table: { readonly [name: string]: Provider } = PROVIDERS;
  if (name !== DEFAULT) return Object.hasOwn(table, name) ? table[name] : undefined;
  return Object.values(table).find(({ baseUrl }) => baseUrl === bare(defaultUrl));
}

const bare = (url: string | undefined): string | undefined => url?.replace(/\/+$/, '');
