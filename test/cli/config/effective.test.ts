import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { settingsOf } from '../../../src/app.ts';
import { describeSettings } from '../../../src/cli/config.ts';
import { configFrom } from '../../../src/cli/config/effective.ts';
import type { Environment, Flags } from '../../../src/cli/config/layers.ts';
import { CREDENTIAL_PLATFORMS } from '../../../src/cli/config/settings.ts';
import { readConfigText, settleLayers } from '../../../src/cli/config/settle.ts';
import { configSchema } from '../../../src/cli/docs/config-schema.ts';
import { startLines } from '../../../src/cli/serve.ts';
import { agentCredentials, agentSettings, type Config } from '../../../src/config.ts';
import type { Outcome } from '../../../src/cli/outcome.ts';
import { ENGLISH } from '../../../src/interpret/lines.ts';
import { PLATFORM_NAMES } from '../../../src/language/platforms.ts';

const SECRET = 'MDEyMzQ1Njc4OWFiY2RlZg==';

function settlement(file: object, environment: Environment, flags: Flags = {}): ReturnType<typeof settleLayers> {
  return settleLayers(readConfigText('shop.json', JSON.stringify(file)), flags, environment);
}

function configOf(file: object, environment: Environment = {}, what?: 'call'): Config {
  return configFrom(settlement(file, environment), environment, what);
}

function verified(file: object, environment: Environment): readonly string[] {
  const config = configOf(file, environment);
  return [...config.agents].map(
    ([name, agent]) => `${name}: ${Object.keys(agentCredentials(config, agent)).join(' ')}`,
  );
}

describe('what is named is read from the environment', () => {
  test('credentials, keys and secrets, shared and of one agent', () => {
    const config = configOf(
      {
        model: { key: 'MY_KEY' },
        providers: { local: { baseUrl: 'http://localhost:1/v1/', key: 'LOCAL_KEY' } },
        secrets: { orders: 'ORDERS' },
        agents: {
          a: { source: 'a.xml', platforms: { plivo: { authToken: 'A_PLIVO' } }, secrets: { orders: 'A_ORDERS' } },
        },
      },
      { MY_KEY: 'k1', LOCAL_KEY: 'k2', ORDERS: SECRET, A_ORDERS: 'AAAA', A_PLIVO: 'p', TWILIO_AUTH_TOKEN: ' t ' },
    );
    expect([config.model.apiKey, config.model.providers['local']]).toEqual([
      'k1',
      { baseUrl: 'http://localhost:1/v1', apiKey: 'k2' },
    ]);
    expect(config.credentials).toEqual({ twilio: { authToken: 't' } });
    expect(config.secrets).toEqual(new Map([['orders', SECRET]]));
    const agent = config.agents.get('a');
    expect([agent?.credentials, agent?.secrets]).toEqual([
      { plivo: { authToken: 'p' } },
      new Map([['orders', 'AAAA']]),
    ]);
  });

  test.each([
    [{}, 'TELNYX_PUBLIC_KEY', ''],
    [{ platforms: { telnyx: { publicKey: 'MY_KEY' } } }, 'MY_KEY', 'shop.json:1:49: '],
  ])('a public key that is none is refused: %j', (settings, name, place) => {
    const file = { agents: {}, ...settings };
    const problem = `${place}platforms.telnyx.publicKey is in ${name}, which holds another text; expected 32 bytes in base64`;
    expect(() => configOf(file, { [name]: 'notakey' })).toThrow(problem);
    expect(describeSettings(settlement(file, { [name]: 'notakey' }), {}, { [name]: 'notakey' })).toMatchObject({
      problems: `colloquy: ${problem}\n`,
      exitCode: 1,
    });
    expect(configOf(file, { [name]: Buffer.alloc(32, 7).toString('base64') }).credentials).toHaveProperty('telnyx');
    expect(configOf(file, { [name]: 'notakey' }, 'call').agents.size).toBe(0);
  });

  test('an empty list of fillers is none', () => {
    const { lines } = settingsOf(configOf({ lines: { fillers: [] } }), { source: 'a.xml' });
    expect([lines.fillers, lines.apology]).toEqual([[], ENGLISH.apology]);
  });

  test('keys of providers that are known by their names need no file', () => {
    expect(configOf({}, { GROQ_API_KEY: 'g', OPENAI_API_KEY: 'o' }).model).toMatchObject({
      apiKey: 'o',
      providers: { groq: { apiKey: 'g' } },
    });
  });

  test('a secret of the environment has its name in small letters and as the variable has it', () => {
    expect([...(configOf({}, { COLLOQUY_SECRET_ORDERS: SECRET }).secrets ?? new Map())]).toEqual([
      ['ORDERS', SECRET],
      ['orders', SECRET],
    ]);
  });

  test.each<[string, object, Environment, string]>([
    [
      'a variable that the file names and nobody set',
      { secrets: { a: 'NOT_THERE' } },
      {},
      'shop.json:1:17: secrets.a is in NOT_THERE, which is not set',
    ],
    [
      'one that is blank',
      { model: { key: 'BLANK' } },
      { BLANK: ' ' },
      'shop.json:1:17: model.key is in BLANK, which is not set',
    ],
    [
      'a secret that cannot sign',
      { secrets: { a: 'A' } },
      { A: 'not base64!' },
      'the secret "a" cannot be used: the secret is not base64',
    ],
    [
      'a provider of no address',
      { providers: { mine: {} } },
      {},
      'shop.json:1:15: providers.mine has no "baseUrl"; only openai, anthropic',
    ],
    [
      'a secret of callbacks that there is not',
      { agents: { a: 'a.xml' }, callbackSecret: 'x' },
      {},
      'callbackSecret of a is "x", and no secret has that name',
    ],
  ])('%s is a fault', (_what, file, environment, message) => {
    const fault = ((): unknown => {
      try {
        return configOf({ ...file, agents: { a: 'a.xml' } }, environment);
      } catch (error) {
        return error;
      }
    })();
    expect(fault).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message) as string,
    });
  });

  test('a call in the terminal needs no credentials of platforms', () => {
    const file = { agents: { a: 'a.xml' }, platforms: { twilio: { authToken: 'NOT_THERE' } } };
    expect(() => configOf(file, {}, 'call')).not.toThrow();
    expect(() => configOf(file, {})).toThrow('NOT_THERE, which is not set');
  });
});

describe('what verifies the requests of an agent', () => {
  const environment = { TWILIO_AUTH_TOKEN: 't', CLOUDONIX_API_KEY: 'c', MINE: 'm' };

  test.each<[string, object, readonly string[]]>([
    ['all credentials that there are', { agents: { a: 'a.xml' } }, ['a: twilio cloudonix']],
    ['those of its one platform', { agents: { a: { source: 'a.xml', platform: 'twilio' } } }, ['a: twilio']],
    ['none, where its one platform has none', { agents: { a: { source: 'a.xml', platform: 'plivo' } } }, ['a: ']],
    [
      'its own beside those that all share',
      { agents: { a: { source: 'a.xml', platforms: { plivo: { authToken: 'MINE' } } }, b: 'b.xml' } },
      ['a: twilio cloudonix plivo', 'b: twilio cloudonix'],
    ],
  ])('%s', (_what, file, expected) => {
    expect(verified(file, environment)).toEqual(expected);
  });

  test('every platform that is known can be verified', () => {
    expect([...CREDENTIAL_PLATFORMS].toSorted()).toEqual([...PLATFORM_NAMES].toSorted());
  });
});

test('what an agent says counts before what all share, line by line', () => {
  const config = configOf({
    lines: { goodbye: 'Bye all.', apology: 'Sorry all.' },
    maxCallSeconds: 60,
    transfers: { dial: ['+1*'] },
    agents: {
      a: { source: 'a.xml', lines: { goodbye: 'Bye.' }, fallback: 'https://a.example/f.xml' },
      b: { source: 'b.xml', maxCallSeconds: 5 },
    },
  });
  const [a, b] = [...config.agents.values()].map((agent) => settingsOf(config, agent));
  expect(a).toMatchObject({
    lines: { ...ENGLISH, goodbye: 'Bye.', apology: 'Sorry all.' },
    maxCallSeconds: 60,
    fallbackDocument: 'https://a.example/f.xml',
    transfers: { dial: ['+1*'], redirect: [] },
  });
  expect(settingsOf(configOf({ agents: { c: 'c.xml' } }), { source: 'c.xml' })).toEqual({ lines: ENGLISH });
  expect([b?.maxCallSeconds, b?.lines.goodbye, b?.fallbackDocument]).toEqual([5, 'Bye all.', undefined]);
});

test('an agent may have a public URL and an answer to outages of its own', () => {
  const config = configOf({
    publicUrl: 'https://voice.example',
    onOutage: 'fallback',
    agents: { a: 'a.xml', b: { source: 'b.xml', publicUrl: 'https://b.example/', onOutage: 'apology' } },
  });
  expect([...config.agents.values()].map((agent) => agentSettings(config, agent))).toMatchObject([
    { publicUrl: 'https://voice.example', onOutage: 'fallback' },
    { publicUrl: 'https://b.example', onOutage: 'apology' },
  ]);
  expect(startLines(config, { address: 'http://127.0.0.1:1', keeps: '' })).toMatch(
    /https:\/\/voice\.example\/voice\/a\n[^]*https:\/\/b\.example\/voice\/b\n/,
  );
});

test('the start says what runs, who is verified and where calls are recorded, agent by agent', () => {
  const config = configOf(
    {
      publicUrl: 'https://voice.example/',
      agents: { a: 'https://a.example/a.xml?key=hidden', b: { source: '/b.xml', platform: 'plivo', record: '/calls' } },
    },
    { TWILIO_AUTH_TOKEN: 'hidden-too', OPENAI_API_KEY: 'hidden-three' },
  );
  expect(startLines(config, { address: 'http://127.0.0.1:1', keeps: 'keeps calls somewhere', file: 'shop.json' }))
    .toBe(`colloquy listens on http://127.0.0.1:1, configured by shop.json
  keeps calls somewhere
  a  runs https://a.example/a.xml?...
    voice URL        https://voice.example/voice/a
    status callback  https://voice.example/voice/a/status
    fallback URL     https://voice.example/voice/a/fallback
    verifies twilio
  b  runs /b.xml
    voice URL        https://voice.example/voice/b
    status callback  https://voice.example/voice/b/status
    fallback URL     https://voice.example/voice/b/fallback
    verifies no platform: whoever reaches it can begin calls
    records its calls in /calls
`);
});

describe('colloquy config', () => {
  const environment = {
    OPENAI_API_KEY: 'sk-hunter2',
    TWILIO_AUTH_TOKEN: 'hunter3',
    COLLOQUY_SECRET_X: SECRET,
    COLLOQUY_PORT: '4',
  };
  const file = { agents: { a: 'https://a.example/?token=hunter4', b: { source: 'b.xml', platform: 'plivo' } } };
  const describe = (flags: Flags, said: object = file): Outcome =>
    describeSettings({ ...settlement(said, environment, flags), file: 'shop.json' }, flags, environment);

  test('prints every value with its origin, and of a secret only where it is', () => {
    const { output, problems, exitCode } = describe({ host: '::1' });
    expect([problems, exitCode]).toEqual(['', 0]);
    const lines = output.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));
    expect(lines).toContain('model.key | default | $OPENAI_API_KEY, set');
    expect(lines).toContain('platforms.plivo.authToken | default | $PLIVO_AUTH_TOKEN, not set');
    expect(lines).toContain('secrets.x | COLLOQUY_SECRET_X | $COLLOQUY_SECRET_X, set');
    expect(lines).toContain('port | COLLOQUY_PORT | 4');
    expect(lines).toContain('host | --host | "::1"');
    expect(lines).toContain('agents.a.source | shop.json:1:16 | "https://a.example/?..."');
    expect(lines).toContain('calls are kept in the folder colloquy-data');
    expect(lines).toContain('agent a verifies twilio');
    expect(lines).toContain('agent b verifies no platform');
    expect(output).not.toMatch(/hunter|MDEy/);
  });

  test.each<[string, Flags, string | null, string]>([
    ['memory', { store: 'memory' }, 'memory', ''],
    ['nowhere', { store: 'postgres' }, null, 'colloquy: store is postgres, and DATABASE_URL, where '],
  ])('says that calls are kept %s', (words, flags, kind, problem) => {
    const { output, problems = '', exitCode } = describe(flags);
    expect(output).toMatch(new RegExp(`^calls are kept .*${words}$`, 'm'));
    expect([problems.slice(0, problem.length), exitCode]).toEqual([problem, problem === '' ? 0 : 1]);
    expect(JSON.parse(describe({ ...flags, json: true }).output)).toMatchObject({ store: kind });
  });

  test('as JSON', () => {
    const { output } = describe({ json: true });
    const {
      file: name,
      settings,
      agents,
    } = JSON.parse(output) as {
      readonly file: string;
      readonly settings: readonly { readonly name: string }[];
      readonly agents: unknown;
    };
    expect([name, agents]).toEqual([
      'shop.json',
      [
        { name: 'a', verified: ['twilio'] },
        { name: 'b', verified: [] },
      ],
    ]);
    expect(settings.find((each) => each.name === 'model.key')).toEqual({
      name: 'model.key',
      value: 'OPENAI_API_KEY',
      isSet: true,
      origin: { kind: 'default' },
    });
    expect(settings.find((each) => each.name === 'port')).toMatchObject({
      value: 4,
      origin: { kind: 'variable', name: 'COLLOQUY_PORT' },
    });
    expect(output).not.toMatch(/hunter|MDEy/);
  });

  test('a variable that is missing is told, and the rest still printed', () => {
    const { output, problems, exitCode } = describe({}, { secrets: { y: 'NOT_THERE' } });
    expect([problems, exitCode]).toEqual([
      'colloquy: shop.json:1:17: secrets.y is in NOT_THERE, which is not set\n',
      1,
    ]);
    expect(output).toMatch(/^secrets\.y +shop\.json:1:17 +\$NOT_THERE, not set$/m);
  });
});

describe('the schema accepts what the reader accepts, and nothing else', () => {
  const validate = new Ajv2020().compile(configSchema());
  const agent = (settings: object): object => ({ agents: { a: { source: 'a.xml', ...settings } } });

  test.each<[boolean, object]>([
    [true, {}],
    [
      true,
      { $schema: './config.schema.json', agents: { a: 'a.xml', 'b.c-d_e': { source: 'https://a.example/x?y=z' } } },
    ],
    [
      true,
      agent({
        platform: 'jambonz',
        platforms: { jambonz: { webhookSecret: 'A_B1' } },
        aliases: { Session: 'CallSid' },
      }),
    ],
    [
      true,
      agent({ lines: { fillers: ['a', 'b'], opening: 'x' }, record: 'calls', secrets: { x: 'COLLOQUY_SECRET_x' } }),
    ],
    [
      true,
      agent({ transfers: { dial: ['+1*'], redirect: ['any'] }, maxCallSeconds: 1, fallback: 'f.xml', method: 'POST' }),
    ],
    [
      true,
      { providers: { groq: {}, 'my_own-1': { baseUrl: 'http://localhost:1/v1', key: 'K' } }, model: { name: 'x' } },
    ],
    [
      true,
      {
        allowedHosts: [],
        insecure: true,
        store: 'memory',
        limits: { stopMs: 0 },
        publicUrl: 'HTTPS://voice.example/sub',
      },
    ],
    [false, { agents: [] }],
    [false, { agents: { 'a/b': 'a.xml' } }],
    [false, { agents: { a: {} } }],
    [false, { agents: { a: '' } }],
    [false, { agents: { a: 'ftp://a.example/x' } }],
    [false, { agents: { a: 'https://me:pass@a.example/x' } }],
    [false, agent({ platform: 'vonage' })],
    [false, agent({ port: 1 })],
    [false, agent({ platforms: { twilio: { authToken: 'f00dcafe' } } })],
    [false, agent({ platforms: { twilio: { apiKey: 'A' } } })],
    [false, agent({ lines: { goodbye: '' } })],
    [false, agent({ lines: { fillers: 'one' } })],
    [false, agent({ maxCallSeconds: 0 })],
    [false, { port: 1.5 }],
    [false, { port: '1' }],
    [false, { insecure: 'true' }],
    [false, { logLevel: 'loud' }],
    [false, { publicUrl: 'voice.example' }],
    [false, { publicUrl: 'https://me:pass@voice.example' }],
    [false, { publicUrl: 'https://voice.example/?x=1' }],
    [false, { allowedHosts: ['a b'] }],
    [false, { providers: { Groq: {} } }],
    [false, { limits: { stopMs: -1 } }],
    [false, { record: '' }],
  ])('%s: %j', (isGood, file) => {
    const isRead = ((): boolean => {
      try {
        settlement(file, {});
        return true;
      } catch {
        return false;
      }
    })();
    expect([isRead, validate(file)]).toEqual([isGood, isGood]);
  });
});
