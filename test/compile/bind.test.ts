import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Conversation } from '../../src/call/program.ts';
import type { BoundTool } from '../../src/call/tool.ts';
import { bind } from '../../src/compile/bind.ts';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import { conversation, expectValid } from '../support/language.ts';

function declared(...parameters: readonly string[]): Conversation {
  const tools = parameters.map(
    (each, index) => `<Tool name="tool${index}" url="/t"><Description>Looks up an order.</Description>${each}</Tool>`,
  );
  const verb = expectValid(conversation(tools.join(''))).verbs[0];
  if (verb?.kind !== 'gather') throw new Error('a conversation in a Gather is a gather verb');
  return verb.conversation;
}

function bound(parameters: string, request: JsonObject): BoundTool {
  const result = bind(declared(parameters), request);
  if (result.kind !== 'bound') throw new Error(result.faults.map(({ message }) => message).join('; '));
  const [tool] = result.tools;
  if (tool === undefined) throw new Error('one tool is declared');
  return tool;
}

function faults(parameters: string, request: JsonObject): readonly string[] {
  const result = bind(declared(parameters), request);
  return result.kind === 'missing' ? result.faults.map(({ message }) => message) : [];
}

describe('values that fit', () => {
  test.each<[string, string, JsonValue, JsonValue]>([
    ['text', 'type="string"', '+15550100', '+15550100'],
    ['empty text', 'type="string"', '', ''],
    ['a number as its text', 'type="string"', 7.5, '7.5'],
    ['zero as its text', 'type="string"', 0, '0'],
    ['a truth value as its text', 'type="string"', false, 'false'],
    ['an integer', 'type="integer"', '7', 7],
    ['a negative integer', 'type="integer"', '-7', -7],
    ['an integer with zeros before it', 'type="integer"', '007', 7],
    ['an integer that is a number', 'type="integer"', 7, 7],
    ['minus nothing', 'type="integer"', '-0', 0],
    ['the largest integer', 'type="integer"', '9007199254740991', 9_007_199_254_740_991],
    ['the smallest integer', 'type="integer"', '-9007199254740991', -9_007_199_254_740_991],
    ['a decimal', 'type="number"', '-1.50', -1.5],
    ['a decimal that is whole', 'type="number"', '3', 3],
    ['a number', 'type="number"', 0.1, 0.1],
    ['true', 'type="boolean"', 'true', true],
    ['false', 'type="boolean"', 'false', false],
    ['a truth value', 'type="boolean"', true, true],
    ['one of a list', 'type="enum" values="S, M"', 'M', 'M'],
    ['a number that a list has', 'type="enum" values="1,2"', 2, '2'],
    ['a truth value that a list has', 'type="enum" values="true,maybe"', true, 'true'],
  ])('%s', (_, attributes, value, expected) => {
    const tool = bound(`<Parameter name="p" ${attributes}/>`, { p: value });
    expect(tool.bound).toEqual({ p: expected });
    expect(Object.is(Object.values(tool.bound)[0], expected)).toBe(true);
    expect(tool.offered).toEqual({ type: 'object', properties: {}, required: [], additionalProperties: false });
  });
});

describe('values that do not fit', () => {
  test.each<[string, string, JsonValue, string]>([
    ['null', 'type="string"', null, '"p" of the call request is null'],
    ['an object', 'type="string"', { a: 1 }, '"p" of the call request is an object; expected text'],
    ['a form field sent twice', 'type="string"', ['a', 'b'], '"p" of the call request is a list; expected text'],
    ['a list of one', 'type="integer"', ['7'], '"p" of the call request is a list; expected an integer'],
    ...['0x10', '1e3', ' 7', '7 ', '', '+7', '7.0', '1_000', '٧', '9007199254740992', '-9007199254740992', 'seven'].map(
      (text): [string, string, JsonValue, string] => [
        `"${text}" for an integer`,
        'type="integer"',
        text,
        `"p" of the call request is "${text}"; expected an integer`,
      ],
    ),
    ['a fraction for an integer', 'type="integer"', 1.5, '"p" of the call request is 1.5; expected an integer'],
    [
      'an unsafe number for an integer',
      'type="integer"',
      2 ** 53,
      '"p" of the call request is 9007199254740992; expected an integer',
    ],
    ['a truth value for an integer', 'type="integer"', true, '"p" of the call request is true; expected an integer'],
    ...['1e3', '.5', '5.', '', 'NaN', 'Infinity', '0x1', '1,5', '9'.repeat(400)].map(
      (text): [string, string, JsonValue, string] => [
        `"${text.slice(0, 8)}" for a number`,
        'type="number"',
        text,
        `"p" of the call request is "${text}"; expected a number`,
      ],
    ),
    ['a truth value for a number', 'type="number"', false, '"p" of the call request is false; expected a number'],
    ...['TRUE', '1', 'yes', '', ' true'].map((text): [string, string, JsonValue, string] => [
      `"${text}" for a truth value`,
      'type="boolean"',
      text,
      `"p" of the call request is "${text}"; expected true or false`,
    ]),
    ['a number for a truth value', 'type="boolean"', 1, '"p" of the call request is 1; expected true or false'],
    [
      'a value that the list lacks',
      'type="enum" values="S,M"',
      's',
      '"p" of the call request is "s"; expected one of "S", "M"',
    ],
    ['nothing for a list', 'type="enum" values="S,M"', '', '"p" of the call request is ""; expected one of "S", "M"'],
  ])('%s', (_, attributes, value, problem) => {
    const parameter = `<Parameter name="p" ${attributes}`;
    expect(bind(declared(`${parameter}/>`), { p: value })).toEqual({
      kind: 'missing',
      faults: [{ tool: 'tool0', parameter: 'p', message: `tool tool0: ${problem}` }],
    });
    const left = bound(`${parameter} required="false"/>`, { p: value });
    expect(left.bound).toEqual({});
    expect(left.offered).toMatchObject({ properties: { p: {} }, required: ['p'] });
  });
});

describe('names', () => {
  test.each(['toString', 'constructor', 'hasOwnProperty', 'valueOf'])(
    '%s is not in a request that does not send it',
    (name) => {
      expect(faults(`<Parameter name="${name}"/>`, {})).toEqual([`tool tool0: the call request has no "${name}"`]);
      expect(bound(`<Parameter name="${name}"/>`, { [name]: 'x' }).bound).toEqual({ [name]: 'x' });
    },
  );

  test('count their case, and the nearest is suggested', () => {
    expect(faults('<Parameter name="Session"/>', { session: 'a' })).toEqual([
      'tool tool0: the call request has no "Session"; did you mean "session"?',
    ]);
  });

  test.each<[string, JsonObject, JsonValue | undefined]>([
    ['a path through objects', { SessionData: { token: 't' } }, 't'],
    ['the exact name before a path', { 'SessionData.token': 'exact', SessionData: { token: 't' } }, 'exact'],
    ['a number at its end', { SessionData: { token: 7 } }, '7'],
    ['no path through text', { SessionData: 'token' }, undefined],
    ['no path through lists', { SessionData: [{ token: 't' }] }, undefined],
    ['no path that ends early', { SessionData: {} }, undefined],
    ['no null at its end', { SessionData: { token: null } }, undefined],
  ])('%s', (_, request, expected) => {
    const tool = bound('<Parameter name="SessionData.token" required="false"/>', request);
    expect(tool.bound).toEqual(expected === undefined ? {} : { 'SessionData.token': expected });
  });

  test('no path through what every object inherits', () => {
    expect(faults('<Parameter name="a.constructor.name"/>', { a: {} })).toEqual([
      'tool tool0: the call request has no "a.constructor.name"',
    ]);
  });
});

test('offers the model what is declared for it, whatever the request sends', () => {
  const tool = bound('<Parameter name="From"/><Parameter name="day" source="model" description="ISO date"/>', {
    From: 'a',
    day: 'b',
  });
  expect(tool).toMatchObject({ bound: { From: 'a' } });
  expect(tool.offered).toEqual({
    type: 'object',
    properties: { day: { type: 'string', description: 'ISO date' } },
    required: ['day'],
    additionalProperties: false,
  });
});

test('names every fault of every tool', () => {
  const result = bind(declared('<Parameter name="A"/><Parameter name="B"/>', '<Parameter name="C" type="integer"/>'), {
    B: 'b',
    C: 'c',
  });
  expect(result).toMatchObject({
    kind: 'missing',
    faults: [
      { tool: 'tool0', parameter: 'A' },
      { tool: 'tool1', parameter: 'C' },
    ],
  });
});

test('a conversation without tools is bound', () => {
  expect(bind(declared(), {})).toEqual({ kind: 'bound', tools: [] });
});

test('a required parameter that is missing ends the session, and nothing else does', () => {
  const required = ['From', 'To', 'Session'];
  const optional = ['CallerName', 'Domain'];
  const declaration = declared(
    required.map((name) => `<Parameter name="${name}"/>`).join(''),
    [...optional.map((name) => `<Parameter name="${name}" required="false"/>`), '<Parameter name="To"/>'].join(''),
  );
  fc.assert(
    fc.property(fc.subarray([...required, ...optional]), (sent) => {
      const request = Object.fromEntries(sent.map((name) => [name, `the ${name}`]));
      const result = bind(declaration, request);
      const missing = [...required, 'To'].filter((name) => !sent.includes(name)).sort();
      const faulty = result.kind === 'missing' ? result.faults.map(({ parameter }) => parameter) : [];
      const tools = result.kind === 'bound' ? result.tools : [];
      expect(faulty.sort()).toEqual(missing);
      expect(tools).toHaveLength(missing.length === 0 ? 2 : 0);
      for (const { definition, bound, offered } of tools) {
        const declaredNames = Object.keys(definition.schema.properties);
        expect(Object.keys(bound).sort()).toEqual(declaredNames.filter((name) => sent.includes(name)).sort());
        expect(Object.keys(offered.properties).sort()).toEqual(
          declaredNames.filter((name) => !sent.includes(name)).sort(),
        );
      }
    }),
  );
});

test('a bound value satisfies the schema of its type, whatever the request sends', () => {
  const types = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean' };
  const conversations = Object.entries(types).map(
    ([type, js]) => [declared(`<Parameter name="p" type="${type}"/>`), js] as const,
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(...conversations), (value, [tools, js]) => {
      const result = bind(tools, { p: value as JsonValue });
      const types = result.kind === 'bound' ? result.tools.map(({ bound }) => typeof bound['p']) : [js];
      expect(types).toEqual([js]);
    }),
  );
});
