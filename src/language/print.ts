import type { Attribute, Comment, Content, Document, Element, Instruction } from './ast.ts';
import { grammarOf } from './grammar.ts';

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
  const lines = [...kept.map(printMisc), printElement(root, ''), ...epilog.map(printMisc)];
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...lines, ''].join('\n');
}

function printMisc(node: Comment | Instruction): string {
  return node.kind === 'comment' ? `<!--${node.value}-->` : `<?${[node.target, node.body].filter(Boolean).join(' ')}?>`;
}

function printElement(element: Element, indent: string): string {
  const children = hasLayoutOnly(element) ? element.children.filter((child) => child.kind !== 'text') : element.children;
  if (children.length === 0) return `${printStartTag(element, indent, '/>')}`;
  const start = printStartTag(element, indent, '>');
  if (children.some((child) => child.kind === 'text' || child.kind === 'cdata')) {
    return `${start}${children.map(printInline).join('')}</${element.name}>`;
  }
  const inner = indent + INDENT;
  const lines = children.map((child) => inner + printBlock(child, inner));
  return `${start}\n${lines.join('\n')}\n${indent}</${element.name}>`;
}

/** True when whitespace between the children is the author's layout, so that ours may take its place. */
function hasLayoutOnly(element: Element): boolean {
  const grammar = grammarOf(element);
  const isBlank = element.children.every((child) => child.kind !== 'text' || child.value.trim() === '');
  const hasCharacterData = element.children.some((child) => child.kind === 'cdata');
  return isBlank && !hasCharacterData && grammar !== undefined && (grammar.text === undefined || !hasElements(element));
}

function hasElements({ children }: Element): boolean {
  return children.some((child) => child.kind === 'element');
}

function printBlock(node: Content, indent: string): string {
  return node.kind === 'element' ? printElement(node, indent) : printInline(node);
}

/** Without any whitespace of ours: it would become part of the text. */
function printInline(node: Content): string {
  switch (node.kind) {
    case 'text':
      return escapeText(node.value);
    case 'cdata':
      return `<![CDATA[${node.value}]]>`;
    case 'comment':
    case 'instruction':
      return printMisc(node);
    case 'element': {
      const start = `<${node.name}${node.attributes.map((each) => ` ${printAttribute(each)}`).join('')}`;
      return node.children.length === 0 ? `${start}/>` : `${start}>${node.children.map(printInline).join('')}</${node.name}>`;
    }
  }
}

function printStartTag({ name, attributes }: Element, indent: string, end: string): string {
  const written = attributes.map(printAttribute);
  const line = [`<${name}`, ...written].join(' ') + end;
  if (written.length < 2 || indent.length + line.length <= MAX_LINE_WIDTH) return line;
  const inner = indent + INDENT;
  return `<${name}\n${written.map((each) => inner + each).join('\n')}\n${indent}${end}`;
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
