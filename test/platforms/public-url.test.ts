import type { IncomingHttpHeaders } from 'node:http';
import { expect, test } from 'vitest';
import { publicUrl, unusableHost } from '../../src/platforms/public-url.ts';

test.each([
  ['the host of the request', { host: 'voice.example:8080' }, false, undefined, 'http://voice.example:8080'],
  ['https of our own', { host: 'voice.example' }, true, undefined, 'https://voice.example'],
  [
    'what a proxy forwards',
    { host: 'inner:3000', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'voice.example' },
    false,
    undefined,
    'https://voice.example',
  ],
  [
    'the first of several proxies',
    { host: 'inner', 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'a.example, b.example' },
    false,
    undefined,
    'https://a.example',
  ],
  [
    'what is configured before all',
    { host: 'inner', 'x-forwarded-host': 'other' },
    false,
    'https://voice.example/',
    'https://voice.example',
  ],
  ['an IPv6 host', { host: '[::1]:3000' }, false, undefined, 'http://[::1]:3000'],
  ['localhost without a host', {}, false, undefined, 'http://localhost'],
  ['localhost for what is no host', { host: 'a"><b' }, false, undefined, 'http://localhost'],
  ['localhost for a port that is none', { host: 'a:65536' }, false, undefined, 'http://localhost'],
  ['the last port that is one', { host: 'a:65535' }, false, undefined, 'http://a:65535'],
  ['http for what is no scheme', { host: 'a', 'x-forwarded-proto': 'javascript' }, true, undefined, 'http://a'],
])('publicUrl takes %s', (_, headers, encrypted, configured, expected) => {
  expect(publicUrl(headers, encrypted, configured)).toBe(expected);
});

test.each<[string, IncomingHttpHeaders, string | undefined, string | undefined]>([
  ['none that is used', { host: 'a:8080' }, undefined, undefined],
  ['none where another is configured', { host: 'a"><b' }, 'https://voice.example', undefined],
  ['the one that is not one', { host: 'a:99999' }, undefined, 'a:99999'],
  ['the one of a proxy before our own', { host: 'a', 'x-forwarded-host': 'b c' }, undefined, 'b c'],
  ['nothing where there is none', {}, undefined, ''],
])('an unusable host is %s', (_, headers, configured, expected) => {
  expect(unusableHost(headers, configured)).toBe(expected);
});
