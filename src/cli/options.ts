import { isIP } from 'node:net';
import type { Command } from 'commander';
import type { AgentConfig, Config } from '../config.ts';
import { VoiceError } from '../errors.ts';
import { providersIn } from '../model/providers.ts';
import { signWebhook } from '../signatures/standard-webhooks.ts';

type Environment = { readonly [name: string]: string | undefined };

export type AgentFlags = {
  readonly app?: readonly string[];
  readonly alias?: readonly string[];
  readonly allowHost?: readonly string[];
  readonly model?: string;
  readonly modelUrl?: string;
  readonly publicUrl?: string;
  readonly record?: string;
};

const DEFAULT_MODEL = 'gpt-4o-mini';
const DEFAULT_MODEL_URL = 'https://api.openai.com/v1';
/** `COLLOQUY_SECRET_ORDERS` is the secret that documents call `orders`. */
const SECRET_PREFIX = 'COLLOQUY_SECRET_';

/** Adds the options that say what is run and with which model. */
export function withModelOptions(command: Command): Command {
  return command
    .option('--model <name>', `model where a Converse names none (COLLOQUY_MODEL; default ${DEFAULT_MODEL})`)
    .option('--model-url <url>', `OpenAI-compatible API (OPENAI_BASE_URL; default ${DEFAULT_MODEL_URL})`)
    .option('--alias <name=parameter...>', 'give requests that lack a parameter another one: Session=CallSid')
    .option('--allow-host <host...>', 'let documents and tools use this private or plain-http host, for development');
}

/** The configuration that flags and environment make, flags first. @throws CONFIG_INVALID */
export function configFrom(flags: AgentFlags, environment: Environment): Config {
  const [apiKey, authToken, domainKey] = [
    given(environment['OPENAI_API_KEY']),
    given(environment['TWILIO_AUTH_TOKEN']),
    given(environment['CLOUDONIX_API_KEY']),
  ];
  const model = {
    baseUrl: url('--model-url', flags.modelUrl ?? given(environment['OPENAI_BASE_URL']) ?? DEFAULT_MODEL_URL),
    model: flags.model ?? given(environment['COLLOQUY_MODEL']) ?? DEFAULT_MODEL,
    ...(apiKey !== undefined && { apiKey }),
    providers: providersIn(environment),
  };
  const aliases = aliasesFrom(flags.alias ?? []);
  const publicUrl = flags.publicUrl ?? given(environment['COLLOQUY_PUBLIC_URL']);
  return {
    agents: agentsFrom(flags.app ?? [], aliases),
    credentials: {
      ...(authToken !== undefined && { twilio: { authToken } }),
      ...(domainKey !== undefined && { cloudonix: { apiKey: domainKey } }),
    },
    model,
    allowedHosts: flags.allowHost ?? [],
    secrets: secretsIn(environment),
    ...(publicUrl !== undefined && { publicUrl: url('--public-url', publicUrl) }),
    ...(flags.record !== undefined && { recordFolder: flags.record }),
  };
}

/** What is blank is not set: a variable that was cleared, rather than removed. */
function given(value: string | undefined): string | undefined {
  return value?.trim() || undefined;
}

/** Missing name to present name, as `--alias` was given them. @throws CONFIG_INVALID */
export function aliasesFrom(texts: readonly string[]): AgentConfig['aliases'] {
  return Object.fromEntries(texts.map((text) => pair('--alias', text)));
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function agent(text: string, aliases: AgentConfig['aliases']): readonly [string, AgentConfig] {
  const [name, source] = pair('--app', text);
  if (!/^[\w.-]+$/.test(name)) {
    throw invalid(`--app ${text}: the name "${name}" goes into a URL; use letters, digits, ".", "_" and "-"`);
  }
  const scheme = /^([a-z][a-z\d+.-]+):\/\//i.exec(source)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
    throw invalid(`--app ${name}: ${scheme} URLs are not read; expected a file, or an http or https URL`);
  }
  if (
    scheme !== undefined &&
    (!URL.canParse(source) || new URL(source).username !== '' || new URL(source).password !== '')
  ) {
    throw invalid(`--app ${name}: expected a URL without a user and a password`);
  }
  return [name, { source, aliases }];
}

function agentsFrom(texts: readonly string[], aliases: AgentConfig['aliases']): Config['agents'] {
  const agents = new Map<string, AgentConfig>();
  for (const text of texts) {
    const [name, config] = agent(text, aliases);
    if (agents.has(name)) throw invalid(`--app ${text}: there is another application named "${name}"`);
    agents.set(name, config);
  }
  return agents;
}

function pair(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) throw invalid(`${flag} ${text}: expected name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function url(flag: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:/i.test(text)) throw invalid(`${flag} ${text}: expected an http or https URL`);
  return text.replace(/\/+$/, '');
}

function secretsIn(environment: Environment): ReadonlyMap<string, string> {
  const named = Object.entries(environment).flatMap(([name, value]) =>
    name.startsWith(SECRET_PREFIX) && value ? [[name.slice(SECRET_PREFIX.length), value] as const] : [],
  );
  for (const [name, value] of named) {
    const signed = signWebhook(value, { id: '', timestamp: 0, body: '' });
    if (signed.kind === 'unusable-secret') throw invalid(`${SECRET_PREFIX}${name}: ${signed.reason}`);
  }
  return new Map(named.flatMap(([name, value]) => [[name, value] as const, [name.toLowerCase(), value] as const]));
}

function invalid(problem: string): VoiceError {
  return new VoiceError('CONFIG_INVALID', { problem });
}
