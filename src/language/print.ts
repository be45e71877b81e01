import type { Attribute, Document, Element, Leaf } from './ast.ts';
import { grammarOf } from './grammar.ts';
import { ownText } from './text.ts';

const INDENT = '  ';
/** A start tag that would be wider has each attribute on a line of its own. */
const MAX_LINE_WIDTH = 120;

/**
 * The document in canonical form: UTF-8 declared, names in canonical case, two blanks of indentation, double quotes, empty
 * elements closed in themselves. Text, CDATA, comments and processing instructions keep their characters. Printing what
 * was printed changes nothing, and both compile alike.
 */
export function print({ prolog, root, epilog }: Document): string {
  const kept = prolog.filter((node) => node.kind !== 'instruction' || node.target !== 'xml');
  const lines = [...kept.map(printLeaf), printElement(root, ''), ...epilog.map(printLeaf)];
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...lines, ''].join('\n');
}

function printElement(element: Element, indent: string): string {
  if (!isLaidOut(element)) return printStartTag(element, indent, '>') + printFlowing(element);
  const children = element.children.filter((child) => child.kind !== 'text');
  if (children.length === 0) return printStartTag(element, indent, '/>');
  const inner = indent + INDENT;
  const lines = children.map(
    (child) => inner + (child.kind === 'element' ? printElement(child, inner) : printLeaf(child)),
  );
  return `${printStartTag(element, indent, '>')}\n${lines.join('\n')}\n${indent}</${element.name}>`;
}

/** True when whitespace between the children is the author's layout, so that ours may take its place. */
function isLaidOut(element: Element): boolean {
  const grammar = grammarOf(element);
  if (element.children.length === 0) return true;
  if (grammar === undefined || element.children.some((child) => child.kind === 'cdata')) return false;
  return grammar.text?.mixed !== true && ownText(element.children).trim() === '';
}

/** Content and end tag without any whitespace of ours: it would become part of the text. */
function printFlowing({ name, children }: Element): string {
  const written = children.map((child) => {
    if (child.kind !== 'element') return printLeaf(child);
    return child.children.length === 0 ? printOpening(child, '/>') : printOpening(child, '>') + printFlowing(child);
  });
  return `${written.join('')}</${name}>`;
}

/** One row per kind of content that has none itself. */
const LEAVES: { readonly [K in Leaf['kind']]: (leaf: Extract<Leaf, { kind: K }>) => string } = {
  text: ({ value }) => escapeText(value),
  cdata: ({ value }) => `<![CDATA[${value}]]>`,
  comment: ({ value }) => `<!--${value}-->`,
  instruction: ({ target, body }) => `<?${body === '' ? target : `${target} ${body}`}?>`,
};

function printLeaf(leaf: Leaf): string {
  return (LEAVES[leaf.kind] as (leaf: Leaf) => string)(leaf);
}

function printOpening({ name, attributes }: Element, end: string): string {
  return [`<${name}`, ...attributes.map(printAttribute)].join(' ') + end;
}

function printStartTag(element: Element, indent: string, end: string): string {
  const { name, attributes } = element;
  const line = printOpening(element, end);
  if (attributes.length < 2 || indent.length + line.length <= MAX_LINE_WIDTH) return line;
  const inner = indent + INDENT;
  return `<${name}\n${attributes.map((each) => inner + printAttribute(each)).join('\n')}\n${indent}${end}`;
}

function printAttribute({ name, value }: Attribute): string {
  return `${name}="${escapeAttribute(value)}"`;
}

function escapeText(text: string): string {
  return text.replaceAll(/[&<>\r]/g, escape);
}

function escapeAttribute(text: string): string {
  return text.replaceAll(/[&<"\t\n\r]/g, escape);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(character: string): string {
  return ENTITIES[character] ?? `&#${character.charCodeAt(0)};`;
}
