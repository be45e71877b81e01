import fc from 'fast-check';
import twilio from 'twilio';
import { describe, expect, test } from 'vitest';
import { signTwilio, verifyTwilio, withBodyHash } from '../../src/signatures/twilio.ts';
import type { FormPairs } from '../../src/signatures/twilio.ts';

const { getExpectedTwilioSignature, validateRequest, validateRequestWithBody } = twilio;

const TOKEN = '12345';
const URL_ = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const PAIRS: FormPairs = [
  ['Digits', '1234'],
  ['To', '+18005551212'],
  ['From', '+14158675310'],
  ['Caller', '+14158675310'],
  ['CallSid', 'CA1234567890ABCDE'],
];
/** Of these, as Twilio's documentation has it. */
const VECTOR = 'GvWf1cFY/Q7PnoempGyD5oXAezc=';

/** As Twilio's package takes a form: repeated names as arrays. */
function asParameters(pairs: FormPairs): { [name: string]: string | string[] } {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]));
}

const verifies = (signature: string, url: string, pairs: FormPairs = PAIRS): boolean =>
  verifyTwilio(TOKEN, signature, url, { kind: 'form', pairs });

describe('signTwilio', () => {
  test('gives the published vector', () => {
    expect(signTwilio(TOKEN, URL_, PAIRS)).toBe(VECTOR);
  });

  const name = fc.stringMatching(/^[A-Za-z0-9_.]{1,8}$/).filter((text) => text !== '__proto__' && !/^\d+$/.test(text));
  const form = fc.array(fc.tuple(name, fc.string({ maxLength: 8 })), { maxLength: 8 });

  test('agrees with the twilio package on any form, repeated names included', () => {
    fc.assert(
      fc.property(form, (pairs) => {
        expect(signTwilio(TOKEN, URL_, pairs)).toBe(getExpectedTwilioSignature(TOKEN, URL_, asParameters(pairs)));
      }),
    );
  });

  test('counts a repeated value once, and values in order', () => {
    const signed = signTwilio(TOKEN, URL_, [
      ['a', '1'],
      ['a', '2'],
    ]);
    expect(
      signTwilio(TOKEN, URL_, [
        ['a', '2'],
        ['a', '1'],
        ['a', '2'],
      ]),
    ).toBe(signed);
    expect(signTwilio(TOKEN, URL_, [['a', '1a2']])).toBe(signed);
  });
});

describe('verifyTwilio', () => {
  test('takes the published vector', () => {
    expect(verifies(VECTOR, URL_)).toBe(true);
  });

  test.each([
    ['another value', VECTOR, URL_, [...PAIRS.slice(1), ['Digits', '1235']]],
    ['a parameter more', VECTOR, URL_, [...PAIRS, ['x', '']]],
    ['a parameter less', VECTOR, URL_, PAIRS.slice(1)],
    ['another path', VECTOR, 'https://mycompany.com/other', PAIRS],
    ['another scheme', VECTOR, URL_.replace('https', 'http'), PAIRS],
    ['another signature', VECTOR.replace('G', 'H'), URL_, PAIRS],
    ['a signature cut short', VECTOR.slice(0, -1), URL_, PAIRS],
    ['no signature', '', URL_, PAIRS],
  ] as const)('refuses %s', (_, signature, url, pairs) => {
    expect(verifies(signature, url, pairs)).toBe(false);
    expect(validateRequest(TOKEN, signature, url, asParameters(pairs))).toBe(false);
  });

  test('refuses the right request with the wrong token', () => {
    expect(verifyTwilio('54321', VECTOR, URL_, { kind: 'form', pairs: PAIRS })).toBe(false);
  });

  test.each([
    ['without the port that it was called with', 'https://mycompany.com/a', 'https://mycompany.com:8443/a'],
    ['with the standard port that the URL leaves out', 'https://mycompany.com:443/a', 'https://mycompany.com/a'],
    ['with the standard port of http', 'http://mycompany.com:80/a?b=c', 'http://mycompany.com/a?b=c'],
    ['behind a user', 'https://user:pass@mycompany.com/a', 'https://user:pass@mycompany.com:443/a'],
    ['of an IPv6 address', 'https://[2001:db8::1]/a', 'https://[2001:db8::1]:8443/a'],
    ['with the query re-encoded', 'https://mycompany.com/a?q=%27x%27', "https://mycompany.com/a?q='x'"],
    ['with the query in the old encoding', "https://mycompany.com/a?q='x'%20y", "https://mycompany.com/a?q='x'%20y"],
    [
      'as written, with characters that a parsed URL changes',
      "https://mycompany.com/a?q='|x",
      "https://mycompany.com/a?q='|x",
    ],
  ])('takes a URL that was signed %s', (_, signed, received) => {
    const signature = signTwilio(TOKEN, signed, PAIRS);
    expect(verifies(signature, received)).toBe(true);
    expect(validateRequest(TOKEN, signature, received, asParameters(PAIRS))).toBe(true);
  });

  test('takes the URL of a WebSocket with and without its port', () => {
    const signature = signTwilio(TOKEN, 'wss://mycompany.com:443/relay');
    expect(verifies(signature, 'wss://mycompany.com/relay', [])).toBe(true);
  });

  test('agrees with the twilio package on URLs that were signed in any form', () => {
    const query = fc.string({
      unit: fc.constantFrom('a', '=', '&', '+', "'", '%20', '%27', '~', '!', '*', '/', ':'),
      maxLength: 10,
    });
    const host = fc.constantFrom('h.example', 'h.example:8443', 'h.example:443', 'h.example:80');
    const url = fc.tuple(fc.constantFrom('http', 'https'), host, query).map(([s, h, q]) => `${s}://${h}/p?${q}`);
    fc.assert(
      fc.property(url, url, (signed, received) => {
        const signature = signTwilio(TOKEN, signed, PAIRS);
        expect(verifies(signature, received)).toBe(validateRequest(TOKEN, signature, received, asParameters(PAIRS)));
        expect(verifies(signature, signed)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a body that is not a form', () => {
  const body = Buffer.from('{"CallSid":"CA1"}');
  const url = withBodyHash('https://mycompany.com/a?b=c', body);
  const signature = signTwilio(TOKEN, url);
  const raw = (bytes: Buffer) => ({ kind: 'raw', bytes }) as const;

  test('is covered by its hash in the URL', () => {
    expect(url).toMatch(/\?b=c&bodySHA256=[0-9a-f]{64}$/);
    expect(withBodyHash('https://mycompany.com/a', body)).toMatch(/\/a\?bodySHA256=/);
    expect(verifyTwilio(TOKEN, signature, url, raw(body))).toBe(true);
    expect(validateRequestWithBody(TOKEN, signature, url, body.toString())).toBe(true);
  });

  test.each([
    ['its hash is of another body', signature, url, Buffer.from('{"CallSid":"CA2"}')],
    ['the URL has no hash', signTwilio(TOKEN, 'https://mycompany.com/a'), 'https://mycompany.com/a', body],
    ['the URL was not signed', 'AAAA', url, body],
    ['the hash is cut short', signTwilio(TOKEN, url.slice(0, -1)), url.slice(0, -1), body],
  ])('is refused when %s', (_, given, at, bytes) => {
    expect(verifyTwilio(TOKEN, given, at, raw(bytes))).toBe(false);
  });

  test('needs no hash when it is empty', () => {
    const at = 'https://mycompany.com/a';
    expect(verifyTwilio(TOKEN, signTwilio(TOKEN, at), at, raw(Buffer.alloc(0)))).toBe(true);
  });
});
