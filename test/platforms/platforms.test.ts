import { describe, expect, test } from 'vitest';
import { readPlatformRequest } from '../../src/platforms/platforms.ts';
import type { PlatformReading, ReadOptions } from '../../src/platforms/platforms.ts';
import type { PlatformHttpRequest } from '../../src/platforms/message.ts';
import { signTwilio, withBodyHash } from '../../src/signatures/twilio.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_ = { 'content-type': 'application/json' };
const ORIGIN = 'https://voice.example';
const TOKEN = 'auth-token';
const API_KEY = 'XI0123456789abcdef0123456789abcdef';

type Sent = Partial<Omit<PlatformHttpRequest, 'body'>> & { readonly body?: string };

function http({
  method = 'POST',
  path = '/voice/app',
  headers = FORM,
  body = '',
  publicUrl = ORIGIN,
}: Sent): PlatformHttpRequest {
  return { method, path, headers, publicUrl, body: Buffer.from(body) };
}

const read = (sent: Sent, options: ReadOptions = {}): PlatformReading => readPlatformRequest(http(sent), options);

function parametersOf(sent: Sent, options: ReadOptions = {}): object {
  const reading = read(sent, options);
  if (reading.kind !== 'request') throw new Error(reading.reason);
  return reading.request.parameters;
}

/** JSON of so many levels, its own braces being the first. */
function nested(levels: number): string {
  return `{"CallSid":"CA1","a":${'['.repeat(levels - 1)}0${']'.repeat(levels - 1)}}`;
}

/** The headers of a request to `path` that Twilio signed. */
function signed(path: string, body = '', token = TOKEN): Sent {
  const signature = signTwilio(token, ORIGIN + path, [...new URLSearchParams(body)]);
  return { path, body, headers: { ...FORM, 'x-twilio-signature': signature } };
}

describe('a request is recognised', () => {
  const twilioForm = 'CallSid=CA1&AccountSid=AC1&From=%2B1';
  const cloudonixJson = '{"CallSid":"s1","Session":"s1","Domain":"d.example"}';
  test.each([
    ['a form', 'twilio', { body: twilioForm }],
    ['a GET with a query', 'twilio', { method: 'GET', path: `/v?${twilioForm}`, headers: {} }],
    ['JSON', 'cloudonix', { headers: JSON_, body: cloudonixJson }],
    ['JSON without a content type', 'cloudonix', { headers: {}, body: cloudonixJson }],
    ['a GET with its headers', 'cloudonix', { method: 'GET', path: '/v', headers: { 'x-cx-session': 's1' } }],
    [
      'a form with its user agent',
      'cloudonix',
      { headers: { ...FORM, 'user-agent': 'Cloudonix APP.Core/5.3.673' }, body: 'Session=s1' },
    ],
    [
      'a form signed by SignalWire',
      'signalwire',
      { headers: { ...FORM, 'x-signalwire-signature': 'x' }, body: twilioForm },
    ],
    [
      'a form signed by SignalWire under both names',
      'signalwire',
      { headers: { ...FORM, 'x-twilio-signature': 'x', 'x-signalwire-signature': 'x' }, body: twilioForm },
    ],
    [
      'a form signed anew by SignalWire',
      'signalwire',
      { headers: { ...FORM, 'x-signalwire-sha256-signature': 'x' }, body: twilioForm },
    ],
    ['a form signed by Telnyx', 'telnyx', { headers: { ...FORM, 'telnyx-signature-ed25519': 'x' }, body: twilioForm }],
    ['a form with what only Telnyx has', 'telnyx', { body: `${twilioForm}&CallSidLegacy=x` }],
    ['a form with a CallUUID', 'plivo', { body: 'CallUUID=u1&From=1' }],
    ['a GET with a CallUUID', 'plivo', { method: 'GET', path: '/v?CallUUID=u1', headers: {} }],
    ['a form signed by Plivo', 'plivo', { headers: { ...FORM, 'x-plivo-signature-v2': 'x' }, body: 'CallUUID=u1' }],
    ['JSON with a call_sid', 'jambonz', { headers: JSON_, body: '{"call_sid":"j1","application_sid":"a1"}' }],
    [
      'JSON signed by jambonz',
      'jambonz',
      { headers: { ...JSON_, 'jambonz-signature': 'x' }, body: '{"call_sid":"j1"}' },
    ],
    ['signed JSON', 'twilio', { headers: { ...JSON_, 'x-twilio-signature': 'x' }, body: '{"CallSid":"CA1"}' }],
  ] as const)('%s as %s', (_, platform, sent) => {
    expect(read(sent)).toMatchObject({ kind: 'request', request: { platform, publicUrl: ORIGIN } });
  });

  test('as what the agent says, whatever its shape', () => {
    expect(read({ headers: JSON_, body: cloudonixJson }, { platform: 'twilio' })).toMatchObject({
      request: { platform: 'twilio', callSid: 's1' },
    });
    expect(read({ body: 'Session=s2&CallSid=c2' }, { platform: 'cloudonix' })).toMatchObject({
      request: { platform: 'cloudonix', callSid: 's2' },
    });
  });
});

describe('parameters', () => {
  test('come from the body, then the query, then the known headers', () => {
    const headers = { ...JSON_, 'x-cx-session': 'header', 'x-cx-from': 'header', 'x-cx-domain': 'header' };
    expect(
      parametersOf({ path: '/v?From=query&Session=query&Extra=query', headers, body: '{"Session":"body"}' }),
    ).toEqual({ Session: 'body', From: 'query', Extra: 'query', Domain: 'header' });
  });

  test('of all the headers only the known ones count, and never a key', () => {
    const headers = {
      'x-cx-session': 's1',
      'x-cx-from': '1004',
      'x-cx-to': '+1',
      'x-cx-domain': 'd.example',
      'x-cx-source': 'SUBSCRIBER',
      'x-cx-stageid': '0123456789abcdef',
      'x-cx-apikey': API_KEY,
      'x-cx-other': 'x',
      authorization: `Bearer ${API_KEY}`,
    };
    expect(parametersOf({ method: 'GET', headers })).toEqual({
      Session: 's1',
      From: '1004',
      To: '+1',
      Domain: 'd.example',
      Source: 'SUBSCRIBER',
      Stageid: '0123456789abcdef',
    });
  });

  test('headers that Twilio does not sign are no parameters of its requests', () => {
    const request = { headers: { ...FORM, 'x-cx-to': '+1900' }, body: 'CallSid=CA1' };
    expect(parametersOf(request, { platform: 'twilio' })).toEqual({ CallSid: 'CA1' });
  });

  test('keep the shapes of JSON', () => {
    const body = {
      CallSid: 's',
      n: 7,
      t: true,
      z: null,
      list: [1, 'a'],
      SessionData: { token: 't', profile: { a: 1 } },
    };
    expect(parametersOf({ headers: JSON_, body: JSON.stringify(body) })).toEqual(body);
  });

  test('repeated fields become arrays, within one source only', () => {
    expect(parametersOf({ path: '/v?a=4&b=5&b=6', body: 'CallSid=CA1&a=1&a=2&a=3' })).toEqual({
      CallSid: 'CA1',
      a: ['1', '2', '3'],
      b: ['5', '6'],
    });
  });

  test('are decoded as forms are', () => {
    expect(parametersOf({ body: 'CallSid=CA1&SpeechResult=one+half+%C2%BD%20%26&Empty=&Bare' })).toEqual({
      CallSid: 'CA1',
      SpeechResult: 'one half ½ &',
      Empty: '',
      Bare: '',
    });
  });

  test('of a JSON body may come on Twilio, of a form on Cloudonix', () => {
    expect(parametersOf({ headers: JSON_, body: '{"CallSid":"CA1"}' }, { platform: 'twilio' })).toEqual({
      CallSid: 'CA1',
    });
    expect(parametersOf({ body: 'Session=s' }, { platform: 'cloudonix' })).toEqual({ Session: 's' });
  });

  test('leave out our own names in the query, but not in the body', () => {
    const options = { reserved: new Set(['turn', 'from']) };
    expect(parametersOf({ path: '/v?turn=3&from=7&x=1', body: 'CallSid=CA1&turn=body' }, options)).toEqual({
      CallSid: 'CA1',
      turn: 'body',
      x: '1',
    });
  });

  test.each([
    ['a form', { body: 'CallSid=CA1&__proto__=x&constructor=y&toString=z' }],
    ['JSON', { headers: JSON_, body: '{"CallSid":"CA1","__proto__":{"a":1},"constructor":"y","toString":"z"}' }],
  ])('of %s cannot reach a prototype', (_, sent) => {
    const parameters = parametersOf(sent);
    expect(Object.entries(parameters)).toEqual([
      ['CallSid', 'CA1'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
    expect(Object.getPrototypeOf(parameters)).toBe(Object.prototype);
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test('an alias fills a name that is absent from one that is present', () => {
    const aliases = { Session: 'CallSid', Domain: 'AccountSid', From: 'To', Missing: 'Nowhere' };
    expect(parametersOf({ body: 'CallSid=CA1&AccountSid=AC1&From=%2B1&To=%2B2' }, { aliases })).toEqual({
      CallSid: 'CA1',
      AccountSid: 'AC1',
      From: '+1',
      To: '+2',
      Session: 'CA1',
      Domain: 'AC1',
    });
  });
});

describe('the call', () => {
  test.each([
    ['CallSid on Twilio', { body: 'CallSid=CA1&Session=s' }, 'CA1'],
    ['Session on Cloudonix', { headers: JSON_, body: '{"CallSid":"sip@host","Session":"s"}' }, 's'],
    ['CallSid on Cloudonix without Session', { headers: JSON_, body: '{"CallSid":"c"}' }, 'c'],
    ['a number', { headers: JSON_, body: '{"Session":12}' }, '12'],
  ])('is told by %s', (_, sent, callSid) => {
    expect(read(sent)).toMatchObject({ request: { callSid } });
  });

  test.each([
    ['no call id', { body: 'From=%2B1' }, 'the request has no CallSid'],
    ['an empty call id', { body: 'CallSid=' }, 'the request has no CallSid'],
    ['two call ids', { body: 'CallSid=a&CallSid=b' }, 'the request has no CallSid'],
    [
      'a call id that is an object',
      { headers: JSON_, body: '{"Session":{"a":1}}' },
      'the request has no Session or CallSid',
    ],
    ['JSON that is a list', { headers: JSON_, body: '[1]' }, 'the body is JSON but not an object'],
  ])('%s is unreadable', (_, sent, reason) => {
    expect(read(sent)).toMatchObject({ kind: 'unreadable', reason });
  });

  test.each([
    ['JSON of thousands of levels', nested(5_000), 'the body is JSON of more than 32 levels'],
    ['JSON of one level too many', nested(33), 'the body is JSON of more than 32 levels'],
    ['an id that is no Unicode', '{"CallSid":"\\ud800x"}', 'CallSid is not Unicode: it has half of a surrogate pair'],
  ])('%s is unreadable', (_, body, reason) => {
    expect(read({ headers: JSON_, body })).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining(reason) as string,
    });
  });

  test('JSON of as many levels as may be is read', () => {
    expect(read({ headers: JSON_, body: nested(32) })).toMatchObject({ kind: 'request' });
  });

  test('brackets in texts are no levels', () => {
    const body = JSON.stringify({ CallSid: 'CA1', note: '[{'.repeat(100) + '"' });
    expect(read({ headers: JSON_, body })).toMatchObject({ kind: 'request' });
  });

  test('broken JSON is unreadable', () => {
    expect(read({ headers: JSON_, body: '{"CallSid":' })).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringMatching(/^the body is not JSON: /),
    });
  });

  test("Twilio's token is the same on every retry", () => {
    const headers = { ...FORM, 'i-twilio-idempotency-token': 'token-1' };
    expect(read({ headers, body: 'CallSid=CA1' })).toMatchObject({ request: { idempotencyKey: 'token-1' } });
    expect(read({ body: 'CallSid=CA1' })).not.toHaveProperty('request.idempotencyKey');
  });
});

describe('verification', () => {
  const credentials = { twilio: { authToken: TOKEN } };
  const both = { ...credentials, cloudonix: { apiKey: API_KEY } };

  test('a signed form passes', () => {
    expect(read(signed('/voice/app?x=1', 'CallSid=CA1&a=2&a=1&a=2'), { credentials })).toMatchObject({
      kind: 'request',
      request: { platform: 'twilio', callSid: 'CA1' },
    });
  });

  test('a signed GET passes', () => {
    expect(read({ ...signed('/voice/app?CallSid=CA1'), method: 'GET' }, { credentials })).toMatchObject({
      kind: 'request',
    });
  });

  test('signed JSON passes with the hash of its body', () => {
    const body = '{"CallSid":"CA1"}';
    const path = withBodyHash('/voice/app', Buffer.from(body));
    const headers = { ...JSON_, 'x-twilio-signature': signTwilio(TOKEN, ORIGIN + path) };
    expect(read({ path, body, headers }, { credentials })).toMatchObject({
      kind: 'request',
      request: { platform: 'twilio', parameters: { CallSid: 'CA1' } },
    });
    expect(read({ path, body: '{"CallSid":"CA2"}', headers }, { credentials })).toMatchObject({ kind: 'unverified' });
  });

  test.each([
    ['without a signature', { body: 'CallSid=CA1' }, 'twilio: there is no X-Twilio-Signature'],
    [
      'with another body than was signed',
      { ...signed('/voice/app?From=1', 'CallSid=CA1'), body: 'CallSid=CA2' },
      'twilio: X-Twilio-Signature does not fit https://voice.example/voice/app; is this the public URL that Twilio calls?',
    ],
    [
      'with a body that the signature of the URL does not cover',
      {
        ...signed('/voice/app'),
        headers: { ...JSON_, 'x-twilio-signature': signTwilio(TOKEN, `${ORIGIN}/voice/app`) },
        body: '{"CallSid":"CA1"}',
      },
      'twilio: X-Twilio-Signature does not fit https://voice.example/voice/app; is this the public URL that Twilio calls?',
    ],
    [
      'signed with another token',
      signed('/voice/app', 'CallSid=CA1', 'other'),
      'twilio: X-Twilio-Signature does not fit https://voice.example/voice/app; is this the public URL that Twilio calls?',
    ],
    [
      'of another platform',
      { headers: { ...JSON_, authorization: `Bearer ${API_KEY}` }, body: '{"Session":"s"}' },
      'twilio: there is no X-Twilio-Signature',
    ],
  ])('a request %s does not pass', (_, sent, reason) => {
    expect(read(sent, { credentials })).toEqual({ kind: 'unverified', reason });
  });

  test.each([
    ['as a bearer', { authorization: `Bearer ${API_KEY}` }],
    ['as a bearer in any case', { authorization: `bearer   ${API_KEY} ` }],
    ['as X-Cx-Apikey', { 'x-cx-apikey': API_KEY }],
    ['as one of the two', { authorization: 'Bearer other', 'x-cx-apikey': API_KEY }],
  ])("Cloudonix's key passes %s", (_, headers) => {
    const options = { credentials: { cloudonix: { apiKey: API_KEY } } };
    expect(read({ headers: { ...JSON_, ...headers }, body: '{"Session":"s"}' }, options)).toMatchObject({
      kind: 'request',
    });
  });

  test.each([
    ['no key', {}, 'cloudonix: there is neither an Authorization: Bearer nor an X-Cx-Apikey'],
    [
      'an empty key',
      { authorization: 'Bearer ', 'x-cx-apikey': '' },
      'cloudonix: there is neither an Authorization: Bearer nor an X-Cx-Apikey',
    ],
    [
      'another key',
      { authorization: 'Bearer XI', 'x-cx-apikey': 'XI' },
      'cloudonix: the API key is not the one of this agent',
    ],
    [
      'another scheme',
      { authorization: `Basic ${API_KEY}` },
      'cloudonix: there is neither an Authorization: Bearer nor an X-Cx-Apikey',
    ],
  ])('%s does not pass', (_, headers, reason) => {
    const options = { credentials: { cloudonix: { apiKey: API_KEY } } };
    expect(read({ headers: { ...JSON_, ...headers }, body: '{"Session":"s"}' }, options)).toEqual({
      kind: 'unverified',
      reason,
    });
  });

  test('what proves a platform tells which it is', () => {
    const form = { headers: { ...FORM, authorization: `Bearer ${API_KEY}` }, body: 'Session=s&CallSid=c' };
    expect(read(form, { credentials: both })).toMatchObject({ request: { platform: 'cloudonix', callSid: 's' } });
    expect(read(signed('/v', 'CallSid=c&Session=s'), { credentials: both })).toMatchObject({
      request: { platform: 'twilio', callSid: 'c' },
    });
    expect(read({ body: 'CallSid=c' }, { credentials: both })).toEqual({
      kind: 'unverified',
      reason: 'twilio: there is no X-Twilio-Signature',
    });
  });

  test('of several platforms, those that the request could be of say why it is none of theirs', () => {
    const headers = { ...FORM, 'x-signalwire-signature': 'x', 'x-plivo-signature-v2': 'y' };
    const all = {
      ...both,
      signalwire: { signingKey: 'k' },
      plivo: { authToken: 'p' },
      jambonz: { webhookSecret: 's' },
    };
    const reading = read({ headers, body: 'CallSid=c' }, { credentials: all });
    const reasons = reading.kind === 'unverified' ? reading.reason.match(/(?<=^|; )\w+(?=:)/g) : [];
    expect(reasons).toEqual(['signalwire', 'plivo', 'twilio']);
  });

  test('an agent of one platform takes no proof of another', () => {
    const options = { credentials: both, platform: 'cloudonix' } as const;
    expect(read(signed('/v', 'CallSid=c'), options)).toMatchObject({ kind: 'unverified' });
    expect(read({ body: 'CallSid=c' }, { credentials, platform: 'cloudonix' })).toEqual({
      kind: 'unverified',
      reason: 'cloudonix: no API key is configured',
    });
  });

  test('comes before anything is read', () => {
    expect(read({ headers: JSON_, body: '{' }, { credentials })).toMatchObject({ kind: 'unverified' });
  });
});
