// Each platform's requests as the platform signs them, good and bad, straight and behind proxies; where its vendor has a
// package that signs or verifies, that package has the word.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import plivo from 'plivo';
import twilio from 'twilio';
import { describe, expect, test } from 'vitest';
import type { PlatformName } from '../../src/call/request.ts';
import { FLUSH_DEADLINE_MS } from '../../src/limits.ts';
import type { PlatformHttpRequest } from '../../src/platforms/message.ts';
import type { PlatformCredentials } from '../../src/platforms/platform.ts';
import { PLATFORMS, readPlatformRequest } from '../../src/platforms/platforms.ts';
import { publicUrl } from '../../src/platforms/public-url.ts';

const { validateV3Signature } = plivo as unknown as {
  validateV3Signature(
    this: void,
    method: string,
    url: string,
    nonce: string,
    token: string,
    signature: string,
    form: object,
  ): boolean;
};
const { RestClient: SignalWire } = createRequire(import.meta.url)('@signalwire/compatibility-api') as {
  readonly RestClient: {
    validateRequest(key: string, signature: string, url: string, form: object, quiet: true): boolean;
  };
};

const PUBLIC_URL = 'https://voice.example';
const PATH = '/voice/desk/continue?turn=2&exit=7';
const NOW = 1_790_000_000;
const ed25519 = generateKeyPairSync('ed25519');

type Fields = { readonly [name: string]: string };
type Sender = {
  readonly credentials: PlatformCredentials;
  readonly fields: Fields;
  readonly type: 'form' | 'json';
  /** The headers with which the platform signs a request to the URL. */
  sign(url: string, body: string, fields: Fields, key?: string): Fields;
  /** What the vendor's own package says of it. */
  agrees?(url: string, headers: Fields, fields: Fields): boolean;
  /** Whether the address of the request is signed. */
  readonly coversUrl: boolean;
  readonly coversTime: boolean;
};

const hmac = (hash: string, key: string, text: string, form: 'base64' | 'hex'): string =>
  createHmac(hash, key).update(text).digest(form);
const TWIML_FIELDS = { CallSid: 'CA1', From: '+15550001111', To: '+15550002222', SpeechResult: 'Tom & Ann, 100%' };
const NONCE = '12345';

const SENDERS: { readonly [name: string]: Sender & { readonly platform: PlatformName } } = {
  twilio: {
    platform: 'twilio',
    credentials: { twilio: { authToken: 'token' } },
    fields: TWIML_FIELDS,
    type: 'form',
    sign: (url, _body, fields, key = 'token') => ({
      'x-twilio-signature': twilio.getExpectedTwilioSignature(key, url, fields),
    }),
    agrees: (url, headers, fields) => twilio.validateRequest('token', headers['x-twilio-signature'] ?? '', url, fields),
    coversUrl: true,
    coversTime: false,
  },
  'signalwire, forms': {
    platform: 'signalwire',
    credentials: { signalwire: { signingKey: 'key' } },
    fields: TWIML_FIELDS,
    type: 'form',
    sign: (url, _body, fields, key = 'key') => ({
      'x-signalwire-signature': twilio.getExpectedTwilioSignature(key, url, fields),
    }),
    agrees: (url, headers, fields) =>
      SignalWire.validateRequest('key', headers['x-signalwire-signature'] ?? '', url, fields, true),
    coversUrl: true,
    coversTime: false,
  },
  'signalwire, JSON': {
    platform: 'signalwire',
    credentials: { signalwire: { signingKey: 'key' } },
    fields: TWIML_FIELDS,
    type: 'json',
    sign: (url, body, _fields, key = 'key') => ({ 'x-signalwire-signature': hmac('sha1', key, url + body, 'hex') }),
    coversUrl: true,
    coversTime: false,
  },
  'signalwire, SHA-256': {
    platform: 'signalwire',
    credentials: { signalwire: { signingKey: 'key' } },
    fields: TWIML_FIELDS,
    type: 'form',
    sign: (url, body, _fields, key = 'key') => ({
      // The newer header counts, whatever the older one says.
      'x-signalwire-signature': 'not this one',
      'x-signalwire-sha256-signature': hmac('sha256', key, url + body, 'hex'),
    }),
    coversUrl: true,
    coversTime: false,
  },
  telnyx: {
    platform: 'telnyx',
    credentials: {
      telnyx: {
        publicKey: ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
      },
    },
    fields: TWIML_FIELDS,
    type: 'form',
    sign: (_url, body, _fields, key) => ({
      'telnyx-timestamp': String(NOW),
      'telnyx-signature-ed25519': sign(
        null,
        Buffer.from(`${NOW}|${body}`),
        key === undefined ? ed25519.privateKey : generateKeyPairSync('ed25519').privateKey,
      ).toString('base64'),
    }),
    coversUrl: false,
    coversTime: true,
  },
  plivo: {
    platform: 'plivo',
    credentials: { plivo: { authToken: 'token' } },
    fields: { CallUUID: 'u1', From: '15550001111', To: '15550002222', Speech: 'Tom & Ann, 100%' },
    type: 'form',
    sign: (url, _body, fields, key = 'token') => ({
      'x-plivo-signature-v3': `bm90IHRoaXM=,${plivoSignature(url, fields, key)}`,
      'x-plivo-signature-v3-nonce': NONCE,
    }),
    agrees: (url, headers, fields) =>
      validateV3Signature('POST', url, NONCE, 'token', headers['x-plivo-signature-v3'] ?? '', fields),
    coversUrl: true,
    coversTime: false,
  },
  'plivo, main account': {
    platform: 'plivo',
    credentials: { plivo: { authToken: 'token' } },
    fields: { CallUUID: 'u1', From: '15550001111', To: '15550002222' },
    type: 'form',
    sign: (url, _body, fields, key = 'token') => ({
      'x-plivo-signature-v3': plivoSignature(url, fields, 'the subaccount’s'),
      'x-plivo-signature-ma-v3': plivoSignature(url, fields, key),
      'x-plivo-signature-v3-nonce': NONCE,
    }),
    coversUrl: true,
    coversTime: false,
  },
  jambonz: {
    platform: 'jambonz',
    credentials: { jambonz: { webhookSecret: 'secret' } },
    fields: { call_sid: 'j1', application_sid: 'a1', from: '+15550001111', reason: 'speechDetected' },
    type: 'json',
    sign: (_url, body, _fields, key = 'secret') => ({
      'jambonz-signature': `t=${NOW},v1=${hmac('sha256', key, `${NOW}.${body}`, 'hex')}`,
    }),
    coversUrl: false,
    coversTime: true,
  },
};

/** Written out for the one shape that is sent here: a form to a URL with a query. */
function plivoSignature(url: string, fields: Fields, key: string): string {
  const [base = '', query = ''] = url.split('?');
  const sorted = query.split('&').toSorted().join('&');
  const listed = Object.keys(fields)
    .toSorted()
    .map((name) => name + fields[name])
    .join('');
  return hmac('sha256', key, `${base}?${sorted}.${listed}.${NONCE}`, 'base64');
}

const encoded = ({ type }: Sender, fields: Fields): string =>
  type === 'json' ? JSON.stringify(fields) : new URLSearchParams(fields).toString();

type Changes = {
  readonly signedUrl?: string;
  readonly fields?: Fields;
  readonly key?: string;
  readonly headers?: Fields;
  readonly http?: Partial<PlatformHttpRequest>;
  readonly atSeconds?: number;
};

function received(sender: Sender, { signedUrl = PUBLIC_URL + PATH, fields = sender.fields, ...changes }: Changes) {
  const { key, headers = {}, http = {}, atSeconds = NOW } = changes;
  const contentType = sender.type === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const request: PlatformHttpRequest = {
    method: 'POST',
    path: PATH,
    publicUrl: PUBLIC_URL,
    headers: {
      'content-type': contentType,
      ...sender.sign(signedUrl, encoded(sender, fields), fields, key),
      ...headers,
    },
    body: Buffer.from(encoded(sender, fields)),
    receivedAtMs: atSeconds * 1_000,
    ...http,
  };
  return readPlatformRequest(request, { credentials: sender.credentials });
}

describe.each(Object.entries(SENDERS))('%s', (_, sender) => {
  const { platform, fields, coversUrl, coversTime } = sender;
  const tampered = Buffer.from(encoded(sender, { ...fields, From: '+15559999999', from: '+15559999999' }));

  test('a good request is the platform’s, and its package says so too', () => {
    expect(received(sender, {})).toMatchObject({ kind: 'request', request: { platform, parameters: fields } });
    const headers = sender.sign(PUBLIC_URL + PATH, encoded(sender, fields), fields);
    expect(sender.agrees?.(PUBLIC_URL + PATH, headers, fields) ?? true).toBe(true);
  });

  test('one with another body is not', () => {
    const reading = received(sender, { http: { body: tampered } });
    expect(reading).toMatchObject({ kind: 'unverified', reason: expect.stringContaining(platform) });
  });

  test('nor one that another key signed, or nobody', () => {
    expect(received(sender, { key: 'another key' })).toMatchObject({ kind: 'unverified' });
    const unsigned = Object.fromEntries(Object.keys(sender.sign('', '', {})).map((name) => [name, '']));
    expect(received(sender, { headers: unsigned })).toMatchObject({ kind: 'unverified' });
  });

  test('nor one that is late, early or without a time, where the time is signed', () => {
    for (const off of [-300, 300])
      expect(received(sender, { atSeconds: NOW + off })).toMatchObject({ kind: 'request' });
    for (const off of [-301, 301, Number.NaN])
      expect(received(sender, { atSeconds: NOW + off }).kind).toBe(coversTime ? 'unverified' : 'request');
  });

  test('nor one to another host, path, query or scheme, where the address is signed', () => {
    for (const signedUrl of [
      `https://evil.example${PATH}`,
      `${PUBLIC_URL}${PATH.replace('desk', 'other')}`,
      `${PUBLIC_URL}${PATH.replace('exit=7', 'exit=8')}`,
      `http://voice.example${PATH}`,
    ])
      expect([signedUrl, received(sender, { signedUrl }).kind]).toEqual([
        signedUrl,
        coversUrl ? 'unverified' : 'request',
      ]);
  });

  test('behind a proxy the public URL counts, configured or forwarded', () => {
    const seen = { host: 'node-3.internal:3001', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'voice.example' };
    expect(received(sender, { http: { publicUrl: publicUrl(seen, false) } })).toMatchObject({ kind: 'request' });
    const plain = { host: 'node-3.internal:3001' };
    const configured = publicUrl(plain, false, `${PUBLIC_URL}/`);
    expect(received(sender, { http: { publicUrl: configured } })).toMatchObject({ kind: 'request' });
    const unknown = received(sender, { http: { publicUrl: publicUrl(plain, false) } });
    expect(unknown.kind).toBe(coversUrl ? 'unverified' : 'request');
    // On a GET the query holds the caller's number.
    expect(JSON.stringify('reason' in unknown ? unknown.reason : '')).not.toContain('exit=7');
  });

  test('another node’s port makes no difference', () => {
    const http = { publicUrl: 'https://voice.example:3001' };
    expect(received(sender, { http })).toMatchObject({ kind: 'request' });
    const signedUrl = `https://voice.example:443${PATH}`;
    expect(received(sender, { signedUrl })).toMatchObject({ kind: 'request' });
  });

  test('an agent without this platform’s credentials takes nothing of it', () => {
    const others: PlatformCredentials = { cloudonix: { apiKey: 'XI1' } };
    const body = Buffer.from(encoded(sender, fields));
    const headers = { 'content-type': 'text/plain', ...sender.sign(PUBLIC_URL + PATH, body.toString(), fields) };
    const http = { method: 'POST', path: PATH, publicUrl: PUBLIC_URL, headers, body, receivedAtMs: NOW * 1_000 };
    expect(readPlatformRequest(http, { credentials: others })).toMatchObject({ kind: 'unverified' });
    const fixed = readPlatformRequest(http, { credentials: others, platform });
    expect(fixed).toMatchObject({ kind: 'unverified', reason: expect.stringMatching(/configured$/) });
  });
});

describe('plivo’s version 2', () => {
  const { credentials, fields } = SENDERS['plivo'] as Sender;
  const v2 = {
    'x-plivo-signature-v2': hmac('sha256', 'token', `${PUBLIC_URL}/voice/desk/continue${NONCE}`, 'base64'),
    'x-plivo-signature-v2-nonce': NONCE,
  };
  const read = (headers: Fields): string =>
    readPlatformRequest(
      {
        method: 'POST',
        path: PATH,
        publicUrl: PUBLIC_URL,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: Buffer.from(new URLSearchParams(fields).toString()),
      },
      { credentials },
    ).kind;

  test('is taken from who has no newer one', () => {
    expect(read(v2)).toBe('request');
  });

  test('does not stand in for a version 3 that does not fit', () => {
    expect(read({ ...v2, 'x-plivo-signature-v3': 'x', 'x-plivo-signature-v3-nonce': NONCE })).toBe('unverified');
  });
});

test.each([
  ['jambonz', 'GET', 'call_sid=j1'],
  ['telnyx', 'GET', 'CallSid=CA1&From=%2B15559999999'],
  ['telnyx', 'HEAD', 'CallSid=CA1'],
])('%s signs what a %s does not carry', (name, method, query) => {
  const sender = SENDERS[name] as Sender;
  const path = `/voice/desk?${query}`;
  // Nothing but the time is signed, and that is right.
  const headers = sender.sign(PUBLIC_URL + path, '', {});
  const reading = received(sender, { headers, http: { method, path, body: Buffer.alloc(0) } });
  expect(reading).toMatchObject({
    kind: 'unverified',
    reason: expect.stringMatching(`^${name}: a GET’s parameters are not signed; set the .* to POST$`),
  });
});

test('a public key that is none is told apart from a wrong signature', () => {
  const { fields } = SENDERS['telnyx'] as Sender;
  const credentials = { telnyx: { publicKey: 'KEY0123' } };
  expect(received({ ...(SENDERS['telnyx'] as Sender), fields, credentials }, {})).toMatchObject({
    reason: 'telnyx: the public key is not 32 bytes in base64',
  });
});

test.each(Object.entries(PLATFORMS))('%s reads for longer than an answer takes', (_, { readsForMs = Infinity }) => {
  expect(readsForMs).toBeGreaterThan(FLUSH_DEADLINE_MS + 1_000);
});

test('the call is known by each platform’s own name for it', () => {
  const ids = Object.values(SENDERS).map((sender) => {
    const reading = received(sender, {});
    return reading.kind === 'request' ? reading.request.callSid : reading.reason;
  });
  expect(ids).toEqual(['CA1', 'CA1', 'CA1', 'CA1', 'CA1', 'u1', 'u1', 'j1']);
});
