import { test } from 'vitest';
import { expectDiagnostics, expectValid } from '../../support/language.ts';

const of = (element: string): string => `<Response>${element}</Response>`;

test.each([
  [
    'a required one that is missing',
    of('<Dial><Service>a</Service></Dial>'),
    'missing-attribute',
    '1:18',
    'Service',
    '<Service> has no "provider" attribute',
  ],
  [
    'a truth value',
    of('<Gather actionOnEmptyResult="yes"/>'),
    'bad-attribute',
    '1:40',
    'yes',
    '"actionOnEmptyResult" of <Gather> is "yes"; expected "true" or "false"',
  ],
  [
    'a truth value in another case',
    of('<Gather actionOnEmptyResult="True"/>'),
    'bad-attribute',
    '1:40',
    'True',
    '"actionOnEmptyResult" of <Gather> is "True"; expected "true" or "false"; did you mean "true"?',
  ],
  [
    'seconds',
    of('<Pause length="soon"/>'),
    'bad-attribute',
    '1:26',
    'soon',
    '"length" of <Pause> is "soon"; expected a whole number of seconds, at least 0',
  ],
  [
    'parts of seconds where none are',
    of('<Pause length="1.5"/>'),
    'bad-attribute',
    '1:26',
    '1.5',
    '"length" of <Pause> is "1.5"; expected a whole number of seconds, at least 0',
  ],
  [
    'a whole number beyond those that are told apart',
    of('<Gather numDigits="99999999999999999999"/>'),
    'bad-attribute',
    '1:30',
    '99999999999999999999',
    '"numDigits" of <Gather> is "99999999999999999999"; expected a whole number from 1 to 9007199254740991',
  ],
  [
    'the first of them',
    of('<Pause length="9007199254740992"/>'),
    'bad-attribute',
    '1:26',
    '9007199254740992',
    '"length" of <Pause> is "9007199254740992"; expected a whole number of seconds from 0 to 9007199254740991',
  ],
  [
    'seconds or a word',
    of('<Gather speechTimeout="-1"/>'),
    'bad-attribute',
    '1:34',
    '-1',
    '"speechTimeout" of <Gather> is "-1"; expected a number of seconds, at least 0, or "auto"',
  ],
  [
    'nothing where seconds are',
    of('<Pause length=""/>'),
    'bad-attribute',
    '1:26',
    '',
    '"length" of <Pause> is ""; expected a whole number of seconds, at least 0',
  ],
  [
    'a number beyond its range',
    of('<Converse temperature="3"><User>a</User></Converse>'),
    'bad-attribute',
    '1:34',
    '3',
    '"temperature" of <Converse> is "3"; expected a number from 0 to 2',
  ],
  [
    'a count',
    of('<Gather numDigits="0"/>'),
    'bad-attribute',
    '1:30',
    '0',
    '"numDigits" of <Gather> is "0"; expected a whole number, at least 1',
  ],
  [
    'a number with an exponent',
    of('<Say loop="1e3">a</Say>'),
    'bad-attribute',
    '1:22',
    '1e3',
    '"loop" of <Say> is "1e3"; expected a whole number, at least 0',
  ],
  [
    'a word',
    of('<Reject reason="bussy"/>'),
    'bad-attribute',
    '1:27',
    'bussy',
    '"reason" of <Reject> is "bussy"; expected "rejected", "busy", "congestion" or "failed"; did you mean "busy"?',
  ],
  [
    'a word that some platform may know',
    of('<Gather speechEngine="deepgram"/>'),
    'unknown-value',
    '1:33',
    'deepgram',
    '"speechEngine" of <Gather> is "deepgram"; expected "aws" or "google"',
  ],
  [
    'a word of a list',
    of('<Gather input="dtmf speach"/>'),
    'bad-attribute',
    '1:31',
    'speach',
    '"input" of <Gather> is "dtmf speach"; expected "dtmf" or "speech"; did you mean "speech"?',
  ],
  [
    'an empty list',
    of('<Gather input=" "/>'),
    'bad-attribute',
    '1:26',
    ' ',
    '"input" of <Gather> is " "; expected "dtmf" or "speech"',
  ],
  [
    'a session tool',
    of('<Converse sessionTools="hangup,transfer"><User>a</User></Converse>'),
    'unknown-value',
    '1:42',
    'transfer',
    '"sessionTools" of <Converse> is "hangup,transfer"; expected "hangup", "redirect" or "dial"',
  ],
  [
    'a word behind a reference, as the whole value',
    of('<Gather input="dtmf&#32;x"/>'),
    'bad-attribute',
    '1:26',
    'dtmf&#32;x',
    '"input" of <Gather> is "dtmf x"; expected "dtmf" or "speech"',
  ],
  [
    'keys',
    of('<Gather finishOnKey="A"/>'),
    'bad-attribute',
    '1:32',
    'A',
    '"finishOnKey" of <Gather> is "A"; expected keys out of 0123456789*#',
  ],
  [
    'a name',
    of('<Converse model=" gpt"><User>a</User></Converse>'),
    'bad-attribute',
    '1:28',
    ' gpt',
    '"model" of <Converse> is " gpt"; expected a name, without spaces around it',
  ],
  [
    'a name that no object can hold',
    of('<Converse model="__proto__"><User>a</User></Converse>'),
    'bad-attribute',
    '1:28',
    '__proto__',
    '"model" of <Converse> is "__proto__"; expected another name: no object can hold a value of this one',
  ],
  [
    'an empty URL that is no silence',
    of('<Enqueue waitUrl="">desk</Enqueue>'),
    'bad-attribute',
    '1:29',
    '',
    '"waitUrl" of <Enqueue> is ""; expected a URL of the scheme http or https',
  ],
  [
    'a URL',
    of('<Gather action="http://"/>'),
    'bad-attribute',
    '1:27',
    'http://',
    '"action" of <Gather> is "http://"; expected a URL of the scheme http or https',
  ],
  [
    'a URL of another scheme',
    of('<Gather action="ftp://a.example/"/>'),
    'bad-attribute',
    '1:27',
    'ftp://a.example/',
    '"action" of <Gather> is "ftp://a.example/"; expected a URL of the scheme http or https',
  ],
  [
    'no URL where nothing is meant',
    of('<Say statusCallback="">a</Say>'),
    'bad-attribute',
    '1:32',
    '',
    '"statusCallback" of <Say> is ""; expected a URL of the scheme http or https',
  ],
  [
    'a socket',
    of('<Connect><Stream url="https://a.example/"/></Connect>'),
    'bad-attribute',
    '1:33',
    'https://a.example/',
    '"url" of <Stream> is "https://a.example/"; expected a URL of the scheme ws or wss',
  ],
])('reports %s', (_, document, code, at, text, message) => {
  expectDiagnostics(document).toEqual([{ code, at, text, message }]);
});

test.each([
  ['an inline document', undefined],
  ['a document of a file', 'file:///srv/app.xml'],
])('reports a relative URL in %s', (_, url) => {
  expectDiagnostics(of('<Gather action="next.xml"/>'), url ?? null).toEqual([
    {
      code: 'relative-url',
      at: '1:27',
      text: 'next.xml',
      message: '"action" of <Gather> is "next.xml", and the document has no URL to resolve it against',
    },
  ]);
});

test.each([
  '<Gather action="" finishOnKey="" timeout="auto" speechTimeout="1.5" input="speech, dtmf"/>',
  '<Gather action="?step=2" method="GET"/>',
  '<Play digits="ww1234#" loop="0"/>',
  '<Dial><Conference waitUrl="">a</Conference></Dial>',
  '<Dial hangupOnStar="true" record="record-from-answer-dual" timeLimit="3600">+15550100</Dial>',
  '<Connect><ConversationRelay url="wss://a.example/ws" speechTimeout="600" eotThreshold="0.85"/></Connect>',
])('takes %s', (element) => {
  expectValid(of(element));
});

test('takes the last whole number that is told apart', () => {
  expectValid(of('<Pause length="9007199254740991"/>'));
});
