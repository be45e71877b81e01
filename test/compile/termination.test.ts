import { describe, expect, test } from 'vitest';
import { provenTermination } from '../../src/compile/termination.ts';
import type { KnownPlatform } from '../../src/language/platforms.ts';
import { conversation, expectValid } from '../support/language.ts';

const program = (parameters: string): ReturnType<typeof expectValid> =>
  expectValid(
    conversation(`<Tool name="a" url="/a"><Description>Looks up an order.</Description>${parameters}</Tool>`),
  );

/** Type of request, certainty and reason of each. */
function proof(
  platform: KnownPlatform,
  parameters: string,
  aliases: Record<string, string> = {},
): readonly (readonly [string, string, string])[] {
  return provenTermination(program(parameters), platform, aliases).map(
    ({ request, certainty, reason }) => [request, certainty, reason] as const,
  );
}

const ALL = ['start', 'speech', 'digits', 'record', 'dial'];
const inAll = (certainty: string, reason: (type: string) => string): unknown =>
  ALL.map((type) => [type, certainty, reason(type)]);

test('a parameter that no request carries ends every call', () => {
  expect(proof('twilio', '<Parameter name="city"/>')).toEqual(
    inAll('always', (type) => `twilio sends no "city" with a ${type} request`),
  );
});

test('a result of a verb is there only when that verb has run', () => {
  const without = ['start', 'digits', 'record', 'dial'];
  expect(proof('twilio', '<Parameter name="SpeechResult"/>')).toEqual(
    without.map((type) => [type, 'always', `twilio sends no "SpeechResult" with a ${type} request`]),
  );
});

test('names where it is, and the alias that would mend it', () => {
  expect(provenTermination(program('<Parameter name="Session"/>'), 'telnyx')[0]).toEqual({
    request: 'start',
    line: 1,
    tool: 'a',
    parameter: 'Session',
    certainty: 'always',
    reason: 'telnyx sends no "Session" with a start request',
    alias: 'CallSid',
  });
});

test('a header that a trunk may add cannot be told', () => {
  expect(proof('twilio', '<Parameter name="SipHeader_X-A"/>')).toEqual(
    inAll('sometimes', (type) => `twilio sends no "SipHeader_X-A" with a ${type} request`),
  );
});

describe('what ends no call', () => {
  test.each<[string, KnownPlatform, string, Record<string, string>?]>([
    ['what is always sent', 'twilio', '<Parameter name="CallSid"/>'],
    ['what need not be sent', 'twilio', '<Parameter name="city" required="false"/>'],
    ['what the model gives', 'twilio', '<Parameter name="city" source="model"/>'],
    ['what an alias gives', 'twilio', '<Parameter name="Session"/>', { Session: 'CallSid' }],
    ['a whole number for a number', 'cloudonix', '<Parameter name="SessionData.domainId" type="number"/>'],
    ['every word of an enum', 'plivo', '<Parameter name="Direction" type="enum" values="inbound,outbound"/>'],
    ['a truth value', 'cloudonix', '<Parameter name="SessionData.ringing" type="boolean"/>'],
    ['both truth values', 'cloudonix', '<Parameter name="SessionData.ringing" type="enum" values="true,false"/>'],
    [
      'anything as text',
      'cloudonix',
      '<Parameter name="SessionData.domainId"/><Parameter name="SessionData.ringing"/>',
    ],
  ])('%s', (_, platform, parameters, aliases) => {
    expect(proof(platform, parameters, aliases)).toEqual([]);
  });
});

describe('types', () => {
  test.each<[string, KnownPlatform, string, string, string]>([
    [
      'a word for a number',
      'twilio',
      'name="Direction" type="integer"',
      'always',
      'twilio sends a word, which is no integer',
    ],
    [
      'a word for a truth value',
      'twilio',
      'name="Direction" type="boolean"',
      'always',
      'twilio sends a word, which is no boolean',
    ],
    [
      'words that the list lacks',
      'twilio',
      'name="Direction" type="enum" values="in,out"',
      'always',
      'twilio sends a word, which is no enum',
    ],
    [
      'a word that the list lacks',
      'twilio',
      'name="Direction" type="enum" values="inbound"',
      'sometimes',
      'twilio sends a word, which need not be an enum',
    ],
    [
      'an object for text',
      'cloudonix',
      'name="SessionData"',
      'always',
      'cloudonix sends an object, which is no string',
    ],
    [
      'a list for an enum',
      'cloudonix',
      'name="SessionData.callIds" type="enum" values="a"',
      'always',
      'cloudonix sends a list, which is no enum',
    ],
    [
      'a truth value for a number',
      'cloudonix',
      'name="SessionData.ringing" type="number"',
      'always',
      'cloudonix sends true or false, which is no number',
    ],
    [
      'a number for a truth value',
      'cloudonix',
      'name="SessionData.id" type="boolean"',
      'always',
      'cloudonix sends a whole number, which is no boolean',
    ],
    [
      'a telephone number for a whole number',
      'twilio',
      'name="From" type="integer"',
      'sometimes',
      'twilio sends a telephone number or address, which need not be an integer',
    ],
    [
      'text for a truth value',
      'twilio',
      'name="CallSid" type="boolean"',
      'sometimes',
      'twilio sends text, which need not be a boolean',
    ],
    [
      'text for an enum',
      'twilio',
      'name="CallSid" type="enum" values="a"',
      'sometimes',
      'twilio sends text, which need not be an enum',
    ],
    [
      'one truth value',
      'cloudonix',
      'name="SessionData.ringing" type="enum" values="true"',
      'sometimes',
      'cloudonix sends true or false, which need not be an enum',
    ],
  ])('%s', (_, platform, attributes, certainty, reason) => {
    expect(proof(platform, `<Parameter ${attributes}/>`)).toEqual(inAll(certainty, () => reason));
  });

  test('keys and fractions fit some numbers', () => {
    const at = (type: string, parameter: string): unknown =>
      proof('twilio', parameter)
        .find(([request]) => request === type)
        ?.slice(1);
    expect(at('digits', '<Parameter name="Digits" type="integer"/>')).toEqual([
      'sometimes',
      'twilio sends keys, which need not be an integer',
    ]);
    expect(at('speech', '<Parameter name="Confidence" type="integer"/>')).toEqual([
      'sometimes',
      'twilio sends a number, which need not be an integer',
    ]);
    expect(at('speech', '<Parameter name="Confidence" type="number"/>')).toBeUndefined();
    expect(at('record', '<Parameter name="Digits"/>')).toEqual([
      'sometimes',
      'twilio sends "Digits" with some record requests only',
    ]);
  });
});

test('a document that only passes verbs on ends no call', () => {
  expect(provenTermination(expectValid('<Response><Say>Hi</Say></Response>'), 'twilio')).toEqual([]);
});
