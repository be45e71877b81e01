import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../src/cli/compile.ts';
import { parseRequest } from '../../src/cli/request-file.ts';

const APPLICATION = `<Response>
  <Gather input="speech">
    <Converse sessionTools="hangup">
      <Tool name="find order" url="https://shop.example/orders">
        <Description>Finds an order by its number.</Description>
        <Parameter name="From"/>
        <Parameter name="CallerName" required="false" description="How the caller is called"/>
        <Parameter name="number" type="integer" source="model"/>
      </Tool>
      <System>You answer for a shop.</System>
      <Speech/>
    </Converse>
  </Gather>
  <Converse><User>Say goodbye.</User></Converse>
</Response>`;
const HANGUP = {
  name: 'hangup',
  description: expect.any(String) as string,
  schema: expect.objectContaining({ type: 'object' }) as object,
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloquy-compile-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
}

async function compiled(request?: string): Promise<unknown> {
  const application = await file('app.xml', APPLICATION);
  const result = await compile(
    application,
    request === undefined ? {} : { request: await file('request.txt', request) },
  );
  expect(result).toMatchObject({ exitCode: 0 });
  return (JSON.parse(result.output) as { readonly conversations: unknown }).conversations;
}

test('without a request: each Converse with its tools as the model sees them, and what a request has to carry', async () => {
  expect(await compiled()).toEqual([
    {
      line: 2,
      tools: [
        {
          name: 'find_order',
          description: 'Finds an order by its number.',
          schema: expect.objectContaining({
            properties: { number: { type: 'integer' } },
            required: ['number'],
          }) as object,
          fromRequest: [
            { parameter: 'From', type: 'string', required: true },
            { parameter: 'CallerName', type: 'string', required: false },
          ],
        },
        HANGUP,
      ],
    },
    { line: 14, tools: [] },
  ]);
});

test.each([
  ['JSON', '{"From": 15550001111, "CallerName": "Dana"}', '15550001111'],
  ['form text', 'From=%2B15550001111&CallerName=Dana', '+15550001111'],
  ['form text, a pair a line', 'From=%2B15550001111\r\nCallerName=Dana\n', '+15550001111'],
])('with a request in %s: what is bound is shown, and the model keeps the rest', async (_name, request, from) => {
  const [first] = (await compiled(request)) as readonly object[];
  expect(first).toEqual({
    line: 2,
    tools: [
      {
        name: 'find_order',
        description: 'Finds an order by its number.',
        schema: expect.objectContaining({
          properties: { number: { type: 'integer' } },
          required: ['number'],
        }) as object,
        bound: { From: from, CallerName: 'Dana' },
      },
      HANGUP,
    ],
  });
});

test('what a request lacks and need not have is left to the model', async () => {
  const [first] = (await compiled('From=1')) as readonly { readonly tools: readonly object[] }[];
  expect(first?.tools[0]).toMatchObject({
    bound: { From: '1' },
    schema: { properties: { CallerName: { description: 'How the caller is called' }, number: { type: 'integer' } } },
  });
});

test('parameters that end the call are told by their line, and the exit code is 1', async () => {
  const application = await file('app.xml', APPLICATION);
  const result = await compile(application, { request: await file('request.txt', 'Form=1') });
  expect(result.exitCode).toBe(1);
  expect(result.problems).toBe(
    `${application}:2: tool find_order: the call request has no "From"; did you mean "Form"?\n` +
      'colloquy: a call with this request ends: 1 parameter cannot be bound\n',
  );
  expect(JSON.parse(result.output)).toMatchObject({
    conversations: [{ line: 2, tools: [], ends: [{ tool: 'find_order', parameter: 'From' }] }, { line: 14 }],
  });
});

test('a document with errors is not compiled; its faults are told', async () => {
  const application = await file('broken.xml', '<Response><Pause length="x"/></Response>');
  const { output, problems, exitCode } = await compile(application, {});
  expect({ output, exitCode }).toEqual({ output: '', exitCode: 1 });
  expect(problems).toMatch(/^\S+broken\.xml:1:26: error bad-attribute .+\n.+\n +\^\n$/);
});

test('an application that is not there is told of', async () => {
  expect(await compile(path.join(folder, 'absent.xml'), {})).toEqual({
    output: '',
    problems: `colloquy: cannot read the application ${path.join(folder, 'absent.xml')}: there is no such file\n`,
    exitCode: 2,
  });
});

test('a folder in place of a request file is refused in words', async () => {
  await expect(compile('app.xml', { request: folder })).rejects.toMatchObject({
    message: `--request ${folder}: it is a folder; name the files in it`,
  });
});

test('a request file that is not there is refused', async () => {
  await expect(compile('app.xml', { request: path.join(folder, 'absent.txt') })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: `--request ${path.join(folder, 'absent.txt')}: there is no such file`,
  });
});

describe('a request file', () => {
  test.each<[string, string, object]>([
    ['nothing at all', '', {}],
    ['a repeated field is a list, as in a call', 'a=1&a=2', { a: ['1', '2'] }],
    ['nested JSON stays nested', '{"SessionData": {"token": "t"}}', { SessionData: { token: 't' } }],
    ['a value may hold anything', 'Body=a%26b%3Dc', { Body: 'a&b=c' }],
  ])('%s', (_name, text, parameters) => {
    expect(parseRequest(text)).toEqual({ ok: true, parameters });
  });

  test.each([
    ['{', /not JSON/],
    ['[1]', /not an object/],
    ['"x"', /not an object/],
    ['Hello', /neither a JSON object nor form text/],
  ])('that is none is refused: %s', (text, problem) => {
    expect(parseRequest(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) as string });
  });
});
