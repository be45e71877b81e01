/** A named application and what belongs to it. */
export type AgentConfig = {
  /** An https URL, or the path of a file. */
  readonly source: string;
  readonly aliases: { readonly [missing: string]: string };
};

export type ModelConfig = {
  /** Of an OpenAI-compatible API, version included: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Used where a Converse names none. */
  readonly model: string;
  /** Servers that a model's name may begin with, `provider:name`, beside those that are known. */
  readonly providers: { readonly [name: string]: { readonly baseUrl?: string; readonly apiKey?: string } };
};

export type Config = {
  readonly agents: ReadonlyMap<string, AgentConfig>;
  readonly credentials: {
    readonly twilio?: { readonly authToken: string };
    readonly cloudonix?: { readonly apiKey: string };
  };
  readonly model: ModelConfig;
  /** Hosts, `name` or `name:port`, that documents and tools may use though they are private or without https. */
  readonly allowedHosts: readonly string[];
  /** Secrets of tools, by the name that documents give them. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly publicUrl?: string;
  readonly recordFolder?: string;
};
