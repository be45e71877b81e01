// The carriers themselves: they sign as the vendors' own packages expect, and refuse what the vendors refuse.
import { createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import twilio from 'twilio';
import { Refusal, type Answer, type Carrier } from '../support/carriers/carrier.ts';
import { CARRIERS } from '../support/carriers/carriers.ts';
import { requestOf } from '../support/carriers/sending.ts';

const require = createRequire(import.meta.url);
const { validateV3Signature } = require('plivo') as {
  readonly validateV3Signature: (
    method: string,
    url: string,
    nonce: string,
    token: string,
    signature: string,
    parameters?: object,
  ) => boolean;
};
const { RestClient: signalwire } = require('@signalwire/compatibility-api') as {
  readonly RestClient: {
    readonly validateRequest: (key: string, signature: string, url: string, parameters: object) => boolean;
  };
};

const CALL = { id: 'v3:call-1', from: '+15550001111', to: '+15550002222' };
const URLS = ['https://voice.example/voice/desk', 'https://voice.example/voice/desk/continue?turn=2&exit=4'];

const carrier = (name: string): Carrier => CARRIERS.find((each) => each.name === name) as Carrier;

function signed(name: string, url: string, method: 'GET' | 'POST' = 'POST') {
  const words = { kind: 'words', words: 'Where is “order 7” & why?' } as const;
  const request = requestOf(carrier(name), words, CALL, { url, method });
  return { ...request, parameters: Object.fromEntries(new URLSearchParams(request.body)) };
}

describe.each(URLS)('signatures for %s', (url) => {
  test.each(['POST', 'GET'] as const)('twilio accepts a %s', (method) => {
    const { url: sent, headers, parameters } = signed('twilio', url, method);
    const { key } = carrier('twilio');
    const signature = headers['X-Twilio-Signature'] ?? '';
    expect(twilio.validateRequest(key, signature, sent, parameters)).toBe(true);
    expect(twilio.validateRequest(key, signature, sent, { ...parameters, From: 'x' })).toBe(false);
  });

  test('signalwire accepts a POST', () => {
    const { url: sent, headers, parameters } = signed('signalwire', url);
    const signature = headers['X-SignalWire-Signature'] ?? '';
    expect(signalwire.validateRequest(carrier('signalwire').key, signature, sent, parameters)).toBe(true);
  });

  test.each(['POST', 'GET'] as const)('plivo accepts a %s', (method) => {
    const { url: sent, headers, parameters } = signed('plivo', url, method);
    const [signature = '', nonce = ''] = [headers['X-Plivo-Signature-V3'], headers['X-Plivo-Signature-V3-Nonce']];
    const { key } = carrier('plivo');
    expect(validateV3Signature(method, sent, nonce, key, signature, parameters)).toBe(true);
  });

  test('the public key of telnyx verifies a POST', () => {
    const { headers, body } = signed('telnyx', url);
    const raw = Buffer.from(carrier('telnyx').environment['TELNYX_PUBLIC_KEY'] ?? '', 'base64');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
    const text = Buffer.from(`${headers['telnyx-timestamp']}|${body}`);
    expect(verify(null, text, key, Buffer.from(headers['telnyx-signature-ed25519'] ?? '', 'base64'))).toBe(true);
  });
});

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const HERE = 'https://voice.example/voice/desk';
const answer = (body: string, type = 'text/xml'): Answer => ({ status: 200, type, body, tookMs: 1 });
const document = (content: string): Answer => answer(`${XML}<Response>${content}</Response>`);
const verbs = (...list: readonly object[]): Answer => answer(JSON.stringify(list), 'application/json');
function isRefused(name: string, given: Answer): boolean {
  try {
    carrier(name).read(given);
    return false;
  } catch (error) {
    if (error instanceof Refusal) return true;
    throw error;
  }
}

const SPOKEN = 'a'.repeat(70 * 1024);

test.each<[string, readonly string[], Answer]>([
  [
    'a content type that is not XML',
    ['twilio', 'cloudonix', 'signalwire', 'telnyx', 'plivo'],
    answer(`${XML}<Response/>`, 'text/plain'),
  ],
  [
    'a blank line before the declaration',
    ['twilio', 'cloudonix', 'signalwire', 'telnyx', 'plivo'],
    answer(`\n${XML}<Response/>`),
  ],
  ['a bare ampersand', ['twilio', 'cloudonix', 'signalwire', 'telnyx', 'plivo'], document('<Say>R&D</Say>')],
  ['another root', ['twilio', 'plivo'], answer(`${XML}<html/>`)],
  ['elements in another case', ['twilio', 'signalwire', 'telnyx'], document('<say>Hello.</say>')],
  ['a Converse', ['twilio', 'signalwire', 'telnyx', 'cloudonix', 'plivo'], document('<Converse/>')],
  [
    'a misspelt attribute',
    ['twilio', 'signalwire', 'telnyx', 'cloudonix'],
    document('<Say voise="woman">Hello.</Say>'),
  ],
  ['half seconds', ['twilio', 'signalwire', 'telnyx'], document(`<Gather action="${HERE}" speechTimeout="1.5"/>`)],
  ['no seconds', ['twilio', 'signalwire', 'telnyx'], document(`<Gather action="${HERE}" speechTimeout="0"/>`)],
  ['a relative action', ['twilio', 'signalwire', 'telnyx', 'cloudonix'], document('<Gather action="/next"/>')],
  ['a Gather that leads nowhere', ['signalwire'], document('<Gather/>')],
  ['a verb in a Gather', ['twilio', 'signalwire'], document(`<Gather action="${HERE}"><Hangup/></Gather>`)],
  ['a text of 5,000 characters', ['twilio', 'signalwire', 'telnyx'], document(`<Say>${'a'.repeat(5_000)}</Say>`)],
  ['70 kB', ['twilio', 'signalwire', 'telnyx'], document(`<Say>${SPOKEN}</Say>`)],
  [
    'another vendor’s voice',
    ['twilio', 'signalwire', 'telnyx'],
    document('<Say voice="Google:en-GB-Standard-A">x</Say>'),
  ],
  [
    'Google’s voices as Twilio calls them',
    ['signalwire', 'plivo'],
    document('<Say voice="Google.en-GB-Standard-A">x</Say>'),
  ],
  ['a reason of Cloudonix', ['twilio', 'signalwire', 'telnyx'], document('<Reject reason="congestion"/>')],
  ['a pause of 200 s', ['telnyx'], document('<Pause length="200"/>')],
  ['a pause of no length', ['twilio', 'telnyx'], document('<Pause length="0"/>')],
  ['text outside of verbs', ['twilio', 'plivo'], document('Hello.')],
  ['a Say', ['plivo'], document('<Say>Hello.</Say>')],
  [
    'a speechEndTimeout below 2',
    ['plivo'],
    document(`<GetInput action="${HERE}" inputType="speech" speechEndTimeout="1"/>`),
  ],
  ['an executionTimeout above 60', ['plivo'], document(`<GetInput action="${HERE}" executionTimeout="61"/>`)],
  ['a GetInput without action', ['plivo'], document('<GetInput inputType="speech"/>')],
  ['a Wait of no length', ['plivo'], document('<Wait length="0"/>')],
  ['110 kB', ['plivo'], document(`<Speak>${SPOKEN}${SPOKEN}</Speak>`)],
  ['a number without its element', ['plivo'], document('<Dial>+15550003333</Dial>')],
  ['an action that is not run', ['plivo'], document(`<GetInput action="${HERE}" redirect="false"/>`)],
  ['XML', ['jambonz'], document('<Say>Hello.</Say>')],
  ['JSON as text', ['jambonz'], answer('[]', 'text/plain')],
  ['one verb without its list', ['jambonz'], answer('{"verb":"hangup"}', 'application/json')],
  ['an unknown verb', ['jambonz'], verbs({ verb: 'speak', text: 'Hello.' })],
  ['an unknown property', ['jambonz'], verbs({ verb: 'say', text: 'Hello.', voice: 'Amy' })],
  ['a number as text', ['jambonz'], verbs({ verb: 'pause', length: '1' })],
  ['keys under Twilio’s name', ['jambonz'], verbs({ verb: 'gather', actionHook: HERE, input: ['dtmf'] })],
  ['a redirect without hook', ['jambonz'], verbs({ verb: 'redirect' })],
])('refused: %s', (_name, names, given) => {
  expect(names.filter((name) => !isRefused(name, given))).toEqual([]);
});

test.each<[string, readonly string[], Answer]>([
  ['half seconds', ['cloudonix'], document(`<Gather action="${HERE}" speechTimeout="1.5"/>`)],
  ['an empty document', ['twilio', 'cloudonix', 'signalwire', 'telnyx', 'plivo'], document('')],
  ['no verbs', ['jambonz'], verbs()],
  [
    'words and keys',
    ['jambonz'],
    verbs({ verb: 'gather', actionHook: HERE, input: ['digits', 'speech'], bargein: true }),
  ],
  [
    'the usual',
    ['twilio', 'signalwire', 'telnyx', 'cloudonix'],
    document(
      `<Gather input="dtmf speech" action="${HERE}" method="POST" speechTimeout="2"><Say voice="Polly.Amy">Hello.</Say></Gather><Redirect method="POST">${HERE}</Redirect>`.replace(
        'Polly.Amy',
        'woman',
      ),
    ),
  ],
])('taken: %s', (_name, names, given) => {
  expect(names.filter((name) => isRefused(name, given))).toEqual([]);
});
