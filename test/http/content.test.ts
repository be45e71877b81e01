import { describe, expect, test } from 'vitest';
import { decodeText, isWebPage, mediaType, oneLine } from '../../src/http/content.ts';

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
