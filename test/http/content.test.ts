import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decompressed, decodeText, isWebPage, mediaType, oneLine } from '../../src/http/content.ts';

test.each([
  [undefined, ''],
  ['', ''],
  ['Text/XML; charset=utf-8', 'text/xml'],
  [' application/json ', 'application/json'],
])('mediaType of %s', (header, expected) => {
  expect(mediaType(header)).toBe(expected);
});

test.each([
  ['<!DOCTYPE html><p>', true],
  ['\ufeff \n<!doctype HTML>', true],
  ['<html lang="en">', true],
  ['<!-- made by x -->\n<html>', true],
  ['<HTML>', true],
  ['<Response/>', false],
  ['<?xml version="1.0"?><Response/>', false],
  ['<htmlish/>', false],
  ['hello <html>', false],
  ['', false],
])('isWebPage of %s', (text, expected) => {
  expect(isWebPage(Buffer.from(text))).toBe(expected);
});

describe('decodeText', () => {
  test.each([
    ['UTF-8 without a header', Buffer.from('Grüße'), undefined, 'Grüße'],
    ['the charset that is named', Buffer.from('Grüße', 'latin1'), 'text/plain; charset=ISO-8859-1', 'Grüße'],
    ['a charset in quotes', Buffer.from('é', 'latin1'), 'text/plain;charset="latin1"', 'é'],
    ['UTF-8 for an unknown charset', Buffer.from('é'), 'text/plain; charset=klingon', 'é'],
    ['what is whole of a character cut off', Buffer.from('ab€').subarray(0, 4), undefined, 'ab'],
  ])('reads %s', (_, body, contentType, expected) => {
    expect(decodeText(body, contentType)).toBe(expected);
  });
});

test('oneLine folds and shortens', () => {
  expect(oneLine(' a\n b\t c ', 10)).toBe('a b c');
  expect(oneLine('abcdef', 4)).toBe('abc…');
});

test('no more is decompressed than is asked for, so what follows may be anything', async () => {
  const body = gzipSync('x'.repeat(5_000_000));
  const broken = Buffer.concat([body.subarray(0, -8), Buffer.alloc(8)]);
  expect(await decompressed({ body: broken, cut: false }, 'gzip', 100)).toEqual({
    body: Buffer.from('x'.repeat(100)),
    cut: true,
  });
  expect(await decompressed({ body: broken, cut: false }, 'gzip', 10_000_000)).toBeUndefined();
});

test('as much is read of a body that was cut as there is', async () => {
  const body = gzipSync(Array.from({ length: 20_000 }, (_, line) => `line ${line}`).join('\n'));
  const decoded = await decompressed({ body: body.subarray(0, body.length - 1_000), cut: true }, 'gzip', 1_000_000);
  expect(decoded?.cut).toBe(true);
  expect(decoded?.body.toString()).toMatch(/^line 0\nline 1\n/);
});
