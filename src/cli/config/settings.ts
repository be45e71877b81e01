// Every setting there is: what the file may hold, with the flags and environment variables that say the same, defaults and
// words for people. The reader, the JSON Schema, the command line and docs/configuration.md are made from this table.
import { ENGLISH, type Lines } from '../../interpret/lines.ts';
import { MODEL_IDLE_TIMEOUT_MS, MODEL_START_TIMEOUT_MS } from '../../limits.ts';
import { PROVIDERS } from '../../model/providers.ts';
import type { PlatformCredentials } from '../../platforms/platform.ts';
import { telnyxKey } from '../../signatures/telnyx.ts';
import { object, SECRET_PREFIX, type Effective, type Field, type Given, type ObjectField } from './fields.ts';

/** Names that become part of a URL. */
const NAMES_IN_URLS = {
  pattern: '^(?!\\.{1,2}$)[\\w.-]+$',
  expected: 'letters, digits, ".", "_" and "-", since it goes into a URL',
};

/** By platform, with the variable that is read where nothing else is said. */
const CREDENTIALS = {
  twilio: object('Twilio', {
    authToken: {
      kind: 'variable',
      about: 'the auth token of the account, with which requests are signed',
      byDefault: 'TWILIO_AUTH_TOKEN',
    },
  }),
  cloudonix: object('Cloudonix', {
    apiKey: {
      kind: 'variable',
      about: 'the key that the domain sends with its voice application requests',
      byDefault: 'CLOUDONIX_API_KEY',
    },
  }),
  signalwire: object('SignalWire', {
    signingKey: {
      kind: 'variable',
      about: 'the signing key of the space, which is not its API token',
      byDefault: 'SIGNALWIRE_SIGNING_KEY',
    },
  }),
  telnyx: object('Telnyx', {
    publicKey: {
      kind: 'variable',
      about: 'the public key of the account: 32 bytes in base64',
      holds: { fits: (value) => telnyxKey(value) !== undefined, expected: '32 bytes in base64' },
      byDefault: 'TELNYX_PUBLIC_KEY',
    },
  }),
  plivo: object('Plivo', {
    authToken: {
      kind: 'variable',
      about: 'the auth token of the account, or of the main one where a subaccount makes the call',
      byDefault: 'PLIVO_AUTH_TOKEN',
    },
  }),
  jambonz: object('jambonz', {
    webhookSecret: {
      kind: 'variable',
      about: 'the webhook secret of the account',
      byDefault: 'JAMBONZ_WEBHOOK_SECRET',
    },
  }),
} as const satisfies {
  readonly [P in keyof PlatformCredentials]-?: {
    readonly kind: 'object';
    readonly about: string;
    readonly fields: {
      readonly [F in keyof NonNullable<PlatformCredentials[P]>]-?: Field & { readonly kind: 'variable' };
    };
  };
};

type CredentialPlatform = keyof typeof CREDENTIALS;
/** Platforms whose requests can be verified. */
export const CREDENTIAL_PLATFORMS = Object.keys(CREDENTIALS) as readonly CredentialPlatform[];

const line = <T extends string>(byDefault: T, about: string) => ({ kind: 'text', about, byDefault }) as const;
const lines = <const T extends readonly string[]>(byDefault: T, about: string) =>
  ({ kind: 'list', of: { kind: 'text', about: 'a sentence' }, about, byDefault }) as const;

/** What all agents share, and each may say for itself. */
const FOR_EACH_AGENT = {
  publicUrl: {
    kind: 'url',
    about: 'scheme and host under which platforms reach this server; without it, what each request says',
    flag: '--public-url <url>',
    variable: 'COLLOQUY_PUBLIC_URL',
  },
  platforms: object('what platforms prove themselves with, by names of environment variables', CREDENTIALS),
  aliases: {
    kind: 'map',
    about: 'parameters that requests may lack, each with one that they have instead: `"Session": "CallSid"`',
    flag: '--alias <name=parameter...>',
    flagAbout: 'give requests that lack a parameter another one: Session=CallSid',
    also: 'call',
    of: { kind: 'text', about: 'the parameter that is there' },
  },
  secrets: {
    kind: 'map',
    about: `secrets of tools by the name that documents give them; \`${SECRET_PREFIX}ORDERS\` is read for \`orders\` without being named`,
    of: { kind: 'variable', about: 'it' },
  },
  record: {
    kind: 'path',
    about: 'folder in which each call is written as a fixture, redacted',
    flag: '--record <folder>',
    variable: 'COLLOQUY_RECORD',
  },
  transfers: object('where the model may send calls, beside what their documents name', {
    dial: {
      kind: 'list',
      about: 'numbers in E.164 and SIP addresses, in which `*` stands for anything; `any` for all there are',
      of: { kind: 'text', about: 'a number, an address or a pattern' },
    },
    redirect: {
      kind: 'list',
      about: 'URLs of documents, in which `*` stands for anything; `any` for all there are',
      of: { kind: 'text', about: 'a URL or a pattern' },
    },
  }),
  maxCallSeconds: {
    kind: 'integer',
    about: 'at its first turn after so many seconds a call ends with a farewell; without it, it may last',
    minimum: 1,
    maximum: 86_400,
    variable: 'COLLOQUY_MAX_CALL_SECONDS',
  },
  fallback: {
    kind: 'source',
    about: 'document that runs where another cannot be fetched or has faults; without it, an apology and a hang-up',
  },
  onOutage: {
    kind: 'words',
    about:
      'what a platform is answered while the store is away: `apology` says so and has it come back, at last with the failure line and a hang-up; `fallback` is status 503, at which it runs the fallback URL that the number has there',
    words: ['apology', 'fallback'],
    variable: 'COLLOQUY_ON_OUTAGE',
    byDefault: 'apology',
  },
  callbackSecret: {
    kind: 'text',
    about: 'name, among `secrets`, of the one that signs status callbacks; without it, they are not signed',
  },
  lines: object('sentences of our own, said where neither the document nor the model has words', {
    fillers: lines(
      ENGLISH.fillers,
      'while the caller waits, one after the other; at least two keep one from following itself; an empty list for silence',
    ),
    reprompts: lines(ENGLISH.reprompts, 'to a caller who stayed silent, in order'),
    apology: line(ENGLISH.apology, 'the model failed; the conversation goes on'),
    noAnswer: line(ENGLISH.noAnswer, 'the model answered nothing'),
    setback: line(
      ENGLISH.setback,
      'a Converse without a Gather has no answer; the document goes on, and nobody listens',
    ),
    failure: line(ENGLISH.failure, 'the call cannot go on; a hang-up follows'),
    goodbye: line(ENGLISH.goodbye, 'the model hangs up without a word'),
    farewell: line(ENGLISH.farewell, 'to a caller who said nothing at all; a hang-up follows'),
    timeUp: line(ENGLISH.timeUp, 'the call has lasted as long as it may; a hang-up follows'),
    opening: line(
      ENGLISH.opening,
      'stands for the caller in a prompt without a user line, so that the model opens; never spoken',
    ),
  } satisfies { readonly [L in keyof Lines]: Field }),
} as const satisfies { readonly [name: string]: Field };

const AGENT = {
  kind: 'object',
  about: 'an application: the path of its document alone, or its settings',
  main: 'source',
  fields: {
    source: { kind: 'source', about: 'the document: a file, relative to the folder of this one, or an https URL' },
    platform: {
      kind: 'words',
      about: 'the one platform that calls it; without it, requests are recognised by their shape',
      words: CREDENTIAL_PLATFORMS,
    },
    method: {
      kind: 'words',
      about: 'how its document is asked for where it is a URL; GET without it',
      words: ['GET', 'POST'],
    },
    ...FOR_EACH_AGENT,
  },
} as const satisfies ObjectField;

export const SETTINGS = object('what Colloquy runs, and how', {
  $schema: { kind: 'text', about: 'where editors find the JSON Schema of this file' },
  agents: {
    kind: 'map',
    about: 'applications by their names in the voice URL; where the flag is given, only those that it names are served',
    flag: '--app <name=source...>',
    flagAbout: 'the applications to serve, in place of all in the file: the name in the voice URL, and a file or URL',
    names: NAMES_IN_URLS,
    of: AGENT,
  },
  model: object('the model, and the API that it is asked for at', {
    name: {
      kind: 'text',
      about: 'model where a Converse names none',
      flag: '--model <name>',
      also: 'call',
      variable: 'COLLOQUY_MODEL',
      byDefault: 'gpt-4o-mini',
    },
    baseUrl: {
      kind: 'url',
      about: 'OpenAI-compatible API, version included',
      flag: '--model-url <url>',
      also: 'call',
      variable: 'OPENAI_BASE_URL',
      byDefault: PROVIDERS.openai.baseUrl,
    },
    key: { kind: 'variable', about: 'the key of that API', byDefault: PROVIDERS.openai.keyVariable },
  }),
  providers: {
    kind: 'map',
    about: 'further APIs, by the name that stands before the colon in a model’s name: `groq:llama-3.3-70b-versatile`',
    names: { pattern: '^[a-z][a-z0-9_-]*$', expected: 'small letters, digits, "_" and "-"' },
    of: object('an OpenAI-compatible API', {
      baseUrl: { kind: 'url', about: 'version included; left out for a provider that is known by its name' },
      key: { kind: 'variable', about: 'its key' },
    }),
    byDefault: Object.fromEntries(
      Object.entries(PROVIDERS).flatMap(([name, { keyVariable }]) =>
        name === 'openai' ? [] : [[name, { key: keyVariable }] as const],
      ),
    ),
  },
  ...FOR_EACH_AGENT,
  allowedHosts: {
    kind: 'list',
    about: 'hosts, `name` or `name:port`, that documents and tools may use though they are private or without https',
    flag: '--allow-host <host...>',
    also: 'call',
    variable: 'COLLOQUY_ALLOWED_HOSTS',
    of: { kind: 'text', about: 'a host', pattern: '^[^\\s/?#@]+$', expected: 'a host, `name` or `name:port`' },
    byDefault: [],
  },
  host: {
    kind: 'text',
    about: 'address to listen on; beyond this machine only if every agent has a verified platform',
    pattern: '^[^\\s/]+$',
    expected: 'an address, such as 0.0.0.0 for every address of the machine',
    flag: '--host <address>',
    variable: 'COLLOQUY_HOST',
    byDefault: '127.0.0.1',
  },
  port: {
    kind: 'integer',
    about: 'port to listen on, 0 for any free one',
    minimum: 0,
    maximum: 65_535,
    flag: '--port <number>',
    variable: 'COLLOQUY_PORT',
    byDefault: 3000,
  },
  insecure: {
    kind: 'boolean',
    about: 'listen beyond this machine though an agent has no verified platform',
    flag: '--insecure',
    variable: 'COLLOQUY_INSECURE',
    byDefault: false,
  },
  store: {
    kind: 'words',
    about:
      'where calls are kept: until the process ends, in a folder for one process, or on a Postgres server for any number of nodes; without it, on the server if `database` names one, else in the folder',
    words: ['memory', 'folder', 'postgres'],
    flag: '--store <kind>',
    also: 'store',
    variable: 'COLLOQUY_STORE',
  },
  dataFolder: {
    kind: 'path',
    about: 'folder of the embedded Postgres, made if it is not there; one process at a time has it',
    flag: '--data-folder <folder>',
    also: 'store',
    variable: 'COLLOQUY_DATA_FOLDER',
    byDefault: 'colloquy-data',
  },
  database: {
    kind: 'variable',
    about: 'the URL of the Postgres server, `postgres://user:password@host/database`',
    byDefault: 'DATABASE_URL',
  },
  connections: {
    kind: 'integer',
    about: 'connections of this process to the Postgres server; one more listens',
    minimum: 1,
    maximum: 1_000,
    variable: 'COLLOQUY_CONNECTIONS',
    byDefault: 10,
  },
  keepDays: {
    kind: 'integer',
    about: 'calls and deliveries are removed from the store so many days after they were last touched',
    minimum: 1,
    maximum: 3_650,
    flag: '--keep-days <days>',
    variable: 'COLLOQUY_KEEP_DAYS',
    byDefault: 30,
  },
  logLevel: {
    kind: 'words',
    about: 'how much is logged, as JSON lines on standard error',
    words: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    flag: '--log-level <level>',
    variable: 'COLLOQUY_LOG_LEVEL',
    byDefault: 'info',
  },
  limits: object('times that depend on the model and on how you deploy', {
    modelStartMs: {
      kind: 'integer',
      about:
        'a model that has not begun to answer by then has failed; one that has a `fallback` is waited for 12 seconds at most',
      minimum: 500,
      maximum: 60_000,
      variable: 'COLLOQUY_MODEL_START_MS',
      byDefault: MODEL_START_TIMEOUT_MS,
    },
    modelIdleMs: {
      kind: 'integer',
      about: 'a model that pauses for longer within an answer has stalled',
      minimum: 500,
      maximum: 60_000,
      variable: 'COLLOQUY_MODEL_IDLE_MS',
      byDefault: MODEL_IDLE_TIMEOUT_MS,
    },
    stopMs: {
      kind: 'integer',
      about: 'how long a stop waits for running turns, and for callers who are still to hear the end of one',
      minimum: 0,
      maximum: 120_000,
      variable: 'COLLOQUY_STOP_MS',
      byDefault: 10_000,
    },
  }),
});

/** The settings that a file, the environment and flags make together, defaults filled in. */
export type Settled = Effective<typeof SETTINGS>;
export type SettledAgent = Given<typeof AGENT>;

/** The file that is read when no other is named. */
export const CONFIG_FILE = 'colloquy.config.json';
/** The flag and the variable that name another; it cannot be said in the file itself. */
export const CONFIG_FLAG = '--config <file>';
export const CONFIG_VARIABLE = 'COLLOQUY_CONFIG';
