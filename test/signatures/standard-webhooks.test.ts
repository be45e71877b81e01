import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { SIGNATURES } from '../../src/signatures/signatures.ts';
import { signWebhook, verifyWebhook } from '../../src/signatures/standard-webhooks.ts';

const SECRET = '00112233445566778899aabbccddeeff';
const MESSAGE = { id: 'msg_1', timestamp: 1_735_603_214, body: '{"name":"Luna"}' };
const VECTOR = 'v1,qfLMdM2ALmsfiG71Y1FQyi3w6yMdcvfVh07zh47cNLc=';

function signature(secret: string, message = MESSAGE): string {
  const signed = signWebhook(secret, message);
  if (signed.kind !== 'signed') throw new Error(signed.reason);
  return signed.headers['webhook-signature'] ?? '';
}

describe('signWebhook', () => {
  test('gives the published vector', () => {
    expect(signature(SECRET)).toBe(VECTOR);
  });

  test('takes a secret with its prefix', () => {
    expect(signature(`whsec_${SECRET}`)).toBe(VECTOR);
  });

  test.each(['', 'whsec_', 'not base64!', 'abc', 'ab=cdefg', 'wh_sec_test', 'ünïcödé='])(
    'refuses the secret "%s", which would be another key at the receiver',
    (secret) => {
      expect(signWebhook(secret, MESSAGE)).toEqual({
        kind: 'unusable-secret',
        reason: 'the secret is not base64, as a Standard Webhooks secret must be',
      });
    },
  );

  test('is verified by the standardwebhooks package for any secret, id and body', () => {
    const now = Math.floor(Date.now() / 1000);
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.string({ minLength: 1 }),
        fc.string({ minLength: 1, unit: 'binary' }),
        (key, id, text) => {
          const secret = Buffer.from(key).toString('base64');
          const body = JSON.stringify({ text });
          const headers = {
            'webhook-id': id,
            'webhook-timestamp': String(now),
            'webhook-signature': signature(secret, { id, timestamp: now, body }),
          };
          expect(new Webhook(secret).verify(body, headers)).toEqual({ text });
        },
      ),
    );
  });

  test('is the row of its name in the table', () => {
    expect(SIGNATURES['standard-webhooks']).toEqual({ sign: signWebhook, verify: verifyWebhook });
  });
});

describe('verifyWebhook', () => {
  const headers = { id: MESSAGE.id, timestamp: String(MESSAGE.timestamp), signature: VECTOR };
  const verify = (change: Partial<typeof headers>, body = MESSAGE.body, secondsLater = 0): boolean =>
    verifyWebhook(SECRET, { ...headers, ...change }, body, MESSAGE.timestamp + secondsLater);

  test('takes what the package signs', () => {
    const at = new Date(MESSAGE.timestamp * 1000);
    expect(verify({ signature: new Webhook(SECRET).sign(MESSAGE.id, at, MESSAGE.body) })).toBe(true);
  });

  test.each([
    ['one of several, apart by a space', { signature: `v1,AAAA ${VECTOR}` }, true],
    ['one of several, apart by a comma', { signature: `v1,AAAA,${VECTOR}` }, true],
    ['one of several, apart by a comma and a space', { signature: `${VECTOR}, v1,AAAA` }, true],
    ['another id', { id: 'msg_2' }, false],
    ['another timestamp', { timestamp: String(MESSAGE.timestamp + 1) }, false],
    ['a timestamp that is no number', { timestamp: 'now' }, false],
    ['a signature without its version', { signature: VECTOR.slice(3) }, false],
    ['no signature', { signature: '' }, false],
  ])('with %s', (_, change, expected) => {
    expect(verify(change)).toBe(expected);
  });

  test.each([
    [299, true],
    [300, true],
    [301, false],
    [-300, true],
    [-301, false],
  ])('%i seconds off', (secondsLater, expected) => {
    expect(verify({}, MESSAGE.body, secondsLater)).toBe(expected);
  });

  test('refuses another body and another secret', () => {
    expect(verify({}, '{"name":"Lun"}')).toBe(false);
    expect(verifyWebhook('AAAA', headers, MESSAGE.body, MESSAGE.timestamp)).toBe(false);
    expect(verifyWebhook('no key', headers, MESSAGE.body, MESSAGE.timestamp)).toBe(false);
  });
});
