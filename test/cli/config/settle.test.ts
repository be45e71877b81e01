import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Environment, Flags } from '../../../src/cli/config/layers.ts';
import { originText } from '../../../src/cli/config/located.ts';
import { readConfigText, settle, settleLayers } from '../../../src/cli/config/settle.ts';
import { VoiceError } from '../../../src/errors.ts';
import { leavesOf } from '../../../src/cli/config/effective.ts';

type Said = { readonly file?: unknown; readonly flags?: Flags; readonly environment?: Environment };

function settled({ file, flags = {}, environment = {} }: Said): ReturnType<typeof settleLayers> {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  return settleLayers(file === undefined ? undefined : readConfigText('shop.json', text), flags, environment);
}

/** What a command says of it on standard error. */
function faults(said: Said): string {
  try {
    settled(said);
    return '';
  } catch (error) {
    return error instanceof VoiceError && error.code === 'CONFIG_INVALID' ? error.message : String(error);
  }
}

describe('precedence', () => {
  const file = { port: 1000 };
  const environment = { COLLOQUY_PORT: '2000' };
  const flags = { port: '3001' };

  test.each<[string, Said, number, string]>([
    ['a flag counts before everything', { file, environment, flags }, 3001, '--port'],
    ['a variable before the file', { file, environment }, 2000, 'COLLOQUY_PORT'],
    ['the file before the default', { file }, 1000, 'shop.json:1:9'],
    ['the default where nothing is said', {}, 3000, 'default'],
    ['a blank variable says nothing', { file, environment: { COLLOQUY_PORT: ' ' } }, 1000, 'shop.json:1:9'],
  ])('%s', (_rule, said, port, origin) => {
    const { settled: values, located } = settled(said);
    const leaf = leavesOf(located).find(({ path: names }) => names.join('.') === 'port');
    expect([values.port, leaf && originText(leaf.value.origin)]).toEqual([port, origin]);
  });

  test('objects are laid over each other name by name, lists as a whole', () => {
    const { model, lines, allowedHosts } = settled({
      file: { model: { name: 'small' }, lines: { goodbye: 'Bye.', fillers: ['Wait.'] }, allowedHosts: ['a', 'b'] },
      environment: { OPENAI_BASE_URL: 'http://localhost:1/v1', COLLOQUY_ALLOWED_HOSTS: 'c:1, d' },
    }).settled;
    expect(model).toEqual({ name: 'small', baseUrl: 'http://localhost:1/v1', key: 'OPENAI_API_KEY' });
    expect([lines.goodbye, lines.fillers, lines.reprompts.length]).toEqual(['Bye.', ['Wait.'], 2]);
    expect(allowedHosts).toEqual(['c:1', 'd']);
  });

  test('--app chooses among the agents of the file, keeps their settings, and adds others', () => {
    const agents = { a: { source: 'a.xml', platform: 'plivo' }, b: 'b.xml' };
    expect(settled({ file: { agents }, flags: { app: ['a=other.xml', 'c=c.xml'] } }).settled.agents).toEqual({
      a: { source: 'other.xml', platform: 'plivo' },
      c: { source: 'c.xml' },
    });
    expect(Object.keys(settled({ file: { agents } }).settled.agents ?? {})).toEqual(['a', 'b']);
  });

  test('a secret of the environment is known without being named', () => {
    const environment = { COLLOQUY_SECRET_ORDERS: 'x', COLLOQUY_SECRET_EMPTY: '' };
    expect(settled({ environment }).settled.secrets).toEqual({ orders: 'COLLOQUY_SECRET_ORDERS' });
  });

  test('flags that are switches, and words for them in the environment', () => {
    expect(settled({ flags: { insecure: true } }).settled.insecure).toBe(true);
    expect(settled({ environment: { COLLOQUY_INSECURE: '1' } }).settled.insecure).toBe(true);
    expect(settled({ environment: { COLLOQUY_INSECURE: 'false' } }).settled.insecure).toBe(false);
  });
});

describe('faults are one line each, with the place, what was found and what was expected', () => {
  test.each<[string, Said, string]>([
    ['an unknown name', { file: { agnets: {} } }, 'shop.json:1:2: unknown key "agnets"; did you mean "agents"?'],
    [
      'an unknown name that is near to none',
      { file: { agents: { a: { source: 'a.xml', colour: 'red' } } } },
      'shop.json:1:34: unknown key "colour" in agents.a; docs/configuration.md lists what there is',
    ],
    [
      'a fault further down',
      { file: '{\n  "port": 1,\n  "host": 5\n}' },
      'shop.json:3:11: host is 5; expected an address, such as 0.0.0.0 for every address of the machine',
    ],
    [
      'a number as text',
      { file: { port: '3000' } },
      'shop.json:1:9: port is "3000"; expected an integer from 0 to 65535',
    ],
    [
      'a number out of bounds',
      { file: { port: 70000 } },
      'shop.json:1:9: port is 70000; expected an integer from 0 to 65535',
    ],
    ['null', { file: { port: null } }, 'shop.json:1:9: port is null; expected an integer from 0 to 65535'],
    ['an object in place of a text', { file: { host: {} } }, 'shop.json:1:9: host is an object; expected an address'],
    [
      'a text in place of an object',
      { file: { limits: 'none' } },
      'shop.json:1:11: limits is a text; expected an object',
    ],
    [
      'a text in place of a list',
      { file: { allowedHosts: 'a' } },
      'shop.json:1:17: allowedHosts is a text; expected a list',
    ],
    [
      'a list that is no agent',
      { file: { agents: { a: [] } } },
      'shop.json:1:16: agents.a is a list; expected a text or an object',
    ],
    [
      'an item of a list',
      { file: { allowedHosts: ['a', 'b/c'] } },
      'shop.json:1:22: allowedHosts[1] is "b/c"; expected a host',
    ],
    ['a list as the whole', { file: [] }, 'shop.json:1:1: the file is a list; expected an object'],
    ['an agent without a document', { file: { agents: { a: {} } } }, 'shop.json:1:16: agents.a has no "source"'],
    [
      'a name that cannot be in a URL',
      { file: { agents: { 'a b': 'a.xml' } } },
      'shop.json:1:12: agents has the name "a b"; expected letters, digits',
    ],
    [
      'a name that leads elsewhere in a URL',
      { file: { agents: { '..': 'a.xml' } } },
      'agents has the name ".."; expected letters',
    ],
    [
      'an unknown platform',
      { file: { agents: { a: { source: 'x', platform: 'twillio' } } } },
      'agents.a.platform is "twillio"; expected one of twilio, cloudonix',
    ],
    [
      'a name twice',
      { file: '{"agents": {"a": "x",\n "a": "y"}}' },
      'shop.json:2:2: there is another "a" before this one',
    ],
    ['a file that is empty', { file: ' \n' }, 'shop.json:2:1: it is empty; expected a JSON object'],
    ['a name of Object.prototype', { file: { toString: 1 } }, 'shop.json:1:2: unknown key "toString"'],
    ['__proto__', { file: '{"__proto__": {"port": 1}}' }, 'shop.json:1:2: unknown key "__proto__"'],
    [
      'a source of another scheme',
      { file: { agents: { a: 'ftp://a.example/x' } } },
      'agents.a.source is "ftp://a.example/x"; expected a file, or an http or https URL',
    ],
    ['a flag', { flags: { port: 'abc' } }, '--port is "abc"; expected an integer from 0 to 65535'],
    ['a flag with a fraction', { flags: { port: '1.5' } }, '--port is "1.5"; expected an integer'],
    ['a flag that is empty', { flags: { port: '' } }, '--port is ""; expected an integer'],
    [
      'a URL in a flag',
      { flags: { publicUrl: 'voice.example' } },
      '--public-url is "voice.example"; expected an http or https URL, without a user, a password, a query or a fragment',
    ],
    [
      'a word in a flag',
      { flags: { logLevel: 'loud' } },
      '--log-level is "loud"; expected one of trace, debug, info, warn, error, fatal, silent',
    ],
    ['a word in a flag', { flags: { store: 'redis' } }, '--store is "redis"; expected one of memory, folder, postgres'],
    ['a pair in a flag', { flags: { app: ['x.xml'] } }, '--app x.xml: expected name=value'],
    ['a pair twice in a flag', { flags: { app: ['a=x.xml', 'a=y.xml'] } }, '--app a=y.xml: "a" is there twice'],
    [
      'a variable',
      { environment: { COLLOQUY_PORT: 'abc' } },
      'COLLOQUY_PORT is "abc"; expected an integer from 0 to 65535',
    ],
    [
      'a switch in a variable',
      { environment: { COLLOQUY_INSECURE: 'perhaps' } },
      'COLLOQUY_INSECURE is "perhaps"; expected true or false',
    ],
  ])('%s', (_what, said, expected) => {
    const found = faults(said);
    expect(found).toContain(expected);
    expect(found).not.toContain('\n');
  });

  test('several at once, those of the file first and in its order', () => {
    expect(
      faults({ file: { port: 'x', agents: { a: { source: 5 } } }, flags: { logLevel: 'x' } }).split('\n'),
    ).toHaveLength(3);
  });

  test('a secret in place of its variable is not repeated', () => {
    const secret = 'f00dcafe0123456789';
    const file = {
      platforms: { twilio: { authToken: secret }, cloudonix: secret },
      secrets: { orders: `whsec_${secret}` },
      model: { key: `sk-${secret}` },
      providers: { groq: { key: secret }, local: secret },
      agents: { a: { source: 'a.xml', secrets: { x: secret }, platforms: { plivo: { authToken: secret } } } },
    };
    const found = faults({ file });
    expect(found.split('\n')).toHaveLength(8);
    expect(found).not.toContain('f00d');
    expect(found).toContain('platforms.twilio.authToken is another text; expected the name of an environment variable');
    expect(faults({ file: `{"secrets": {"orders": ${secret}}}` })).not.toContain('f00d');
  });

  test('a user in a URL is not repeated', () => {
    for (const said of [
      { file: { model: { baseUrl: 'https://me:hunter2@api.example/v1' } } },
      { environment: { OPENAI_BASE_URL: 'https://me:hunter2@api.example/v1' } },
      { flags: { app: ['a=https://me:hunter2@a.example/'] } },
    ]) {
      expect(faults(said)).toContain('expected');
      expect(faults(said)).not.toContain('hunter2');
    }
  });
});

test('a variable with our prefix that is no setting is told, unless the file names it', () => {
  const environment = { COLLOQUY_PROT: '1', COLLOQUY_SHOP_TOKEN: 'x' };
  const file = { platforms: { twilio: { authToken: 'COLLOQUY_SHOP_TOKEN' } } };
  expect(settled({ file, environment }).warnings).toEqual([
    'COLLOQUY_PROT in the environment is no setting; did you mean COLLOQUY_PORT?',
  ]);
});

describe('the file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'colloquy-settle-'));
    await mkdir(path.join(folder, 'deep'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function written(name: string, content: string | Buffer): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, content);
    return file;
  }

  test('is named by the flag, else by the variable', async () => {
    const [one, two] = [await written('one.json', '{"port": 1}'), await written('two.json', '{"port": 2}')];
    expect((await settle({ config: one }, { COLLOQUY_CONFIG: two })).settled.port).toBe(1);
    expect(await settle({}, { COLLOQUY_CONFIG: two })).toMatchObject({ file: two, settled: { port: 2 } });
  });

  test('its paths are relative to its folder; those of flags, and absolute ones, are as they are', async () => {
    const agents = { a: 'a.xml', b: { source: '/b.xml', record: 'kept' }, c: 'https://c.example/c.xml' };
    const file = await written('deep/c.json', JSON.stringify({ record: 'calls', agents }));
    const here = path.join(folder, 'deep');
    const { settled: values } = await settle({ config: file }, {});
    expect(values.record).toBe(path.join(here, 'calls'));
    expect(values.agents).toEqual({
      a: { source: path.join(here, 'a.xml') },
      b: { source: '/b.xml', record: path.join(here, 'kept') },
      c: { source: 'https://c.example/c.xml' },
    });
    expect((await settle({ config: file, record: 'mine' }, {})).settled.record).toBe('mine');
  });

  test('may begin with a byte order mark', async () => {
    expect((await settle({ config: await written('bom.json', '\uFEFF{"port": 4}') }, {})).settled.port).toBe(4);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['is not there', async () => path.join(folder, 'absent.json'), /: there is no such file$/],
    ['is a folder', async () => path.join(folder, 'deep'), /: it is a folder/],
    [
      'is huge',
      () => written('huge.json', ' '.repeat(1024 * 1024 + 1)),
      /: it has 1048577 bytes; expected at most 1048576$/,
    ],
    ['is UTF-16', () => written('16.json', Buffer.from('\uFEFF{}', 'utf16le')), /: it is UTF-16; expected UTF-8$/],
    ['is not text', () => written('bytes.json', Buffer.from([0x7b, 0xff, 0x7d])), /: a byte that is not UTF-8$/],
  ])('that %s is told in one line', async (_what, file, message) => {
    const config = await file();
    await expect(settle({ config }, {})).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message) as string,
    });
  });
});
