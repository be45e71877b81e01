import { describe, expect, test } from 'vitest';
import type { XmlContent, XmlElement } from '../../src/language/ast.ts';
import {
  MAX_ATTRIBUTES,
  MAX_ELEMENT_DEPTH,
  MAX_ELEMENTS,
  MAX_TEXT_LENGTH,
  MAX_VALUE_LENGTH,
  readXml,
} from '../../src/language/xml.ts';
import { DOCUMENT_MAX_BYTES } from '../../src/limits.ts';

function root(text: string): XmlElement {
  const read = readXml(text);
  if (!read.ok) throw new Error(read.fault.message);
  return read.document.root;
}

function fault(text: string): {
  readonly code: string;
  readonly message: string;
  readonly at: number;
  readonly text: string;
} {
  const read = readXml(text);
  if (read.ok) throw new Error('the text is well-formed');
  const { code, message, span } = read.fault;
  return { code, message, at: span.start, text: text.slice(span.start, span.end) };
}

const value = (node: XmlContent | undefined): string | undefined =>
  node?.kind === 'text' || node?.kind === 'cdata' || node?.kind === 'comment' ? node.value : undefined;

describe('the tree', () => {
  test('keeps mixed content in order, each piece with its span', () => {
    const text = '<a>x<b/>y<!-- c --><![CDATA[<z>]]><?p i?>&amp;</a>';
    expect(root(text).children.map(({ kind, span }) => [kind, text.slice(span.start, span.end)])).toEqual([
      ['text', 'x'],
      ['element', '<b/>'],
      ['text', 'y'],
      ['comment', '<!-- c -->'],
      ['cdata', '<![CDATA[<z>]]>'],
      ['instruction', '<?p i?>'],
      ['text', '&amp;'],
    ]);
  });

  test.each([
    ['elements that hold nothing', ['<b></b>', '<c/>', '<d\n></d >', '<e a="/>" />']],
    ['elements that hold text', ['<b>1</b>', '<c x=">">/</c>', '<d>\n</d>', '2']],
    ['elements that hold elements', ['<b><c/></b>', '<b><c></c> <d>1</d></b>', '<b><b><b></b></b></b>']],
    ['what is no element', ['<!---->', '<!--<b>-->', '<?p?>', '<?p </b>?>', '<![CDATA[]]>', '<![CDATA[</b>]]>']],
    ['the marks of all these', ['/', '<b/>', '!', '<!--/-->', '[', '<![CDATA[!]]>', '?', '<?p [?>', '![/?']],
  ])('has %s side by side', (_, pieces) => {
    const text = `<a>${pieces.join('')}</a>`;
    expect(root(text).children.map(({ span }) => text.slice(span.start, span.end))).toEqual(pieces);
  });

  test.each(['<a/>', '<a></a>', '<a b="1" />', '<a>1</a>', '<a><b/></a>'])('has the root %s', (text) => {
    const read = readXml(`<!--1-->${text}<?p?>`);
    expect(read).toMatchObject({
      ok: true,
      document: {
        prolog: [{ kind: 'comment' }],
        root: { span: { start: 8, end: 8 + text.length } },
        epilog: [{ kind: 'instruction' }],
      },
    });
  });

  test.each([
    ['the five entities', '<a>&amp;&lt;&gt;&quot;&apos;</a>', '&<>"\''],
    ['numeric references', '<a>&#65;&#x1F600;&#xe9;</a>', 'A😀é'],
    ['nothing twice', '<a>&amp;lt;</a>', '&lt;'],
    ['line ends', '<a>1\r\n2\r3\n4</a>', '1\n2\n3\n4'],
    ['a referenced carriage return', '<a>&#13;\r\n</a>', '\r\n'],
    ['a byte order mark inside', '<a>\uFEFF</a>', '\uFEFF'],
  ])('decodes %s in text', (_, text, expected) => {
    expect(value(root(text).children[0])).toBe(expected);
  });

  test.each([
    ['references', '<a b="&lt;&quot;&#9;"/>', '<"\t'],
    ['whitespace as blanks', '<a b="1\t2\r\n3\n4\r5"/>', '1 2 3 4 5'],
    ['the other quote', `<a b='say "x"'/>`, 'say "x"'],
    ['what ends a tag elsewhere', '<a b="1/>2"/>', '1/>2'],
    ['nothing', '<a b=""/>', ''],
  ])('reads %s in a value', (_, text, expected) => {
    expect(root(text).attributes).toMatchObject([{ name: 'b', value: expected }]);
  });

  test('gives names and values of attributes their spans', () => {
    const text = '<a\r\n  one = "1"\ttwo=\'😀\' xml:lang="en"></a >';
    const spans = root(text).attributes.map(({ nameSpan, valueSpan }) => [
      text.slice(nameSpan.start, nameSpan.end),
      text.slice(valueSpan.start, valueSpan.end),
    ]);
    expect(spans).toEqual([
      ['one', '1'],
      ['two', '😀'],
      ['xml:lang', 'en'],
    ]);
  });

  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'é',
    'a.b-c_1',
    'element',
    'text',
    'comment',
  ])('takes the name %s for elements and attributes', (name) => {
    const text = `<${name} ${name}="1"><${name}/>x</${name}>`;
    const element = root(text);
    expect([element.name, element.attributes[0]?.name, element.children.map(({ kind }) => kind)]).toEqual([
      name,
      name,
      ['element', 'text'],
    ]);
  });

  test('keeps what stands around the root', () => {
    const read = readXml('<?xml version="1.0"?>\n<!-- 1 -->\n<?p "odd?>\n<a/>\n<!-- 2 -->\n');
    expect(read).toMatchObject({
      ok: true,
      document: {
        prolog: [
          { kind: 'instruction', target: 'xml', body: 'version="1.0"' },
          { kind: 'comment', value: ' 1 ' },
          { kind: 'instruction', target: 'p', body: '"odd' },
        ],
        root: { name: 'a' },
        epilog: [{ kind: 'comment', value: ' 2 ' }],
      },
    });
  });

  test('does not look for the partner of a quote in an instruction', () => {
    const text = `<a><?p it's?><b/><?q "x ?><![CDATA[<?r ' ?>]]></a>`;
    expect(root(text).children.map(({ kind }) => kind)).toEqual(['instruction', 'element', 'instruction', 'cdata']);
  });

  test.each(['amazon', 'google', 'mstts'])('takes the undeclared prefix %s, as platforms do', (prefix) => {
    expect(root(`<Say><${prefix}:x/></Say>`).children).toHaveLength(1);
  });
});

describe('faults', () => {
  test.each([
    ['an element that is not closed', '<a><b></a>', 'found </a>, expected </b>', 6, '</a>'],
    ['an end without a start', '<a></b></a>', 'found </b>, expected </a>', 3, '</b>'],
    ['an end after the end', '<a/></a>', 'found </a>, but nothing is open', 4, '</a>'],
    ['a name that is none', '<a 1=""/>', '"1" is not allowed in a name', 3, '1'],
    ['an attribute without a value and an end', '<a b></a>', 'an attribute without a value', 4, '>'],
    ['a document that ends early', '<a><b>x', '<b> is never closed', 3, '<b'],
    ['a second root', '<a/>\n<b/>', 'a second root element', 5, '<b'],
    ['a repeated attribute', '<a b="1" c="2" b="3"/>', 'a second "b" attribute', 15, 'b'],
    ['an attribute without a value', '<a b/>', 'an attribute without a value', 4, '/'],
    ['a value without quotes', '<a b=1/>', 'an attribute value without quotes', 5, '1'],
    ['an entity', '<a>&nbsp;</a>', 'unknown reference &nbsp;; write & as &amp;', 3, '&nbsp;'],
    ['an ampersand', '<a>Tom & Jerry; &amp;</a>', 'a & that begins no reference; write it as &amp;', 7, '&'],
    [
      'an ampersand with no semicolon after it',
      '<a>Tom & Jerry</a>',
      'a & that begins no reference; write it as &amp;',
      7,
      '&',
    ],
    ['an ampersand in a value', '<a b="?x=1&y=2"/>', 'a & that begins no reference; write it as &amp;', 10, '&'],
    [
      'an ampersand after ones in comments',
      '<a><!-- & --><![CDATA[&]]><?p &?>&</a>',
      'a & that begins no reference; write it as &amp;',
      33,
      '&',
    ],
    ['a reference to no character', '<a>&#0;</a>', '&#0; is no character of XML', 3, '&#0;'],
    [
      'a character that only XML 1.1 allows',
      '<?xml version="1.1"?><a>&#1;</a>',
      '&#1; is no character of XML',
      24,
      '&#1;',
    ],
    ['a < in a value', '<a b="<"/>', '"<" is not allowed here', 6, '<'],
    ['a control character', '<a>\u0001</a>', 'the character U+0001 is not allowed here', 3, '\u0001'],
    ['an undeclared prefix', '<x:y/>', 'the prefix "x" is not declared', 1, 'x'],
    ['text before the root', 'x<a/>', 'text outside the root element', 0, 'x'],
    ['text after the root, whole characters', '<a/>😀', 'text outside the root element', 4, '😀'],
    [
      'a declaration that lacks its version',
      '<?xml encoding="UTF-8"?><a/>',
      'the XML declaration is malformed; expected <?xml version="1.0" encoding="UTF-8"?>',
      14,
      '=',
    ],
    ['a page', ' <!doctype html>\n<html></html>', 'this is a page in HTML; expected XML', 1, '<!doctype'],
    ['a declaration of nothing', '<a><!ENTITY b></a>', '<! that begins no comment', 3, '<!ENTITY '],
    ['nothing', '', 'the document has no element; expected <Response>', 0, ''],
    ['only a comment', '<!-- x -->', 'the document has no element; expected <Response>', 10, ''],
  ])('%s', (_, text, message, at, found) => {
    expect(fault(text)).toEqual({ code: 'malformed-xml', message, at, text: found });
  });

  test.each([
    ['first', '<!DOCTYPE a><a/>', 0],
    [
      'after a declaration, comments and instructions',
      '<?xml version="1.0"?>\n<!-- <!DOCTYPE --><?p?>\n<!DOCTYPE a [<!ENTITY x "y">]><a/>',
      46,
    ],
    ['with anything in it', '<!DOCTYPE <<<&&& ]]>', 0],
  ])('a DOCTYPE %s', (_, text, at) => {
    expect(fault(text)).toEqual({ code: 'doctype', message: 'a DOCTYPE is not allowed', at, text: '<!DOCTYPE' });
  });

  test('points from the end tag to the start tag', () => {
    const read = readXml('<a><b></a>');
    expect(read).toMatchObject({ fault: { related: { message: '<b> is opened here', span: { start: 3, end: 5 } } } });
  });
});

describe('limits', () => {
  const limited = (message: string, at: number, text: string): object => ({
    code: 'document-limit',
    message,
    at,
    text,
  });
  const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  const attributes = (count: number): string =>
    `<a ${Array.from({ length: count }, (_, index) => `a${index}=""`).join(' ')}/>`;

  test.each([
    [
      'depth',
      nested(MAX_ELEMENT_DEPTH),
      nested(MAX_ELEMENT_DEPTH + 1),
      limited('elements are nested more than 64 deep', 192, '<a'),
    ],
    [
      'elements',
      `<a>${'<b/>'.repeat(MAX_ELEMENTS - 1)}</a>`,
      `<a>${'<b/>'.repeat(MAX_ELEMENTS)}</a>`,
      limited('the document has more than 20000 elements', 79_999, '<b'),
    ],
    [
      'attributes',
      attributes(MAX_ATTRIBUTES),
      attributes(MAX_ATTRIBUTES + 1),
      limited('an element has more than 64 attributes', 0, '<a'),
    ],
    [
      'a value',
      `<a b="${'x'.repeat(MAX_VALUE_LENGTH)}"/>`,
      `<a b="${'x'.repeat(MAX_VALUE_LENGTH + 1)}"/>`,
      limited('an attribute value is longer than 32768 characters', 0, '<a'),
    ],
    [
      'a text',
      `<a>${'x'.repeat(MAX_TEXT_LENGTH)}</a>`,
      `<a>${'x'.repeat(MAX_TEXT_LENGTH + 1)}</a>`,
      limited('a text is longer than 262144 characters', 0, '<a'),
    ],
    [
      'character data',
      `<a><![CDATA[${'x'.repeat(MAX_TEXT_LENGTH)}]]></a>`,
      `<a><![CDATA[${'x'.repeat(MAX_TEXT_LENGTH + 1)}]]></a>`,
      limited('a text is longer than 262144 characters', 0, '<a'),
    ],
    [
      'the whole',
      `<a/><!--${'x'.repeat(DOCUMENT_MAX_BYTES - 11)}-->`,
      `<a/><!--${'x'.repeat(DOCUMENT_MAX_BYTES - 10)}-->`,
      limited('the document is longer than 1048576 characters', DOCUMENT_MAX_BYTES, ''),
    ],
  ])('of %s', (_, allowed, refused, expected) => {
    expect(readXml(allowed).ok).toBe(true);
    expect(fault(refused)).toEqual(expected);
  });
});
