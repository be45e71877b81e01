import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyJambonz } from '../../src/signatures/jambonz.ts';

const SECRET = 'wh_secret';
const NOW = 1_790_000_000;
const BODY = '{"call_sid":"c1","from":"+15550001111","text":"Grüße"}';
const mac = (body = BODY, at = NOW, secret = SECRET): string =>
  createHmac('sha256', secret).update(`${at}.${body}`, 'utf8').digest('hex');
const verify = (header: string, body = BODY, now = NOW): boolean =>
  verifyJambonz(SECRET, header, Buffer.from(body), now);

describe('verifyJambonz', () => {
  test('takes a signature over time and body, for five minutes', () => {
    const header = `t=${NOW},v1=${mac()}`;
    expect(verify(header)).toBe(true);
    for (const off of [-300, 300]) expect(verify(header, BODY, NOW + off)).toBe(true);
    for (const off of [-301, 301]) expect(verify(header, BODY, NOW + off)).toBe(false);
    expect(verify(header, BODY, Number.NaN)).toBe(false);
  });

  test('takes any signature of several, in any order', () => {
    expect(verify(`v1=${mac('{}')}, v1=${mac()}, t=${NOW}`)).toBe(true);
  });

  test.each([
    ['another body', `t=${NOW},v1=${mac('{}')}`],
    ['another time', `t=${NOW + 1},v1=${mac()}`],
    ['another secret', `t=${NOW},v1=${mac(BODY, NOW, 'other')}`],
    ['another version', `t=${NOW},v0=${mac()}`],
    ['no time', `v1=${mac()}`],
    ['a time that is none', `t=x,v1=${createHmac('sha256', SECRET).update(`x.${BODY}`).digest('hex')}`],
    ['no signature', `t=${NOW}`],
    ['nothing', ''],
  ])('refuses %s', (_, header) => {
    expect(verify(header)).toBe(false);
  });
});
