/** What an agent's platforms prove themselves with, by platform. */
export type Credentials = {
  readonly twilio?: { readonly authToken: string };
  readonly cloudonix?: { readonly apiKey: string };
  readonly signalwire?: { readonly signingKey: string };
  readonly telnyx?: { readonly publicKey: string };
  readonly plivo?: { readonly authToken: string };
  readonly jambonz?: { readonly webhookSecret: string };
};

/** Sentences of our own; what is left out is said as it always is. */
export type SpokenLines = {
  readonly fillers?: readonly string[];
  readonly reprompts?: readonly string[];
  readonly apology?: string;
  readonly noAnswer?: string;
  readonly setback?: string;
  readonly failure?: string;
  readonly goodbye?: string;
  readonly farewell?: string;
  readonly timeUp?: string;
  readonly opening?: string;
};

/** What agents share, and each may say for itself. */
export type AgentSettings = {
  /** Scheme and host under which platforms reach this server; absent: what each request says. */
  readonly publicUrl?: string;
  readonly credentials?: Credentials;
  /** Parameters that requests may lack, each with one that they have instead: `{ Session: 'CallSid' }`. */
  readonly aliases?: { readonly [missing: string]: string };
  /** Secrets of tools, by the name that documents give them. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** Where each call is written as a fixture. */
  readonly recordFolder?: string;
  readonly lines?: SpokenLines;
  /** Where the model may send calls beside what documents name: patterns in which `*` is anything, or the word `any`. */
  readonly transfers?: { readonly dial?: readonly string[]; readonly redirect?: readonly string[] };
  /** At its first turn after so long a call ends. */
  readonly maxCallSeconds?: number;
  /** What runs where a document cannot: an https URL, or the path of a file. */
  readonly fallback?: string;
  /** What platforms are answered while the store is away: apologies, or 503 for their own fallback. Default `apology`. */
  readonly onOutage?: 'apology' | 'fallback';
  /** Name of the secret that signs status callbacks. */
  readonly callbackSecret?: string;
};

/** A named application and what belongs to it alone. */
export type AgentConfig = AgentSettings & {
  /** An https URL, or the path of a file. */
  readonly source: string;
  /** The one platform that calls it. Absent: requests are recognised by their shape. */
  readonly platform?: keyof Credentials;
  /** How its document is asked for where it is a URL. Default GET. */
  readonly method?: 'GET' | 'POST';
};

export type ModelConfig = {
  /** Of an OpenAI-compatible API, version included: `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Used where a Converse names none. */
  readonly model: string;
  /** Servers that a model's name may begin with, `provider:name`, beside those that are known. */
  readonly providers: { readonly [name: string]: { readonly baseUrl?: string; readonly apiKey?: string } };
  /** Until a model must have begun to answer, in milliseconds. */
  readonly startTimeoutMs?: number;
  /** How long it may pause within an answer, in milliseconds. */
  readonly idleTimeoutMs?: number;
};

export type Config = AgentSettings & {
  readonly agents: ReadonlyMap<string, AgentConfig>;
  readonly model: ModelConfig;
  /** Hosts, `name` or `name:port`, that documents and tools may use though they are private or without https. */
  readonly allowedHosts: readonly string[];
};

/** What holds for one agent: its own settings, and what all agents share where it says nothing. */
export function agentSettings(
  {
    publicUrl,
    credentials,
    aliases,
    secrets,
    recordFolder,
    lines,
    transfers,
    maxCallSeconds,
    fallback,
    onOutage,
    callbackSecret,
  }: AgentSettings,
  agent: AgentConfig,
): AgentConfig & Required<Pick<AgentSettings, 'credentials' | 'aliases' | 'secrets' | 'lines'>> {
  return {
    ...(publicUrl !== undefined && { publicUrl }),
    ...(recordFolder !== undefined && { recordFolder }),
    ...(maxCallSeconds !== undefined && { maxCallSeconds }),
    ...(fallback !== undefined && { fallback }),
    ...(onOutage !== undefined && { onOutage }),
    ...(callbackSecret !== undefined && { callbackSecret }),
    ...(transfers !== undefined && { transfers }),
    ...agent,
    credentials: { ...credentials, ...agent.credentials },
    aliases: { ...aliases, ...agent.aliases },
    secrets: new Map([...(secrets ?? []), ...(agent.secrets ?? [])]),
    lines: { ...lines, ...agent.lines },
  };
}

/**
 * What an agent's requests are verified with: of its one platform, where it has one. Empty: nothing is verified, and
 * whoever knows its URL can begin calls.
 */
export function agentCredentials(config: AgentSettings, agent: AgentConfig): Credentials {
  const { credentials } = agentSettings(config, agent);
  if (agent.platform === undefined) return credentials;
  const own = credentials[agent.platform];
  return own === undefined ? {} : { [agent.platform]: own };
}
