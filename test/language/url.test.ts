import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolvePlainUrl } from '../../src/language/plain-url.ts';
import { isResolvable, resolveUrl, urlsOf } from '../../src/language/url.ts';

const BASE = 'https://app.example.com/voice/start.xml?a=1';

test.each<[string, string | undefined, string]>([
  ['https://a.example/b?c=1', undefined, 'https://a.example/b?c=1'],
  ['HTTPS://A.Example', undefined, 'https://a.example/'],
  [' https://a.example/b ', undefined, 'https://a.example/b'],
  ['https://a.example:443/', undefined, 'https://a.example/'],
  ['https://a.example/b/../c', undefined, 'https://a.example/c'],
  ['https://a.example/ä', undefined, 'https://a.example/%C3%A4'],
  ['next.xml', BASE, 'https://app.example.com/voice/next.xml'],
  ['./next.xml', BASE, 'https://app.example.com/voice/next.xml'],
  ['../next.xml', BASE, 'https://app.example.com/next.xml'],
  ['/next', BASE, 'https://app.example.com/next'],
  ['//b.example/x', BASE, 'https://b.example/x'],
  ['?b=2', BASE, 'https://app.example.com/voice/start.xml?b=2'],
  ['#x', BASE, 'https://app.example.com/voice/start.xml?a=1#x'],
  ['', BASE, BASE],
  ['', undefined, ''],
])('"%s" in %s is %s', (written, base, url) => {
  expect(resolveUrl(written, base, { url: 'stage' })).toMatchObject({ kind: 'url', url });
});

test.each<[string, string | undefined, string]>([
  ['next.xml', undefined, 'relative'],
  ['next.xml', 'file:///srv/app.xml', 'relative'],
  ['next.xml', 'http://', 'relative'],
  ['http://', BASE, 'bad'],
  ['https://a b/', BASE, 'bad'],
  ['tel:1', BASE, 'bad'],
  ['//', BASE, 'bad'],
  ['//', undefined, 'bad'],
])('"%s" in %s is %s', (written, base, kind) => {
  expect(resolveUrl(written, base, { url: 'stage' }).kind).toBe(kind);
});

test.each<[string | undefined, boolean]>([
  ['https://a.example', true],
  ['HTTP://a.example', true],
  ['http://', false],
  ['file:///a', false],
  [undefined, false],
])('that %s is an address is %s', (base, expected) => {
  expect(isResolvable(base)).toBe(expected);
});

const part = fc.constantFrom(
  'a',
  'B',
  '0',
  '9',
  '-',
  '_',
  '.',
  '..',
  '/',
  '//',
  '?',
  '#',
  ':',
  '@',
  '%',
  '%41',
  ' ',
  'é',
  '~',
  '=',
  '&',
  '\\',
  'xn--',
  '1.2',
  "'",
  '\t',
);
const tail = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
const url = fc
  .tuple(
    fc.constantFrom('https://', 'http://', 'https:', '/', ''),
    fc.constantFrom('a.example', 'a', '1.2.3.4', 'A.b', 'xn--a.b', 'a.1', 'a-b.example-1', ''),
    tail,
  )
  .map((parts) => parts.join(''));

test('a plain URL is what a URL parser makes of it', () => {
  fc.assert(
    fc.property(url, fc.option(url, { nil: undefined }), (value, base) => {
      const plain = resolvePlainUrl(value, base);
      const parsed = URL.parse(value) ?? URL.parse(value, base ?? 'https://x.example/');
      expect(plain === undefined ? undefined : [plain.url, plain.hostname, plain.protocol]).toEqual(
        plain === undefined ? undefined : [parsed?.href, parsed?.hostname, parsed?.protocol],
      );
    }),
    { numRuns: 20_000 },
  );
});

test.each(['https://a.example/b?c=1', '/voice/next.xml?step=2', 'next.xml', 'tools/find-order?x=1&y=2'])(
  '%s is plain',
  (value) => {
    expect(resolvePlainUrl(value, BASE)).toBeDefined();
  },
);

test('the URLs of a document are what they are one by one, asked for in any order', () => {
  const { base, resolve } = urlsOf(BASE);
  expect(base).toBe(BASE);
  const written = ['/media', '', ' ', 'https://a.example/b', 'tel:1', '//'];
  const grammars = [{ url: 'stage' }, { url: 'direct' }, { url: 'direct', schemes: ['ws', 'wss'] }] as const;
  for (const value of [...written, ...written]) {
    for (const grammar of grammars) expect(resolve(value, grammar)).toEqual(resolveUrl(value, BASE, grammar));
  }
});
