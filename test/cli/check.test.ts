import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { artifactUri } from '../../src/cli/sarif.ts';
import { DIAGNOSTIC_CODES } from '../../src/language/diagnostics.ts';

const GOOD = '<Response>\n  <Say>Hello.</Say>\n</Response>\n';
const WARNED = '<Response>\n  <Say voise="woman">Hello.</Say>\n</Response>\n';
const BROKEN = '<Response>\n  <Pause length="a while"/>\n  <Say voise="woman">Hello.</Say>\n</Response>\n';
const DUPLICATE = `<Response><Gather input="speech"><Converse>
<Tool name="find" url="https://shop.example/a"><Description>Finds an order of the caller.</Description></Tool>
<Tool name="find" url="https://shop.example/b"><Description>Finds a parcel of the caller.</Description></Tool>
<System>You answer for a shop.</System><Speech/></Converse></Gather></Response>`;
const BOUND = `<Response><Gather input="speech"><Converse>
<Tool name="find" url="https://shop.example/a"><Description>Finds an order of the caller.</Description>
<Parameter name="Session"/><Parameter name="From" type="integer"/></Tool>
<System>You answer for a shop.</System><Speech/></Converse></Gather></Response>`;

let folder = '';
let server: Server;
let origin = '';

/** A file of this text; gives its path. */
async function file(name: string, text: string | Uint8Array): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-check-'));
  server = createServer((request, response) => {
    if (request.url === '/missing.xml') response.writeHead(404).end();
    else if (request.url === '/old.xml') response.writeHead(302, { location: '/new/app.xml' }).end();
    else
      response.writeHead(200, { 'content-type': 'text/xml' }).end('<Response><Redirect>menu.xml</Redirect></Response>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe('for people', () => {
  test('a document without a fault', async () => {
    const app = await file('good.xml', GOOD);
    expect(await check([app], {})).toEqual({ output: '1 document checked: no faults\n', problems: '', exitCode: 0 });
  });

  test('each fault has its place, its line and a caret; each code where it is explained; then the sum', async () => {
    const app = await file('broken.xml', BROKEN);
    const { output, exitCode } = await check([app], {});
    expect(exitCode).toBe(1);
    const lines = output.split('\n');
    expect(lines.slice(0, 6)).toEqual([
      `${app}:2:18: error bad-attribute "length" of <Pause> is "a while"; expected a whole number of seconds, at least 0`,
      '  <Pause length="a while"/>',
      '                 ^^^^^^^',
      `${app}:3:8: warning unknown-attribute unknown attribute "voise" of <Say>; did you mean "voice"?`,
      '  <Say voise="woman">Hello.</Say>',
      '       ^^^^^',
    ]);
    expect(lines[6]).toMatch(
      /^bad-attribute: colloquy explain bad-attribute, or file:\/\/\/.*docs\/diagnostics\.md#bad-attribute$/,
    );
    expect(lines[7]).toMatch(/^unknown-attribute: .*#unknown-attribute$/);
    expect(lines.slice(8)).toEqual(['1 document checked: 1 error, 1 warning', '']);
  });

  test('warnings alone leave the exit code', async () => {
    const result = await check([await file('warned.xml', WARNED), await file('good.xml', GOOD)], {});
    expect(result).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('2 documents checked: 0 errors, 1 warning\n') as string,
    });
  });

  test('notes are counted, and are no faults', async () => {
    const noted = await file(
      'noted.xml',
      '<Response><Dial><Header name="X-A" value="b"/><Number>+15550001111</Number></Dial></Response>',
    );
    expect(await check([noted], { platform: 'twilio' })).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('1 document checked: no faults, 1 note\n') as string,
    });
    const { output } = await check([noted], { platform: 'twilio', json: true });
    expect(JSON.parse(output)).toMatchObject([{ errors: 0, warnings: 0, notes: 1 }]);
  });

  test('a source that cannot be read is told on the other stream, and the others are checked', async () => {
    const app = await file('broken.xml', BROKEN);
    const { output, problems, exitCode } = await check([path.join(folder, 'absent.xml'), app, folder], {});
    expect(exitCode).toBe(2);
    expect(output).toContain('1 document checked: 1 error, 1 warning\n');
    expect(problems).toBe(
      `colloquy: cannot read the application ${path.join(folder, 'absent.xml')}: there is no such file\n` +
        `colloquy: cannot read the application ${folder}: it is a folder; name the files in it\n`,
    );
  });

  test.each([
    ['ftp://shop.example/app.xml', 'ftp URLs are not read; expected a file, or an http or https URL'],
    ['FILE:///srv/app.xml', 'file URLs are not read; expected a file, or an http or https URL'],
    ['https://', 'it is no URL that can be read; expected a file, or an http or https URL'],
  ])('%s is not taken for a file', async (source, reason) => {
    expect(await check([source], {})).toEqual({
      output: '',
      problems: `colloquy: cannot read the application ${source}: ${reason}\n`,
      exitCode: 2,
    });
  });

  test('of nothing that could be read there is no sum', async () => {
    expect(await check([folder], {})).toMatchObject({ output: '', exitCode: 2 });
  });

  test('the sum says when there may be more', async () => {
    const app = await file('many.xml', `<Response>${'<Pause length="x"/>'.repeat(150)}</Response>`);
    expect((await check([app], {})).output).toContain(
      '\n1 document checked: 100 errors, 0 warnings; of one document no more than 100 are told\n',
    );
  });

  test('there are colours on a terminal that has them, and nowhere else', async () => {
    const app = await file('broken.xml', BROKEN);
    const escapes = async (terminal?: Parameters<typeof check>[2]): Promise<boolean> =>
      (await check([app], {}, terminal)).output.includes('\u001b[');
    expect(await escapes({ isTTY: true, hasColors: () => true })).toBe(true);
    expect(await escapes({ isTTY: true, hasColors: () => false })).toBe(false);
    expect(await escapes({ isTTY: true })).toBe(false);
    expect(await escapes({ isTTY: false, hasColors: () => true })).toBe(false);
    expect(await escapes()).toBe(false);
  });

  test('colours change nothing but colours', async () => {
    const app = await file('broken.xml', BROKEN);
    const painted = await check([app], {}, { isTTY: true, hasColors: () => true });
    // oxlint-disable-next-line no-control-regex
    expect(painted.output.replaceAll(/\u001b\[\d+m/g, '')).toBe((await check([app], {})).output);
  });

  test('relative URLs of a file are faults, unless it is said where it will be served', async () => {
    const app = await file('relative.xml', '<Response><Redirect>/menu.xml</Redirect></Response>');
    expect((await check([app], {})).output).toContain('error relative-url');
    expect(await check([app], { base: 'https://app.example/voice/' })).toMatchObject({ exitCode: 0 });
    await expect(check([app], { base: 'app.example' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: '--base app.example: expected an http or https URL',
    });
  });
});

describe('a URL', () => {
  test('is fetched as in a call: redirects are followed, and relative URLs have a base', async () => {
    const allowHost = [new URL(origin).host];
    expect(await check([`${origin}/old.xml`], { allowHost })).toMatchObject({ exitCode: 0, problems: '' });
  });

  test('goes through the guard, and the mend is named', async () => {
    const { problems, exitCode } = await check([`${origin}/app.xml`], {});
    expect(exitCode).toBe(2);
    expect(problems).toBe(
      `colloquy: cannot read the application ${origin}/app.xml: refused: 127.0.0.1 is not spoken to over https; --allow-host ${new URL(origin).host} lets it through\n`,
    );
  });

  test('that has no document is unreadable', async () => {
    const { problems, exitCode } = await check([`${origin}/missing.xml`], { allowHost: [new URL(origin).host] });
    expect(exitCode).toBe(2);
    expect(problems).toBe(`colloquy: cannot read the application ${origin}/missing.xml: the server answered 404\n`);
  });
});

describe('for a platform', () => {
  test('the parameters that end the call are told for each request type, with the mend', async () => {
    const app = await file('bound.xml', BOUND);
    const { output, exitCode } = await check([app], { platform: 'twilio' });
    expect(exitCode).toBe(0);
    expect(output).toContain('warning unsent-parameter twilio never sends "Session"');
    const proof = output.slice(output.indexOf(`${app} on twilio:`)).split('\n');
    expect(proof[0]).toBe(`${app} on twilio: declared parameters that end the call`);
    for (const request of ['start', 'speech', 'digits', 'record', 'dial']) {
      expect(proof).toContain(
        `  a ${request} request ends at line 1, tool find, parameter Session: twilio sends no "Session" with a ${request} request`,
      );
      expect(
        proof.some((line) => line.startsWith(`  a ${request} request may end at line 1, tool find, parameter From: `)),
      ).toBe(true);
    }
    expect(proof).toContain(
      '  mend Session: serve with --alias Session=CallSid, or write required="false" to leave it to the model where it is missing, or source="model" to always do so',
    );
    expect(proof.some((line) => line.startsWith('  mend From: write required="false"'))).toBe(true);
  });

  test('an alias is taken into account', async () => {
    const app = await file('session.xml', BOUND.replace(' type="integer"', ''));
    const { output } = await check([app], { platform: 'twilio', alias: ['Session=CallSid'] });
    expect(output).toBe(`${app} on twilio: no declared parameter ends a call\n1 document checked: no faults\n`);
  });

  test('a document with errors is proven nothing of', async () => {
    const app = await file('broken.xml', BROKEN);
    expect((await check([app], { platform: 'twilio' })).output).toContain(
      `${app} on twilio: nothing can be proven of a document with errors\n`,
    );
  });

  test.each([
    ['twillio', '--platform twillio: there is no such platform; did you mean "twilio"?'],
    [
      'pigeon',
      '--platform pigeon: there is no such platform; expected one of cloudonix, twilio, signalwire, telnyx, plivo, jambonz',
    ],
  ])('an unknown one is refused: %s', async (platform, message) => {
    await expect(check(['x.xml'], { platform })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message });
  });

  test('an alias without a platform is refused, not ignored', async () => {
    const app = await file('bound.xml', BOUND);
    await expect(check([app], { alias: ['Session=CallSid', 'A=B'] })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(
        '--alias Session=CallSid A=B without --platform: expected both, because a platform says which parameters are missing',
      ) as string,
    });
  });
});

describe('as JSON', () => {
  test('there is one object for each source, with offsets, lines and columns', async () => {
    const broken = await file('broken.xml', BROKEN);
    const good = await file('good.xml', GOOD);
    const absent = path.join(folder, 'absent.xml');
    const { output, exitCode } = await check([broken, good, absent], { json: true });
    expect(exitCode).toBe(2);
    const [first, second, third] = JSON.parse(output) as readonly { readonly diagnostics: readonly object[] }[];
    expect(first).toMatchObject({ source: broken, errors: 1, warnings: 1 });
    expect(first?.diagnostics[0]).toEqual({
      code: 'bad-attribute',
      severity: 'error',
      message: '"length" of <Pause> is "a while"; expected a whole number of seconds, at least 0',
      span: { start: 28, end: 35 },
      start: { line: 2, column: 18 },
      end: { line: 2, column: 25 },
      help: expect.stringMatching(/#bad-attribute$/) as string,
    });
    expect(second).toEqual({ source: good, errors: 0, warnings: 0, notes: 0, diagnostics: [] });
    expect(third).toEqual({ source: absent, unreadable: 'there is no such file' });
  });

  test('a related place and the proof are in it', async () => {
    const apps = [await file('duplicate.xml', DUPLICATE), await file('bound.xml', BOUND)];
    const { output } = await check(apps, { json: true, platform: 'twilio' });
    const [duplicate, bound] = JSON.parse(output) as readonly {
      readonly diagnostics: readonly object[];
      readonly termination?: readonly object[];
    }[];
    expect(duplicate?.diagnostics).toEqual([
      expect.objectContaining({
        code: 'duplicate-tool',
        start: { line: 3, column: 13 },
        related: {
          message: 'the first is here',
          span: { start: 56, end: 60 },
          start: { line: 2, column: 13 },
          end: { line: 2, column: 17 },
        },
      }),
    ]);
    expect(duplicate).not.toHaveProperty('termination');
    expect(bound).toMatchObject({ platform: 'twilio' });
    expect(bound?.termination).toContainEqual({
      request: 'start',
      line: 1,
      tool: 'find',
      parameter: 'Session',
      certainty: 'always',
      reason: 'twilio sends no "Session" with a start request',
      alias: 'CallSid',
      mend: expect.stringContaining('--alias Session=CallSid') as string,
    });
  });
});

/** The parts of the SARIF 2.1.0 schema that a report uses, closed, so that nothing else can slip in. */
const text = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: { text: { type: 'string', minLength: 1 } },
};
const level = { enum: ['none', 'note', 'warning', 'error'] };
const closed = (required: readonly string[], properties: object): object => ({
  type: 'object',
  required,
  additionalProperties: false,
  properties,
});
const line = { type: 'integer', minimum: 1 };
const uri = { type: 'string', pattern: "^(?:[a-z][a-z0-9+.-]*:)?[\\w%~!$&'()*+,;=:@/?#.-]+$" };
const physicalLocation = closed(['artifactLocation', 'region'], {
  artifactLocation: closed(['uri'], { uri }),
  region: closed(['startLine', 'startColumn', 'endLine', 'endColumn'], {
    startLine: line,
    startColumn: line,
    endLine: line,
    endColumn: line,
  }),
});
const SARIF = closed(['$schema', 'version', 'runs'], {
  $schema: { type: 'string' },
  version: { const: '2.1.0' },
  runs: {
    type: 'array',
    minItems: 1,
    items: closed(['tool', 'results', 'columnKind', 'invocations'], {
      tool: closed(['driver'], {
        driver: closed(['name', 'version', 'rules'], {
          name: { const: 'colloquy' },
          version: { type: 'string' },
          rules: {
            type: 'array',
            uniqueItems: true,
            items: closed(['id', 'shortDescription', 'help', 'helpUri', 'defaultConfiguration'], {
              id: { type: 'string' },
              shortDescription: text,
              help: text,
              helpUri: { ...uri, pattern: '^[a-z]+:.+#.+$' },
              defaultConfiguration: closed(['level'], { level }),
            }),
          },
        }),
      }),
      columnKind: { const: 'utf16CodeUnits' },
      invocations: {
        type: 'array',
        items: closed(['executionSuccessful', 'toolExecutionNotifications'], {
          executionSuccessful: { type: 'boolean' },
          toolExecutionNotifications: { type: 'array', items: closed(['level', 'message'], { level, message: text }) },
        }),
      },
      results: {
        type: 'array',
        items: closed(['ruleId', 'ruleIndex', 'level', 'message', 'locations'], {
          ruleId: { type: 'string' },
          ruleIndex: { type: 'integer', minimum: 0 },
          level,
          message: text,
          locations: { type: 'array', minItems: 1, items: closed(['physicalLocation'], { physicalLocation }) },
          relatedLocations: {
            type: 'array',
            items: closed(['id', 'message', 'physicalLocation'], {
              id: { type: 'integer' },
              message: text,
              physicalLocation,
            }),
          },
        }),
      },
    }),
  },
});
type Sarif = {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly unknown[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: unknown };
      }[];
      readonly relatedLocations?: readonly unknown[];
    }[];
  }[];
};

describe('as SARIF', () => {
  async function run(sources: readonly string[]): Promise<Sarif['runs'][number]> {
    const log = JSON.parse((await check(sources, { sarif: true })).output) as Sarif;
    const validate = new Ajv2020({ strict: false }).compile(SARIF);
    validate(log);
    expect(validate.errors).toBe(null);
    return log.runs[0] as Sarif['runs'][number];
  }

  test('it is SARIF, with every code as a rule and each result pointing at its own', async () => {
    const { tool, results } = await run([await file('broken.xml', BROKEN), await file('duplicate.xml', DUPLICATE)]);
    const { rules } = tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(Object.keys(DIAGNOSTIC_CODES));
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['bad-attribute', 'error'],
      ['unknown-attribute', 'warning'],
      ['duplicate-tool', 'error'],
    ]);
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]?.id).toBe(ruleId);
    expect(results[2]?.relatedLocations).toHaveLength(1);
  });

  test('columns count UTF-16 units, from one, and the end is behind the last', async () => {
    const app = await file('astral.xml', '\ufeff<Response>\r\n  <Say loop="😀">é</Say>\r\n</Response>');
    const { results } = await run([app]);
    expect(results[0]?.locations[0]?.physicalLocation.region).toEqual({
      startLine: 2,
      startColumn: 14,
      endLine: 2,
      endColumn: 16,
    });
  });

  test('a relative path stays relative and is escaped; a URL is itself', () => {
    expect(artifactUri('apps/my app#1.xml')).toBe('apps/my%20app%231.xml');
    expect(artifactUri('./a.xml')).toBe('a.xml');
    expect(artifactUri('/tmp/a b.xml')).toBe('file:///tmp/a%20b.xml');
    expect(artifactUri('https://app.example/a.xml?x=1')).toBe('https://app.example/a.xml?x=1');
  });

  test('a source that cannot be read is a notification, and the run did not succeed', async () => {
    const { invocations, results } = await run([path.join(folder, 'absent.xml')]);
    expect(results).toEqual([]);
    expect(invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: 'error',
            message: { text: `cannot read the application ${path.join(folder, 'absent.xml')}: there is no such file` },
          },
        ],
      },
    ]);
  });
});
