import type { CharacterData, Content, Element, Span, Text } from './ast.ts';

/** The characters of an element itself: text and CDATA, without those of its children. */
export function ownText(children: readonly Content[]): string {
  let text = '';
  for (const child of children) if (child.kind === 'text' || child.kind === 'cdata') text += child.value;
  return text;
}

/** Text as people meant it: without the indentation that all its lines share, and without blank ends. */
export function dedent(text: string): string {
  if (!text.includes('\n')) return text.trim();
  // The first line begins behind a tag, so its indentation says nothing.
  const [first = '', ...lines] = text.split('\n').map((line) => line.trimEnd());
  let shared = Infinity;
  for (const line of lines) {
    if (line !== '') shared = Math.min(shared, line.length - line.trimStart().length);
  }
  return [first, ...lines.map((line) => line.slice(shared))].join('\n').trim();
}

/** The span without the whitespace at its ends; the whole when it is nothing else. */
export function trimSpan(text: string, { start, end }: Span): Span {
  const written = text.slice(start, end);
  if (written.trim() === '') return { start, end };
  return {
    start: start + written.length - written.trimStart().length,
    end: end - written.length + written.trimEnd().length,
  };
}

const NO_ELEMENTS: readonly Element[] = [];

/** The child elements, in order. */
export function elementsOf({ children }: Element): readonly Element[] {
  if (children.length === 0) return NO_ELEMENTS;
  const elements: Element[] = [];
  for (const child of children) if (child.kind === 'element') elements.push(child);
  return elements;
}

/**
 * The span of a part of a text's value, given by offsets into the value. Where references or line ends make value and
 * source differ, it is the span of the whole text without its blank ends.
 */
export function placeIn(source: string, leaf: Text | CharacterData, start: number, end: number): Span {
  const from = leaf.span.start + (leaf.kind === 'cdata' ? CDATA_START.length : 0);
  const isVerbatim = source.startsWith(leaf.value, from);
  return isVerbatim ? { start: from + start, end: from + end } : trimSpan(source, leaf.span);
}

const CDATA_START = '<![CDATA[';

/** From the first to the last character of the element's own text. */
export function textSpan(text: string, { children }: Element): Span {
  const pieces = children.filter(
    (child) => (child.kind === 'text' || child.kind === 'cdata') && child.value.trim() !== '',
  );
  return trimSpan(text, { start: pieces[0]?.span.start ?? 0, end: pieces.at(-1)?.span.end ?? 0 });
}
