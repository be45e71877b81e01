import { expect, test } from 'vitest';
import { callIdOf } from '../../src/call/call-id.ts';
import { spokenText } from '../../src/call/conversation.ts';
import { placeOf, placeUrl, PLACE_QUERY, type Place } from '../../src/call/place.ts';
import {
  callerInput,
  callerInputs,
  dialOutcome,
  endedStatus,
  hasCollectedNothing,
  withoutVerbResults,
  type Parameters,
  type PlatformName,
} from '../../src/call/request.ts';

const PLATFORMS: readonly PlatformName[] = ['cloudonix', 'twilio', 'signalwire', 'telnyx', 'plivo', 'jambonz'];
const transcript = (text: unknown): Parameters => ({
  speech: { alternatives: [{ transcript: text as string, confidence: 0.9 }, { transcript: 'Hollow.' }] },
});

test.each<[string, PlatformName, Parameters, string]>([
  ['words', 'twilio', { SpeechResult: ' Hello. ' }, 'Hello.'],
  ['digits', 'cloudonix', { Digits: '12#' }, '12#'],
  ['digits that came as a number', 'cloudonix', { Digits: 0 }, '0'],
  ['words before digits', 'signalwire', { SpeechResult: 'Hello.', Digits: '1' }, 'Hello.'],
  ['digits beside empty words', 'telnyx', { SpeechResult: '  ', Digits: '1' }, '1'],
  ['nothing', 'twilio', {}, ''],
  ['null', 'twilio', { SpeechResult: null }, ''],
  ['an object', 'twilio', { SpeechResult: { text: 'Hello.' } }, ''],
  ['Plivo’s words', 'plivo', { Speech: 'Hello.', InputType: 'speech' }, 'Hello.'],
  ['Plivo’s digits', 'plivo', { Speech: '', Digits: '7', InputType: 'dtmf' }, '7'],
  ['the first of what jambonz heard', 'jambonz', { reason: 'speechDetected', ...transcript('Hello.') }, 'Hello.'],
  ['jambonz’s digits', 'jambonz', { reason: 'dtmfDetected', digits: '7' }, '7'],
  ['jambonz’s silence', 'jambonz', { reason: 'timeout' }, ''],
  ['speech without alternatives', 'jambonz', { speech: { alternatives: [] } }, ''],
  ['speech that is text', 'jambonz', { speech: 'Hello.' }, ''],
  ['a transcript that is none', 'jambonz', transcript({ text: 'Hello.' }), ''],
  ['not what another platform calls words', 'twilio', { Speech: 'Hello.', digits: '7', ...transcript('Hello.') }, ''],
  ['not what Twilio calls words', 'plivo', { SpeechResult: 'Hello.' }, ''],
])('the caller’s input is %s', (_name, platform, parameters, expected) => {
  expect(callerInput({ platform, parameters })).toBe(expected);
});

test.each<[PlatformName, Parameters, readonly string[]]>([
  ['twilio', { SpeechResult: ' My number. ', Digits: '5550100199' }, ['My number.', '5550100199']],
  ['jambonz', { ...transcript('My number.'), digits: '5550100199' }, ['My number.', '5550100199']],
  ['plivo', { Speech: '', Digits: '7' }, ['7']],
  ['twilio', {}, []],
])('what the caller said and keyed on %s: %j', (platform, parameters, expected) => {
  expect(callerInputs({ platform, parameters })).toEqual(expected);
});

test.each<[string, PlatformName, Parameters, boolean]>([
  ['jambonz’s silence', 'jambonz', { reason: 'timeout' }, true],
  ['what jambonz could not understand', 'jambonz', { reason: 'error', details: 'no credentials' }, true],
  ['keys', 'jambonz', { reason: 'dtmfDetected', digits: '1' }, false],
  ['a request without a reason', 'jambonz', {}, false],
  ['not what another platform calls so', 'twilio', { reason: 'timeout' }, false],
])('whether nothing was collected: %s', (_name, platform, parameters, expected) => {
  expect(hasCollectedNothing({ platform, parameters })).toBe(expected);
});

test.each<[PlatformName, Parameters]>([
  [
    'twilio',
    {
      SpeechResult: 'x',
      Digits: '1',
      Confidence: '1',
      RecordingUrl: 'x',
      DialCallStatus: 'busy',
      FinishedOnKey: '#',
    },
  ],
  ['plivo', { Speech: 'x', Digits: '1', SpeechConfidenceScore: '1', RecordUrl: 'x', DialStatus: 'busy' }],
  ['jambonz', { ...transcript('x'), digits: '1', reason: 'x', dial_call_status: 'busy', dial_call_sid: 'x' }],
])('results of the verb before are no part of a session on %s', (platform, results) => {
  const parameters = { ...results, From: '+1', SessionData: { token: 'x' } };
  expect(withoutVerbResults({ platform, parameters })).toEqual({ From: '+1', SessionData: { token: 'x' } });
});

test('a parameter that is another platform’s result stays', () => {
  const parameters = { reason: 'billing', Speech: 'on', digits: '4' };
  expect(withoutVerbResults({ platform: 'twilio', parameters })).toEqual(parameters);
});

test.each<[PlatformName, string, string, string]>([
  ['twilio', 'DialCallStatus', 'no-answer', 'no-answer'],
  ['twilio', 'DialCallStatus', 'answered', 'completed'],
  ['cloudonix', 'DialCallStatus', 'noanswer', 'no-answer'],
  ['signalwire', 'DialCallStatus', 'canceled', 'canceled'],
  ['telnyx', 'DialCallStatus', 'completed', 'completed'],
  ['plivo', 'DialStatus', 'timeout', 'no-answer'],
  ['plivo', 'DialStatus', 'cancel', 'canceled'],
  ['jambonz', 'dial_call_status', 'busy', 'busy'],
  ['jambonz', 'dial_call_status', 'failed', 'failed'],
  ['jambonz', 'dial_call_status', 'unheard-of', 'failed'],
])('%s says with %s=%s that a Dial ended as %s', (platform, name, word, expected) => {
  expect(dialOutcome({ platform, parameters: { [name]: word } })).toBe(expected);
});

test.each(PLATFORMS)('a request of %s without an outcome is no result of a Dial', (platform) => {
  expect(dialOutcome({ platform, parameters: { CallStatus: 'busy', call_status: 'busy' } })).toBeUndefined();
});

test.each<[PlatformName, string, string]>([
  ...['completed', 'busy', 'failed', 'no-answer', 'noanswer', 'canceled', 'cancelled'].map(
    (word) => ['cloudonix', 'CallStatus', word] as [PlatformName, string, string],
  ),
  ['plivo', 'CallStatus', 'timeout'],
  ['plivo', 'CallStatus', 'cancel'],
  ['jambonz', 'call_status', 'no-answer'],
])('a call of %s is over with %s=%s', (platform, name, word) => {
  expect(endedStatus({ platform, parameters: { [name]: word } })).toBe(word);
});

test.each(['queued', 'ringing', 'in-progress', 'answered', 'unknown', '', 'toString', 7, null])(
  'and not with %s',
  (word) => {
    for (const platform of PLATFORMS)
      expect(endedStatus({ platform, parameters: { CallStatus: word, call_status: word } })).toBeUndefined();
  },
);

test.each<[Extract<Place, { kind: 'exit' | 'rest' }>, string]>([
  [{ kind: 'exit', turn: 2, seq: 7 }, 'https://v.example/voice/front%20desk/continue?turn=2&exit=7'],
  [{ kind: 'rest', turn: 2, from: 7 }, 'https://v.example/voice/front%20desk/continue?turn=2&from=7'],
])('a place has a URL, and the URL has the place: %o', (place, expected) => {
  const url = placeUrl('front desk', 'https://v.example', place);
  expect(url).toBe(expected);
  expect(placeOf(Object.fromEntries(new URL(url).searchParams))).toEqual(place);
  expect([...new URL(url).searchParams.keys()].filter((name) => !PLACE_QUERY.has(name))).toEqual([]);
});

test.each([
  '',
  'turn=2',
  'exit=7',
  'turn=0&exit=7',
  'turn=-1&exit=7',
  'turn=2&exit=x',
  'turn=2.5&from=1',
  'turn=1e3&from=1',
  'turn=&from=',
  'turn=99999999999999999999&exit=1',
  'turn= 2&exit=7',
])('anything else is the start of the call: %s', (query) => {
  expect(placeOf(Object.fromEntries(new URLSearchParams(query)))).toEqual({ kind: 'start' });
});

test.each([
  ['desk', 'CA1', 'desk/CA1'],
  ['desk', 'a/b?c d', 'desk/a%2Fb%3Fc%20d'],
])('the id of call %s of %s is safe in a URL and a header', (agent, callSid, expected) => {
  expect(callIdOf(agent, callSid)).toBe(expected);
});

test.each([
  ['a Say', { name: 'Say', attributes: {}, children: [' Good\n  day. '] }, 'Good day.'],
  [
    'speech markup in it',
    { name: 'Say', attributes: {}, children: ['Good ', { name: 'emphasis', attributes: {}, children: ['day'] }, '.'] },
    'Good day.',
  ],
  ['audio', { name: 'Play', attributes: {}, children: ['https://a.example/'] }, ''],
  ['a pause', { name: 'Pause', attributes: {}, children: [] }, ''],
])('the spoken text of %s', (_name, markup, expected) => {
  expect(spokenText(markup)).toBe(expected);
});
