import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import plivo from 'plivo';
import { describe, expect, test } from 'vitest';
import { signPlivoV3, verifyPlivoV2, verifyPlivoV3, type PlivoRequest } from '../../src/signatures/plivo.ts';
import type { FormPairs } from '../../src/signatures/twilio.ts';

const { validateV3Signature, validateSignature } = plivo as unknown as {
  validateV3Signature(
    this: void,
    method: string,
    url: string,
    nonce: string,
    token: string,
    signature: string,
    form?: object,
  ): boolean;
  validateSignature(this: void, url: string, nonce: string, signature: string, token: string): boolean;
};

const TOKEN = 'auth-token';
const NONCE = '05429567804466091622';
const URL_ = 'https://voice.example:8443/voice/desk?turn=2&exit=7';
const PAIRS: FormPairs = [
  ['To', '+15550002222'],
  ['CallUUID', 'b3f5'],
  ['From', '+15550001111'],
];

const mac = (text: string, token = TOKEN): string => createHmac('sha256', token).update(text).digest('base64');
const request = (changes: Partial<PlivoRequest> = {}): PlivoRequest => ({
  method: 'POST',
  url: URL_,
  pairs: PAIRS,
  nonce: NONCE,
  ...changes,
});

/** As Plivo's package takes a form: repeated names as arrays. */
function asParameters(pairs: FormPairs): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]));
}

/** What is signed, written out by hand. */
const SIGNED: readonly (readonly [string, Partial<PlivoRequest>, string])[] = [
  ['a form', {}, 'https://voice.example:8443/voice/desk?exit=7&turn=2.CallUUIDb3f5From+15550001111To+15550002222'],
  [
    'a form without a query',
    { url: 'https://voice.example/voice/desk' },
    'https://voice.example/voice/desk?CallUUIDb3f5From+15550001111To+15550002222',
  ],
  ['a POST without a body', { pairs: [] }, 'https://voice.example:8443/voice/desk?exit=7&turn=2'],
  ['a POST without anything', { url: 'https://voice.example/v', pairs: [] }, 'https://voice.example/v'],
  ['a GET', { method: 'GET', pairs: [] }, 'https://voice.example:8443/voice/desk?exit=7&turn=2'],
  ['a GET without a query', { method: 'GET', url: 'https://voice.example/v', pairs: [] }, 'https://voice.example/v'],
  [
    'an encoded query',
    { method: 'GET', url: 'https://voice.example/v?From=%2B1555&CallerName=Ann%20B', pairs: [] },
    'https://voice.example/v?CallerName=Ann B&From=+1555',
  ],
  [
    'repeated names',
    {
      url: 'https://voice.example/v',
      pairs: [
        ['a', '2'],
        ['a', '1'],
        ['a', '2'],
      ],
    },
    'https://voice.example/v?a1a2a2',
  ],
];

describe('version 3', () => {
  test.each(SIGNED)('covers %s', (_, changes, text) => {
    const sent = request(changes);
    const signature = mac(`${text}.${NONCE}`);
    expect(verifyPlivoV3(TOKEN, signature, sent)).toBe(true);
    const { method, url, pairs } = sent;
    expect(validateV3Signature(method, url, NONCE, TOKEN, signature, asParameters(pairs))).toBe(true);
  });

  test('is good when any of a list is', () => {
    const good = mac(`https://voice.example/v.${NONCE}`);
    const sent = request({ url: 'https://voice.example/v', method: 'GET', pairs: [] });
    expect(verifyPlivoV3(TOKEN, `${mac('other')}, ${good}`, sent)).toBe(true);
    expect(verifyPlivoV3(TOKEN, mac('other'), sent)).toBe(false);
    expect(verifyPlivoV3(TOKEN, '', sent)).toBe(false);
  });

  test.each<[string, Partial<PlivoRequest>]>([
    ['another value', { pairs: [...PAIRS.slice(1), ['To', '+1555']] }],
    ['another nonce', { nonce: '1' }],
    ['another host', { url: URL_.replace('voice.example', 'evil.example') }],
    ['another path', { url: URL_.replace('desk', 'other') }],
    ['another query', { url: URL_.replace('exit=7', 'exit=8') }],
    ['another scheme', { url: URL_.replace('https', 'http') }],
    ['one name more', { pairs: [...PAIRS, ['Digits', '1']] }],
  ])('is not good with %s', (_, changes) => {
    const signature = mac(`${SIGNED[0]?.[2] ?? ''}.${NONCE}`);
    expect(verifyPlivoV3(TOKEN, signature, request())).toBe(true);
    expect(verifyPlivoV3(TOKEN, signature, request(changes))).toBe(false);
    expect(verifyPlivoV3('another token', signature, request())).toBe(false);
  });

  test('takes what was signed without the port, or with the usual one', () => {
    const signature = mac(`https://voice.example/v?a1.${NONCE}`);
    const pairs: FormPairs = [['a', '1']];
    expect(verifyPlivoV3(TOKEN, signature, request({ url: 'https://voice.example:3001/v', pairs }))).toBe(true);
    const ported = mac(`https://voice.example:443/v?a1.${NONCE}`);
    expect(verifyPlivoV3(TOKEN, ported, request({ url: 'https://voice.example/v', pairs }))).toBe(true);
  });

  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,7}$/).filter((text) => !(text in {}));
  const pair = fc.tuple(name, fc.stringMatching(/^[ -~]{0,8}$/));

  test('agrees with Plivo’s package on any query, form and method', () => {
    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST'), fc.array(pair), fc.array(pair), (method, query, form) => {
        const search = query.length === 0 ? '' : `?${new URLSearchParams(query).toString()}`;
        const url = `https://voice.example/voice${search.replaceAll('+', '%20')}`;
        const pairs = method === 'GET' ? [] : form;
        const signature = signPlivoV3(TOKEN, request({ method, url, pairs }));
        expect(validateV3Signature(method, url, NONCE, TOKEN, signature, asParameters(pairs))).toBe(true);
        expect(verifyPlivoV3(TOKEN, signature, request({ method, url, pairs }))).toBe(true);
      }),
    );
  });
});

describe('version 2', () => {
  const signature = mac(`https://voice.example:8443/voice/desk${NONCE}`);

  test('covers the URL without its query, as Plivo’s package has it', () => {
    expect(validateSignature(URL_, NONCE, signature, TOKEN)).toBe(true);
    expect(verifyPlivoV2(TOKEN, signature, request())).toBe(true);
    expect(verifyPlivoV2(TOKEN, signature, request({ url: URL_.replace('exit=7', 'exit=8') }))).toBe(true);
  });

  test('is not good for another path, nonce or token', () => {
    expect(verifyPlivoV2(TOKEN, signature, request({ url: URL_.replace('desk', 'other') }))).toBe(false);
    expect(verifyPlivoV2(TOKEN, signature, request({ nonce: '1' }))).toBe(false);
    expect(verifyPlivoV2('another token', signature, request())).toBe(false);
  });
});
