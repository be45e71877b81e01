import { expect, test } from 'vitest';
import type { PlatformName } from '../../../src/call/request.ts';
import { readDocument } from '../../../src/compile/read-document.ts';
import { BASE, findings } from '../../support/language.ts';

const found = (verbs: string, platform: PlatformName | undefined): unknown => {
  const document = `<Response>${verbs}</Response>`;
  const { diagnostics } = readDocument(document, BASE, { platform });
  return findings(
    document,
    diagnostics.filter(({ code }) => code.startsWith('platform')),
  ).map(({ code, at, text, message }) => [code, at, text, message]);
};

test.each<[PlatformName, string, string, string, string]>([
  [
    'twilio',
    '<Dial><Service provider="vapi">a</Service></Dial>',
    '1:18',
    'Service',
    '<Service> cannot be used on twilio',
  ],
  ['signalwire', '<Coach>+1</Coach>', '1:12', 'Coach', '<Coach> cannot be used on signalwire'],
  ['telnyx', '<Pay/>', '1:12', 'Pay', '<Pay> cannot be used on telnyx'],
  [
    'plivo',
    '<Start><Stream url="wss://a.example/"/></Start>',
    '1:12',
    'Start',
    '<Start> cannot be used on plivo: its streams speak a protocol of their own',
  ],
  ['jambonz', '<Record/>', '1:12', 'Record', '<Record> cannot be used on jambonz: it keeps no recording of a message'],
  ['jambonz', '<Unheard/>', '1:12', 'Unheard', '<Unheard> cannot be used on jambonz'],
])('%s refuses %s, once', (platform, verbs, at, text, message) => {
  expect(found(verbs, platform)).toEqual([['platform-support', at, text, message]]);
});

test.each<[PlatformName, string, string, string, string]>([
  [
    'twilio',
    '<Dial><Header name="X-A" value="b"/><Number>+1</Number></Dial>',
    '1:18',
    'Header',
    '<Header> is not sent to twilio',
  ],
  ['plivo', '<Say><mark name="m"/>Hi</Say>', '1:17', 'mark', '<mark> is not sent to plivo, only what stands in it'],
])('%s does without %s', (platform, verbs, at, text, message) => {
  expect(found(verbs, platform)).toEqual([['platform-ignores', at, text, message]]);
});

test.each<[string, PlatformName | undefined]>([
  ['<Dial><Service provider="vapi">a</Service></Dial>', 'cloudonix'],
  ['<Dial><Service provider="vapi">a</Service></Dial>', undefined],
  ['<Unheard/>', 'twilio'],
  [
    '<Gather input="speech"><Converse><System>You answer for a shop.</System><Unheard/><Speech/></Converse></Gather>',
    'jambonz',
  ],
  ['<Dial><Number>+1</Number></Dial>', 'plivo'],
])('takes %s for %s', (verbs, platform) => {
  expect(found(verbs, platform)).toEqual([]);
});

test('a document with such a verb is not run, one with notes is', () => {
  const read = (verbs: string): string =>
    readDocument(`<Response>${verbs}</Response>`, BASE, { platform: 'twilio' }).kind;
  expect(read('<Coach>+1</Coach>')).toBe('invalid');
  expect(read('<Gather speechEngine="google"/>')).toBe('program');
});
