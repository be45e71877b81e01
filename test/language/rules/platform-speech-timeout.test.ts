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
