import {
  agentCredentials,
  agentSettings,
  type AgentConfig,
  type AgentSettings,
  type Config,
  type Credentials,
} from '../../config.ts';
import { VoiceError } from '../../errors.ts';
import { PROVIDERS } from '../../model/providers.ts';
import { signWebhook } from '../../signatures/standard-webhooks.ts';
import { isWebUrl, SECRET_PREFIX, type Field } from './fields.ts';
import type { Environment } from './layers.ts';
import { originText, pathText, plain, type Located, type Origin } from './located.ts';
import type { Settlement } from './settle.ts';
import { SETTINGS, type SettledAgent } from './settings.ts';

/** The name of a variable where a setting wants one, and what is there. */
export type NamedVariable = {
  readonly path: readonly string[];
  readonly name: string;
  readonly origin: Origin;
  readonly isSet: boolean;
  /** Why what it holds cannot be used; without the value, which may be a secret. */
  readonly fault?: string;
};

/**
 * The configuration that runs: what is named is read from the environment.
 *
 * @throws CONFIG_INVALID for a variable that the file names and nobody has set, and for a secret or a key that is none.
 */
export function configFrom({ settled, located }: Settlement, environment: Environment, what?: 'call'): Config {
  // A call in the terminal is nobody's request: what platforms prove themselves with is not asked for.
  const named = namedVariables(located, environment).filter(
    ({ path }) => what !== 'call' || !path.includes('platforms'),
  );
  const faults = [...variableFaults(named), ...namelessProviders(located)];
  if (faults.length > 0) throw invalid(faults.join('\n'));
  const { model, agents = {}, providers, allowedHosts, limits } = settled;
  const apiKey = valueOf(model.key, environment);
  const config: Config = {
    ...shared(settled, environment),
    agents: new Map(Object.entries(agents).map(([name, agent]) => [name, agentFrom(agent, environment)])),
    model: {
      baseUrl: bare(model.baseUrl),
      model: model.name,
      ...(apiKey !== undefined && { apiKey }),
      providers: Object.fromEntries(
        Object.entries(providers).map(([name, provider]) => [name, providerFrom(provider, environment)]),
      ),
      startTimeoutMs: limits.modelStartMs,
      idleTimeoutMs: limits.modelIdleMs,
    },
    allowedHosts,
  };
  checkSecrets(config);
  return config;
}

/** Each variable that the settings name, in their order. */
export function namedVariables(located: Located, environment: Environment): readonly NamedVariable[] {
  return leavesOf(located, SETTINGS).flatMap(({ path, field, value }) => {
    const name = plain(value);
    if (field?.kind !== 'variable' || typeof name !== 'string') return [];
    const held = valueOf(name, environment);
    const isUnfit = held !== undefined && field.holds?.fits(held) === false;
    return [
      {
        path,
        name,
        origin: value.origin,
        isSet: held !== undefined,
        ...(isUnfit && { fault: `another text; expected ${field.holds?.expected}` }),
      },
    ];
  });
}

export type LeafValue = {
  readonly path: readonly string[];
  readonly field?: Field;
  readonly value: Exclude<Located, { kind: 'object' }>;
};

/** Every value, with the field that it is one of; a list is one value. */
export function leavesOf(located: Located, field?: Field, path: readonly string[] = []): readonly LeafValue[] {
  if (located.kind !== 'object') return [{ path, value: located, ...(field !== undefined && { field }) }];
  return [...located.entries].flatMap(([name, { value }]) => {
    const of = field?.kind === 'map' ? field.of : field?.kind === 'object' ? field.fields[name] : undefined;
    return leavesOf(value, of, [...path, name]);
  });
}

/**
 * What keeps variables from being used. One that is named by default may be absent; one that somebody wrote down may not: it
 * would be missed when it is too late.
 */
export function variableFaults(named: readonly NamedVariable[]): readonly string[] {
  return named.flatMap(({ path, name, origin, isSet, fault }) => {
    const place = origin.kind === 'default' ? '' : `${originText(origin)}: `;
    if (fault !== undefined) return [`${place}${pathText(path)} is in ${name}, which holds ${fault}`];
    return isSet || origin.kind === 'default' ? [] : [`${place}${pathText(path)} is in ${name}, which is not set`];
  });
}

function namelessProviders(located: Located): readonly string[] {
  const providers = located.kind === 'object' ? located.entries.get('providers')?.value : undefined;
  if (providers?.kind !== 'object') return [];
  return [...providers.entries].flatMap(([name, { nameOrigin, value }]) => {
    if (Object.hasOwn(PROVIDERS, name) || (value.kind === 'object' && value.entries.has('baseUrl'))) return [];
    const known = Object.keys(PROVIDERS).join(', ');
    return [`${originText(nameOrigin)}: providers.${name} has no "baseUrl"; only ${known} are known by their names`];
  });
}

function agentFrom(agent: SettledAgent, environment: Environment): AgentConfig {
  const { source = '', platform, method } = agent;
  return {
    source,
    ...(platform !== undefined && { platform }),
    ...(method !== undefined && { method }),
    ...shared(agent, environment),
  };
}

function shared(settings: SettledAgent, environment: Environment): AgentSettings {
  const { publicUrl, platforms, aliases, secrets, record, lines, transfers, maxCallSeconds } = settings;
  const { fallback, onOutage, callbackSecret } = settings;
  return {
    ...(publicUrl !== undefined && { publicUrl: bare(publicUrl) }),
    ...(platforms !== undefined && { credentials: credentialsFrom(platforms, environment) }),
    ...(aliases !== undefined && { aliases }),
    ...(secrets !== undefined && { secrets: secretsFrom(secrets, environment) }),
    ...(record !== undefined && { recordFolder: record }),
    ...(lines !== undefined && { lines }),
    ...(transfers !== undefined && Object.keys(transfers).length > 0 && { transfers }),
    ...(maxCallSeconds !== undefined && { maxCallSeconds }),
    ...(fallback !== undefined && { fallback }),
    ...(onOutage !== undefined && { onOutage }),
    ...(callbackSecret !== undefined && { callbackSecret }),
  };
}

/** A platform's credentials when every one of them is there. */
function credentialsFrom(platforms: NonNullable<SettledAgent['platforms']>, environment: Environment): Credentials {
  const found = Object.entries(platforms).flatMap(([platform, variables]) => {
    const values = Object.entries(variables).map(([name, variable]) => [name, valueOf(variable, environment)] as const);
    const isWhole = values.length > 0 && values.every(([, value]) => value !== undefined);
    return isWhole ? [[platform, Object.fromEntries(values)] as const] : [];
  });
  return Object.fromEntries(found);
}

/** A secret of the environment is known by its name in capitals as well. */
function secretsFrom(
  named: { readonly [name: string]: string },
  environment: Environment,
): ReadonlyMap<string, string> {
  const found = Object.entries(named).flatMap(([name, variable]) => {
    const value = valueOf(variable, environment);
    if (value === undefined) return [];
    const asWritten = variable.startsWith(SECRET_PREFIX) ? variable.slice(SECRET_PREFIX.length) : name;
    return [
      [asWritten, value],
      [name, value],
    ] as const;
  });
  return new Map(found);
}

/** @throws CONFIG_INVALID for a secret that cannot sign, and for a name that no secret has. */
function checkSecrets(config: Config): void {
  const agents = [...config.agents].map(([name, agent]) => ({ name, ...agentSettings(config, agent) }));
  for (const { name: agent, secrets, callbackSecret } of agents) {
    for (const [name, value] of secrets) {
      const signed = signWebhook(value, { id: '', timestamp: 0, body: '' });
      if (signed.kind === 'unusable-secret') throw invalid(`the secret "${name}" cannot be used: ${signed.reason}`);
    }
    if (callbackSecret !== undefined && !secrets.has(callbackSecret)) {
      throw invalid(`callbackSecret of ${agent} is "${callbackSecret}", and no secret has that name`);
    }
  }
}

function invalid(problem: string): VoiceError {
  return new VoiceError('CONFIG_INVALID', { problem });
}

function providerFrom(
  { baseUrl, key }: { readonly baseUrl?: string; readonly key?: string },
  environment: Environment,
): { readonly baseUrl?: string; readonly apiKey?: string } {
  const apiKey = key === undefined ? undefined : valueOf(key, environment);
  return { ...(baseUrl !== undefined && { baseUrl: bare(baseUrl) }), ...(apiKey !== undefined && { apiKey }) };
}

/** What is blank is not set: a variable that was cleared, rather than removed. */
export function valueOf(name: string, environment: Environment): string | undefined {
  return environment[name]?.trim() || undefined;
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}

/** What is verified, under which URL, and where calls are recorded, agent by agent. */
export function describeAgents(config: Config): readonly {
  readonly name: string;
  readonly source: string;
  readonly verified: readonly string[];
  readonly publicUrl?: string;
  readonly recordFolder?: string;
}[] {
  return [...config.agents].map(([name, agent]) => {
    const { publicUrl, recordFolder } = agentSettings(config, agent);
    return {
      name,
      source: agent.source,
      verified: Object.keys(agentCredentials(config, agent)),
      ...(publicUrl !== undefined && { publicUrl }),
      ...(recordFolder !== undefined && { recordFolder }),
    };
  });
}

/** A source as it may be shown: the query of a URL may hold a key of the author's server. */
export function withoutQuery(source: string): string {
  return isWebUrl(source) ? source.replace(/[?#].*/s, '?...') : source;
}
