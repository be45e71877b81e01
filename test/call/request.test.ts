import { expect, test } from 'vitest';
import { callIdOf } from '../../src/call/call-id.ts';
import { spokenText } from '../../src/call/conversation.ts';
import { placeOf, placeUrl, PLACE_QUERY, type Place } from '../../src/call/place.ts';
import { callerInput, withoutVerbResults, type Parameters } from '../../src/call/request.ts';

test.each<[string, Parameters, string]>([
  ['words', { SpeechResult: ' Hello. ' }, 'Hello.'],
  ['digits', { Digits: '12#' }, '12#'],
  ['digits that came as a number', { Digits: 0 }, '0'],
  ['words before digits', { SpeechResult: 'Hello.', Digits: '1' }, 'Hello.'],
  ['digits beside empty words', { SpeechResult: '  ', Digits: '1' }, '1'],
  ['nothing', {}, ''],
  ['null', { SpeechResult: null }, ''],
  ['an object', { SpeechResult: { text: 'Hello.' } }, ''],
])('the caller’s input is %s', (_name, parameters, expected) => {
  expect(callerInput(parameters)).toBe(expected);
});

test('results of the verb before are no part of a session', () => {
  const results = {
    SpeechResult: 'x',
    Digits: '1',
    Confidence: '1',
    RecordingUrl: 'x',
    DialCallStatus: 'busy',
    FinishedOnKey: '#',
  };
  expect(withoutVerbResults({ ...results, From: '+1', SessionData: { token: 'x' } })).toEqual({
    From: '+1',
    SessionData: { token: 'x' },
  });
});

test.each<[Exclude<Place, { kind: 'start' }>, string]>([
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
