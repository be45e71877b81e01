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
  const open: number[] = [];
  let lastClosed: number | undefined;
  let fault: XmlFault | undefined;
  let elements = 0;
  let attributes = 0;
  const stop = (code: XmlFaultCode, message: string, span: Span): never => {
    fault = { code, message, span };
    throw new Error(message);
  };
  const limit = (message: string): never => stop('document-limit', message, startTagSpan(text, open.at(-1) ?? 0));

  gate.on('opentagstart', () => {
    open.push(text.lastIndexOf('<', gate.position - 1));
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
    return fault ?? { code: 'malformed-xml', ...explainXmlFault(text, reason, gate.position, open) };
  }
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

type Branch = { readonly [key: string]: readonly Branch[] } & {
  readonly [metadata]?: { startIndex: number; endIndex: number };
};
const metadata: unique symbol = XMLParser.getMetaDataSymbol() as never;

const ELEMENT = 'element';
const COMMENT = 'comment';
const CDATA = 'cdata';
const TEXT = 'text';
/** Names of instructions pass the tree builder as they are, so the blanked text has but one. */
const INSTRUCTION = '?x';

// It gives the shape and the offsets of elements. Names, attributes and text are read from the source at those offsets: it
// throws on names such as `constructor`, decodes too little or too much, and says nothing of where an attribute is.
const treeBuilder = new XMLParser({
  preserveOrder: true,
  captureMetaData: true,
  processEntities: false,
  ignoreAttributes: true,
  parseTagValue: false,
  textNodeName: TEXT,
  commentPropName: COMMENT,
  cdataPropName: CDATA,
  strictReservedNames: false,
  jPath: false,
  maxNestedTags: MAX_ELEMENT_DEPTH + 1,
  transformTagName: (name) => (name.endsWith('/') ? `${ELEMENT}/` : ELEMENT),
});

const OPAQUE = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|<\?[^]*?\?>/g;
const BREAK = /[\t\r\n]/;
const REFERENCE = /&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([a-z]+));/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function buildTree(text: string): XmlDocument {
  // A quote in an instruction would make the tree builder look for its partner, so their content is blanked.
  const blanked = text.replace(OPAQUE, (match) =>
    match.startsWith('<?') ? `<${INSTRUCTION}${' '.repeat(match.length - 5)}?>` : match,
  );
  const nodes = readContent(text, treeBuilder.parse(blanked) as readonly Branch[], 0, text.length);
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

/** The nodes of `branches`, which stand between `from` and `to`; everything but elements is found by walking the text. */
function readContent(text: string, branches: readonly Branch[], from: number, to: number): readonly XmlContent[] {
  let at = from;
  const nodes: XmlContent[] = [];
  const readTextHere = (): void => {
    if (at >= to || text[at] === '<') return;
    const end = text.indexOf('<', at);
    // Outside the root there are only blanks, and nothing need follow them.
    if (end === -1) return;
    nodes.push(readText(text, at, end));
    at = end;
  };
  for (const branch of branches) {
    const read = READERS[keyOf(branch)];
    // Text is what stands between the others; the tree builder gives it trimmed.
    if (read === undefined) continue;
    readTextHere();
    const node = read(text, at, branch);
    nodes.push(node);
    at = node.span.end;
  }
  readTextHere();
  return nodes;
}

function keyOf(branch: Branch): string {
  for (const key in branch) return key;
  return '';
}

type Reader = (text: string, start: number, branch: Branch) => XmlContent;

const READERS: Readonly<Partial<Record<string, Reader>>> = {
  [ELEMENT]: readElement,
  [COMMENT]: (text, start): Comment => ({ kind: 'comment', ...delimited(text, start, '<!--', '-->') }),
  [CDATA]: (text, start): CharacterData => ({ kind: 'cdata', ...delimited(text, start, '<![CDATA[', ']]>') }),
  [INSTRUCTION]: readInstruction,
};

function readElement(text: string, start: number, branch: Branch): XmlElement {
  const place = branch[metadata];
  assert(place?.startIndex === start, 'an element stands where the walk has come to');
  const nameSpan = { start: start + 1, end: endOfName(text, start + 1) };
  const name = text.slice(nameSpan.start, nameSpan.end);
  const attributes: Attribute[] = [];
  let at = skipBlanks(text, nameSpan.end);
  while (text[at] !== '/' && text[at] !== '>') {
    const attribute = readAttribute(text, at);
    attributes.push(attribute);
    at = skipBlanks(text, attribute.valueSpan.end + 1);
  }
  at += text[at] === '/' ? 2 : 1;
  const children = readContent(text, branch[ELEMENT] ?? [], at, place.endIndex);
  return { kind: 'element', name, span: { start, end: place.endIndex }, nameSpan, attributes, children };
}

function readAttribute(text: string, start: number): Attribute {
  const equals = text.indexOf('=', start);
  const name = text.slice(start, equals).trimEnd();
  const quote = skipBlanks(text, equals + 1);
  const end = text.indexOf(text[quote] ?? '', quote + 1);
  const raw = text.slice(quote + 1, end);
  return {
    name,
    value: decodeReferences(BREAK.test(raw) ? raw.replaceAll(/\r\n|[\t\r\n]/g, ' ') : raw),
    nameSpan: { start, end: start + name.length },
    valueSpan: { start: quote + 1, end },
  };
}

function endOfName(text: string, start: number): number {
  let at = start;
  while (!isBlank(text, at) && text[at] !== '/' && text[at] !== '>') at += 1;
  return at;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (isBlank(text, at)) at += 1;
  return at;
}

/** No other character so low is allowed in XML. */
function isBlank(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 0x20;
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
