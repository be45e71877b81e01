import { isIP } from 'node:net';
import type { Command } from 'commander';
import type { AgentConfig, Config } from '../config.ts';
import { VoiceError } from '../errors.ts';

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
  const model = {
    baseUrl: url('--model-url', flags.modelUrl ?? environment['OPENAI_BASE_URL'] ?? DEFAULT_MODEL_URL),
    model: flags.model ?? environment['COLLOQUY_MODEL'] ?? DEFAULT_MODEL,
    ...(environment['OPENAI_API_KEY'] && { apiKey: environment['OPENAI_API_KEY'] }),
  };
  const aliases = aliasesFrom(flags.alias ?? []);
  const publicUrl = flags.publicUrl ?? environment['COLLOQUY_PUBLIC_URL'];
  return {
    agents: new Map((flags.app ?? []).map((text) => agent(text, aliases))),
    credentials: {
      ...(environment['TWILIO_AUTH_TOKEN'] && { twilio: { authToken: environment['TWILIO_AUTH_TOKEN'] } }),
      ...(environment['CLOUDONIX_API_KEY'] && { cloudonix: { apiKey: environment['CLOUDONIX_API_KEY'] } }),
    },
    model,
    allowedHosts: flags.allowHost ?? [],
    secrets: secretsIn(environment),
    ...(publicUrl !== undefined && { publicUrl: url('--public-url', publicUrl) }),
    ...(flags.record !== undefined && { recordFolder: flags.record }),
  };
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
  return [name, { source, aliases }];
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
  return new Map(named.flatMap(([name, value]) => [[name, value] as const, [name.toLowerCase(), value] as const]));
}

function invalid(problem: string): VoiceError {
  return new VoiceError('CONFIG_INVALID', { problem });
}
