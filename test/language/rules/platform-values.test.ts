import { expect, test } from 'vitest';
import { readDocument } from '../../../src/compile/read-document.ts';
import type { KnownPlatform } from '../../../src/language/platforms.ts';
import { BASE, findings } from '../../support/language.ts';

const found = (attributes: string, platform: KnownPlatform | undefined): unknown => {
  const document = `<Response><Gather speechTimeout=${attributes}/></Response>`;
  const { diagnostics } = readDocument(document, BASE, { platform });
  return findings(document, diagnostics).map(({ code, at, text, message }) => [code, at, text, message]);
};
const whole = 'takes a whole number of seconds, at least 1, or "auto"';

test.each<[string, KnownPlatform, string, string, string]>([
  ['parts of seconds', 'twilio', '"1.5"', '1.5', `"speechTimeout" of <Gather> is "1.5"; twilio ${whole}`],
  ['no time', 'signalwire', '"0"', '0', `"speechTimeout" of <Gather> is "0"; signalwire ${whole}`],
  ['parts of seconds elsewhere', 'telnyx', '"2.5"', '2.5', `"speechTimeout" of <Gather> is "2.5"; telnyx ${whole}`],
  [
    'a time beyond a range',
    'plivo',
    '"11"',
    '11',
    '"speechTimeout" of <Gather> is "11"; plivo takes a whole number of seconds from 2 to 10, or "auto"',
  ],
  [
    'no time of one’s own with a model',
    'twilio',
    '"auto" speechModel="phone_call"',
    'auto',
    '"speechTimeout" of <Gather> is "auto", which twilio refuses with some speech models; expected seconds',
  ],
])('warns of %s on a platform that refuses it', (_, platform, attributes, text, message) => {
  expect(found(attributes, platform)).toEqual([['platform-value', '1:34', text, message]]);
});

test.each<[string, KnownPlatform | undefined]>([
  ['"1.5"', undefined],
  ['"1.5"', 'cloudonix'],
  ['"2"', 'twilio'],
  ['"auto"', 'twilio'],
  ['"3" speechModel="phone_call"', 'twilio'],
  ['"auto" speechModel="phone_call"', 'signalwire'],
  ['"10"', 'plivo'],
])('takes %s for %s', (attributes, platform) => {
  expect(found(attributes, platform)).toEqual([]);
});

test('leaves what no platform takes to the value’s own type', () => {
  expect(found('"soon"', 'twilio')).toMatchObject([['bad-attribute', '1:34', 'soon', expect.any(String)]]);
});

const inVerb = (verb: string, platform: KnownPlatform): unknown => {
  const document = `<Response>${verb}</Response>`;
  const { diagnostics } = readDocument(document, BASE, { platform });
  return findings(document, diagnostics).map(({ code, text, message }) => [code, text, message]);
};

test.each<[KnownPlatform, string, string, string, string]>([
  [
    'twilio',
    '<Gather speechEngine="google"/>',
    'platform-ignores',
    'speechEngine',
    '"speechEngine" of <Gather> is not sent to twilio',
  ],
  ['plivo', '<Record trim="do-not-trim"/>', 'platform-ignores', 'trim', '"trim" of <Record> is not sent to plivo'],
  [
    'telnyx',
    '<Gather speechEngine="aws"/>',
    'platform-value',
    'aws',
    '"speechEngine" of <Gather> is "aws", which telnyx cannot be told',
  ],
  [
    'twilio',
    '<Say answer="false">Hi</Say>',
    'platform-value',
    'false',
    '"answer" of <Say> is "false", which twilio cannot be told',
  ],
  [
    'plivo',
    '<Gather finishOnKey="#*"/>',
    'platform-value',
    '#*',
    '"finishOnKey" of <Gather> is "#*"; plivo takes one key',
  ],
  [
    'plivo',
    '<Dial record="true">+1</Dial>',
    'platform-value',
    'true',
    '"record" of <Dial> is "true", which plivo cannot be told',
  ],
  [
    'signalwire',
    '<Reject reason="congestion"/>',
    'platform-value',
    'congestion',
    '"reason" of <Reject> is "congestion"; signalwire takes "rejected" or "busy"',
  ],
  [
    'plivo',
    '<Say voice="Google:en-GB-Standard-A">Hi</Say>',
    'platform-value',
    'Google:en-GB-Standard-A',
    '"voice" of <Say> is "Google:en-GB-Standard-A", a voice that plivo has not; its own is heard',
  ],
  [
    'plivo',
    '<Converse voice="Google:en-GB-Standard-A" statusCallback="https://a.example/"><System>Greet the caller.</System></Converse>',
    'platform-value',
    'Google:en-GB-Standard-A',
    '"voice" of <Converse> is "Google:en-GB-Standard-A", a voice that plivo has not; its own is heard',
  ],
  [
    'telnyx',
    '<Dial timeout="2">+1</Dial>',
    'platform-value',
    '2',
    '"timeout" of <Dial> is "2"; telnyx takes a whole number of seconds from 5 to 120',
  ],
  [
    'telnyx',
    '<Pause length="900"/>',
    'platform-value',
    '900',
    '"length" of <Pause> is "900"; telnyx takes a whole number of seconds from 1 to 180',
  ],
])('tells what becomes on %s of %s', (platform, verb, code, text, message) => {
  expect(inVerb(verb, platform)).toEqual([[code, text, message]]);
});

test.each<[KnownPlatform, string]>([
  ['twilio', '<Say answer="true">Hi</Say>'],
  ['twilio', '<Gather interruptible="true"/>'],
  ['twilio', '<Gather interruptible="false"/>'],
  ['plivo', '<Say voice="woman">Hi</Say>'],
  ['plivo', '<Say voice="Polly:Amy">Hi</Say>'],
  ['plivo', '<Gather actionOnEmptyResult="true" timeout="5"/>'],
  ['jambonz', '<Reject reason="congestion"/>'],
  ['jambonz', '<Gather method="GET" timeout="5"/>'],
  ['twilio', '<Coach callerName="Ann" of="x">+1</Coach>'],
  ['cloudonix', '<Gather speechEngine="google" speechTimeout="1.5"/>'],
])('has nothing to tell on %s of %s', (platform, verb) => {
  expect((inVerb(verb, platform) as readonly [string][]).filter(([code]) => /value|ignores/.test(code))).toEqual([]);
});
