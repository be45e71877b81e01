import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifySignalWireBody } from '../../src/signatures/signalwire.ts';

const KEY = 'PSK_signing_key';
const URL_ = 'https://voice.example/voice/desk?turn=2&exit=7';
const BODY = Buffer.from('{"call_id":"c1","text":"Grüße"}');

describe.each(['sha1', 'sha256'] as const)('%s of URL and body', (algorithm) => {
  const sign = (url: string, body: Buffer): string =>
    createHmac(algorithm, KEY)
      .update(Buffer.concat([Buffer.from(url), body]))
      .digest('hex');
  const verify = (signature: string, url = URL_, body = BODY, key = KEY): boolean =>
    verifySignalWireBody(algorithm, key, signature, url, body);

  test('is good for what was signed', () => {
    expect(verify(sign(URL_, BODY))).toBe(true);
    expect(verify(sign(URL_, BODY).toUpperCase())).toBe(true);
    expect(verify(sign(URL_, Buffer.alloc(0)), URL_, Buffer.alloc(0))).toBe(true);
  });

  test('is good where a proxy added or took the port', () => {
    expect(verify(sign('https://voice.example:443/v', BODY), 'https://voice.example/v')).toBe(true);
    expect(verify(sign('https://voice.example/v', BODY), 'https://voice.example:3001/v')).toBe(true);
  });

  test.each<[string, () => boolean]>([
    ['another body', () => verify(sign(URL_, BODY), URL_, Buffer.from('{}'))],
    ['another host', () => verify(sign(URL_, BODY), URL_.replace('voice', 'evil'))],
    ['another query', () => verify(sign(URL_, BODY), URL_.replace('7', '8'))],
    ['another key', () => verify(sign(URL_, BODY), URL_, BODY, 'PSK_other')],
    ['another algorithm', () => verify(createHmac('md5', KEY).update(URL_).update(BODY).digest('hex'))],
    ['no signature', () => verify('')],
  ])('is not good with %s', (_, verified) => {
    expect(verified()).toBe(false);
  });
});
