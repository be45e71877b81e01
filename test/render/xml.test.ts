import { expect, test } from 'vitest';
import { printXml } from '../../src/render/xml.ts';
import { parseStrictly } from '../support/xml.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

test.each([
  ['nothing but the declaration before the root', { name: 'A', attributes: {}, children: [] }, '<A/>'],
  ['text', { name: 'A', attributes: {}, children: ['x'] }, '<A>x</A>'],
  ['markup in text', { name: 'A', attributes: {}, children: ['<b>&amp;"\''] }, '<A>&lt;b&gt;&amp;amp;"\'</A>'],
  ['the end of a CDATA section', { name: 'A', attributes: {}, children: [']]>'] }, '<A>]]&gt;</A>'],
  [
    'a carriage return, which a parser would turn into a line feed',
    { name: 'A', attributes: {}, children: ['a\r\nb'] },
    '<A>a&#13;\nb</A>',
  ],
  [
    'quotes in an attribute',
    { name: 'A', attributes: { x: '"\'<>&' }, children: [] },
    '<A x="&quot;\'&lt;&gt;&amp;"/>',
  ],
  [
    'white space in an attribute, which a parser would turn into blanks',
    { name: 'A', attributes: { x: 'a\n\r\tb' }, children: [] },
    '<A x="a&#10;&#13;&#9;b"/>',
  ],
  [
    'control characters are left out',
    { name: 'A', attributes: { x: '\u0000a\u001F' }, children: ['a\u0008b\u000Cc\uFFFF'] },
    '<A x="a">abc</A>',
  ],
  [
    'halves of pairs are left out, whole pairs stay',
    { name: 'A', attributes: {}, children: ['a\uD800b\uDC00c\u{1F600}'] },
    '<A>abc\u{1F600}</A>',
  ],
  [
    'a half before a whole pair',
    { name: 'A', attributes: {}, children: ['\uD83D\u{1F600}\uDE00'] },
    '<A>\u{1F600}</A>',
  ],
  [
    'elements in order',
    { name: 'A', attributes: {}, children: ['x', { name: 'B', attributes: {}, children: ['y'] }, 'z'] },
    '<A>x<B>y</B>z</A>',
  ],
])('writes %s', (_name, root, expected) => {
  const xml = printXml(root);
  expect(xml).toBe(DECLARATION + expected);
  expect(parseStrictly(xml).name).toBe('A');
});
