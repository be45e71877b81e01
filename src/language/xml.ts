// Text to a tree with a span on everything, or the first fault with its place. The only importer of the two XML packages:
// saxes decides whether the text is well-formed and has sane sizes, fast-xml-parser builds the tree of what passed.
import { strict as assert } from 'node:assert';
import { XMLParser } from 'fast-xml-parser';
import { SaxesParser } from 'saxes';
import { DOCUMENT_MAX_BYTES } from '../limits.ts';
import type {
  Attribute,
  CharacterData,
  Comment,
  Instruction,
  Span,
  Text,
  XmlContent,
  XmlDocument,
  XmlElement,
} from './ast.ts';
import { sharedAttributeName } from './grammar.ts';
import { explainXmlFault, startTagSpan } from './xml-fault.ts';

export type XmlFaultCode = 'malformed-xml' | 'doctype' | 'document-limit' | 'encoding';
export type XmlFault = {
  readonly code: XmlFaultCode;
  readonly message: string;
  readonly span: Span;
  readonly related?: { readonly message: string; readonly span: Span };
};

/** The language needs eight levels; the rest is room for SSML. */
export const MAX_ELEMENT_DEPTH = 64;
/** A document of a megabyte of the smallest tools stays below. */
export const MAX_ELEMENTS = 20_000;
/** The richest element of the grammar has some thirty. */
export const MAX_ATTRIBUTES = 64;
/** UTF-16 units of one attribute value. */
export const MAX_VALUE_LENGTH = 32_768;
/** UTF-16 units of one run of text: a very long prompt. */
export const MAX_TEXT_LENGTH = 262_144;

/** Prefixes that platforms accept undeclared inside speech. */
const SPEECH_NAMESPACES = {
  amazon: 'urn:colloquy:speech:amazon',
  google: 'urn:colloquy:speech:google',
  mstts: 'urn:colloquy:speech:mstts',
};

/** The tree of a well-formed document within the limits, or its first fault. Never throws; takes linear time. */
export function readXml(
  text: string,
): { readonly ok: true; readonly document: XmlDocument } | { readonly ok: false; readonly fault: XmlFault } {
  const fault = findFault(text);
  return fault === undefined ? { ok: true, document: buildTree(text) } : { ok: false, fault };
}

function findFault(text: string): XmlFault | undefined {
  if (text.length > DOCUMENT_MAX_BYTES) {
    const span = { start: DOCUMENT_MAX_BYTES, end: DOCUMENT_MAX_BYTES };
    return { code: 'document-limit', message: `the document is longer than ${DOCUMENT_MAX_BYTES} characters`, span };
  }
  const doctype = findDoctype(text);
  if (doctype !== undefined) {
    return {
      code: 'doctype',
      message: 'a DOCTYPE is not allowed',
      span: { start: doctype, end: doctype + DOCTYPE.length },
    };
  }
  // XML 1.0 whatever the declaration says: 1.1 differs only in control characters and line ends.
  const gate = new SaxesParser({
    xmlns: true,
    position: false,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
    additionalNamespaces: SPEECH_NAMESPACES,
  });
  /** Where the reader was within the start tags of the open elements. */
  const open: number[] = [];
  let lastClosed: number | undefined;
  let fault: XmlFault | undefined;
  let elements = 0;
  let attributes = 0;
  const stop = (code: XmlFaultCode, message: string, span: Span): never => {
    fault = { code, message, span };
    throw new Error(message);
  };
  const limit = (message: string): never =>
    stop('document-limit', message, startTagSpan(text, startOfTag(text, open.at(-1))));

  gate.on('opentagstart', () => {
    open.push(gate.position);
    elements += 1;
    attributes = 0;
    if (open.length > MAX_ELEMENT_DEPTH) limit(`elements are nested more than ${MAX_ELEMENT_DEPTH} deep`);
    if (elements > MAX_ELEMENTS) limit(`the document has more than ${MAX_ELEMENTS} elements`);
  });
  gate.on('attribute', ({ value }) => {
    attributes += 1;
    if (attributes > MAX_ATTRIBUTES) limit(`an element has more than ${MAX_ATTRIBUTES} attributes`);
    if (value.length > MAX_VALUE_LENGTH) limit(`an attribute value is longer than ${MAX_VALUE_LENGTH} characters`);
  });
  const checkLength = (value: string): void => {
    if (value.length > MAX_TEXT_LENGTH) limit(`a text is longer than ${MAX_TEXT_LENGTH} characters`);
  };
  // Without these the reader collects no text, which is faster; a shorter document has no such text.
  if (text.length > MAX_TEXT_LENGTH) {
    gate.on('text', checkLength);
    gate.on('cdata', checkLength);
  }
  gate.on('closetag', () => {
    lastClosed = open.pop();
  });
  try {
    gate.write(text).close();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The reader closes an element before it compares the names.
    if (lastClosed !== undefined && reason.startsWith('unexpected close tag')) open.push(lastClosed);
    const starts = open.map((position) => startOfTag(text, position));
    return fault ?? { code: 'malformed-xml', ...explainXmlFault(text, reason, gate.position, starts) };
  }
}

function startOfTag(text: string, position = 0): number {
  return Math.max(0, text.lastIndexOf('<', position - 1));
}

const DOCTYPE = '<!DOCTYPE';
/** What may stand before a DOCTYPE, by its first characters, with what ends it. */
const BEFORE_DOCTYPE = { '<?': '?>', '<!--': '-->' };

/** Where a DOCTYPE begins. It is found before anything reads it, so nothing in it is ever looked at. */
function findDoctype(text: string): number | undefined {
  const blanks = /[ \t\r\n]*/y;
  for (let at = 0; ;) {
    blanks.lastIndex = at;
    blanks.test(text);
    const start = blanks.lastIndex;
    if (text.startsWith(DOCTYPE, start)) return start;
    const misc = Object.entries(BEFORE_DOCTYPE).find(([opening]) => text.startsWith(opening, start));
    const end = misc === undefined ? -1 : text.indexOf(misc[1], start + misc[0].length);
    if (misc === undefined || end === -1) return undefined;
    at = end + misc[1].length;
  }
}

/** Of what holds markup itself, what it holds; of a row of things that hold none, their marks. */
type Branch = { readonly inner?: readonly Branch[]; readonly leaves?: string };

// It gives the shape: what stands in what, and in which order. Names, attributes and text are read from the source by
// walking along that shape: it throws on names such as `constructor`, decodes too little or too much, and says nothing of
// where an attribute is.
const treeBuilder = new XMLParser({
  preserveOrder: true,
  processEntities: false,
  ignoreAttributes: true,
  parseTagValue: false,
  textNodeName: 'leaves' satisfies keyof Branch,
  strictReservedNames: false,
  jPath: false,
  // What stands around the root is one more.
  maxNestedTags: MAX_ELEMENT_DEPTH + 2,
  transformTagName: () => 'inner' satisfies keyof Branch,
});

/** What has no part in the shape of a well-formed text; of comments, character data and instructions their marks stay. */
const SHAPELESS =
  /[ \t\r\n][^\s=<>]+\s*=\s*(?:"[^"<]*"|'[^'<]*')|(>)[^<]+|<(!)--[^]*?-->[^<]*|<!(\[)CDATA\[[^]*?\]\]>[^<]*|<(\?)[^]*?\?>[^<]*/g;
const IN_GROUPS = '$1$2$3$4';
/** Without attributes and text, what has nothing else in it. */
const EMPTY_ELEMENT = /<[^<>/]+(?:\/>|><\/[^<>]+>)/g;
const EMPTY_MARK = '/';

/** What an attribute's value has that stands for another character. */
const NOT_ITSELF = /[&\t\r\n]/;
const REFERENCE = /&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function buildTree(text: string): XmlDocument {
  // The builder goes through a text character by character, and takes its time over each tag.
  const shape = text.replace(SHAPELESS, IN_GROUPS).replace(EMPTY_ELEMENT, EMPTY_MARK);
  const [around] = treeBuilder.parse(`<a>${shape}</a>`) as readonly Branch[];
  const nodes = readContent(text, around?.inner, 0);
  const at = nodes.findIndex((node) => node.kind === 'element');
  const root = nodes[at];
  assert(root?.kind === 'element', 'the gate lets only documents with a root through');
  const outside = nodes.filter((node) => node.kind === 'comment' || node.kind === 'instruction');
  return {
    prolog: outside.filter((node) => node.span.end <= root.span.start),
    root,
    epilog: outside.filter((node) => node.span.start >= root.span.end),
  };
}

/** The nodes of `branches`, the first of which stands at `from`; text is what stands between the others. */
function readContent(text: string, branches: readonly Branch[] | undefined, from: number): readonly XmlContent[] {
  const nodes: XmlContent[] = [];
  let at = readTextInto(nodes, text, from);
  const add = (node: XmlContent): void => {
    nodes.push(node);
    at = readTextInto(nodes, text, node.span.end);
  };
  for (const branch of branches ?? []) {
    if (branch.inner !== undefined) add(readElement(text, at, branch.inner));
    for (const mark of branch.leaves ?? '') add(READERS[mark as Mark](text, at));
  }
  return nodes;
}

/** Where the next markup begins; the text before it, if there is any, becomes a node. */
function readTextInto(nodes: XmlContent[], text: string, start: number): number {
  if (text.charCodeAt(start) === LESS) return start;
  const end = text.indexOf('<', start);
  // Outside the root there are only blanks, and nothing need follow them.
  if (end === -1) return start;
  nodes.push(readText(text, start, end));
  return end;
}

type Mark = typeof EMPTY_MARK | '!' | '[' | '?';
type Reader = (text: string, start: number) => XmlContent;

const READERS: { readonly [M in Mark]: Reader } = {
  [EMPTY_MARK]: readElement,
  '!': (text, start): Comment => ({ kind: 'comment', ...delimited(text, start, '<!--', '-->') }),
  '[': (text, start): CharacterData => ({ kind: 'cdata', ...delimited(text, start, '<![CDATA[', ']]>') }),
  '?': readInstruction,
};

function readElement(text: string, start: number, branches?: readonly Branch[]): XmlElement {
  const nameSpan = { start: start + 1, end: endOfName(text, start + 1) };
  const name = text.slice(nameSpan.start, nameSpan.end);
  const attributes: Attribute[] = [];
  let at = skipBlanks(text, nameSpan.end);
  while (text.charCodeAt(at) !== SLASH && text.charCodeAt(at) !== GREATER) {
    const attribute = readAttribute(text, at);
    attributes.push(attribute);
    at = skipBlanks(text, attribute.valueSpan.end + 1);
  }
  if (text.charCodeAt(at) === SLASH) {
    return { kind: 'element', name, span: { start, end: at + 2 }, nameSpan, attributes, children: [] };
  }
  const children = readContent(text, branches, at + 1);
  const close = children.at(-1)?.span.end ?? at + 1;
  assert(text.startsWith(name, close + 2), 'the walk along the shape has come to the end tag');
  return { kind: 'element', name, span: { start, end: text.indexOf('>', close) + 1 }, nameSpan, attributes, children };
}

function readAttribute(text: string, start: number): Attribute {
  const nameSpan = { start, end: endOfName(text, start) };
  // The equals sign stands between the two.
  const quote = skipBlanks(text, skipBlanks(text, nameSpan.end) + 1);
  const valueSpan = { start: quote + 1, end: text.indexOf(text.charAt(quote), quote + 1) };
  const raw = text.slice(valueSpan.start, valueSpan.end);
  return {
    name: sharedAttributeName(text.slice(nameSpan.start, nameSpan.end)),
    value: NOT_ITSELF.test(raw) ? decodeReferences(raw.replaceAll(/\r\n|[\t\r\n]/g, ' ')) : raw,
    nameSpan,
    valueSpan,
  };
}

const SLASH = 0x2f;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
/** No other character so low is allowed in XML. */
const BLANK = 0x20;

function endOfName(text: string, start: number): number {
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= BLANK || code === SLASH || code === EQUALS || code === GREATER) return at;
  }
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) <= BLANK) at += 1;
  return at;
}

function readText(text: string, start: number, end: number): Text {
  return { kind: 'text', value: decodeReferences(normaliseNewlines(text.slice(start, end))), span: { start, end } };
}

function readInstruction(text: string, start: number): Instruction {
  const { value, span } = delimited(text, start, '<?', '?>');
  const target = /^[^ \t\n]+/.exec(value)?.[0] ?? '';
  return { kind: 'instruction', target, body: value.slice(target.length).replace(/^[ \t\n]+/, ''), span };
}

function delimited(
  text: string,
  start: number,
  opening: string,
  closing: string,
): { readonly value: string; readonly span: Span } {
  const close = text.indexOf(closing, start + opening.length);
  const value = normaliseNewlines(text.slice(start + opening.length, close));
  return { value, span: { start, end: close + closing.length } };
}

function normaliseNewlines(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(REFERENCE, (_, hexadecimal?: string, decimal?: string, entity = '') => {
    if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[entity] ?? '';
  });
}
