import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { telnyxKey, verifyTelnyx } from '../../src/signatures/telnyx.ts';

/** A key as an account's settings show it: the last 32 bytes of its usual form. */
function account(): { readonly publicKey: string; sign(text: string): string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}

const NOW = 1_790_000_000;
const BODY = 'CallSid=v3%3Aabc&From=%2B15550001111';
const ours = account();
const verify = (
  { timestamp = String(NOW), signature = ours.sign(`${NOW}|${BODY}`), body = BODY, key = ours.publicKey } = {},
  now = NOW,
): boolean => verifyTelnyx(key, { timestamp, signature }, Buffer.from(body), now);

describe('verifyTelnyx', () => {
  test('takes a signature over timestamp and body, for five minutes', () => {
    expect(verify()).toBe(true);
    for (const off of [-300, 300]) expect(verify({}, NOW + off)).toBe(true);
    for (const off of [-301, 301]) expect(verify({}, NOW + off)).toBe(false);
  });

  test.each<[string, Parameters<typeof verify>[0]]>([
    ['another body', { body: `${BODY}&Digits=1` }],
    ['another time', { timestamp: String(NOW + 1) }],
    ['a time that is none', { timestamp: 'now', signature: ours.sign(`now|${BODY}`) }],
    ['another’s key', { key: account().publicKey }],
    ['a key that is none', { key: 'c2hvcnQ=' }],
    ['a signature that is none', { signature: 'AAAA' }],
    ['no signature', { signature: '' }],
  ])('refuses %s', (_, changes) => {
    expect(verify(changes)).toBe(false);
  });

  test('refuses everything without a clock', () => {
    expect(verify({}, Number.NaN)).toBe(false);
  });
});

test('a key is 32 bytes in base64', () => {
  expect(telnyxKey(ours.publicKey)).toBeDefined();
  expect(telnyxKey('')).toBeUndefined();
  expect(telnyxKey(`${ours.publicKey}AAAA`)).toBeUndefined();
});
