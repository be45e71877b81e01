import type { Markup } from '../call/program.ts';
import type { Content, Element } from '../language/ast.ts';
import { attributeGrammar, grammarOf, isForeignAttribute } from '../language/grammar.ts';
import { declarationsOf } from '../language/namespaces.ts';
import type { Urls } from '../language/url.ts';
import type { ValueGrammar } from '../../grammars/cxml.ts';

/**
 * An element as the platform gets it: names in canonical case, URLs absolute, comments gone. What the grammar does not
 * know is passed on as written. Attributes named in `leaveOut` are left out.
 */
export function markupOf(element: Element, urls: Urls, leaveOut: readonly string[] = []): Markup {
  const isKnown = element.row !== undefined;
  const kept = element.attributes.filter(
    ({ name }) => !leaveOut.includes(name) && !(isKnown && isForeignAttribute(name)),
  );
  const written = Object.fromEntries(
    kept.map(({ name, value }) => [name, absolute(value, attributeGrammar(element, name), urls)]),
  );
  // The declarations of its prefixes may stand on an element that is not passed on, so each element brings its own.
  const attributes = element.namespaces === undefined ? written : { ...declarationsOf(element.namespaces), ...written };
  return { name: element.name, attributes, children: childrenOf(element, urls) };
}

function childrenOf(element: Element, urls: Urls): readonly (Markup | string)[] {
  const grammar = grammarOf(element);
  const children: (Markup | string)[] = [];
  const append = (text: string): void => {
    const before = children.at(-1);
    if (typeof before === 'string') children[children.length - 1] = before + text;
    else children.push(text);
  };
  for (const child of element.children) {
    if (child.kind === 'element') children.push(markupOf(child, urls));
    else if (isText(child)) append(child.value);
  }
  if (grammar === undefined) return children;
  if (grammar.text?.mixed === true)
    return grammar.flow === undefined ? children.map(collapse) : trimEnds(children.map(collapse));
  const trimmed = children.map((child) =>
    typeof child === 'string' ? absolute(child.trim(), grammar.text, urls) : child,
  );
  return trimmed.filter((child) => child !== '');
}

function isText(child: Content): child is Extract<Content, { kind: 'text' | 'cdata' }> {
  return child.kind === 'text' || child.kind === 'cdata';
}

/** Line breaks and indentation are the author's layout: no platform reads or speaks them. */
function collapse(child: Markup | string): Markup | string {
  return typeof child === 'string' ? child.replaceAll(/[ \t\r\n]+/g, ' ') : child;
}

/** Blanks at the ends mean nothing in a verb; inside speech markup they part words. */
function trimEnds(children: readonly (Markup | string)[]): readonly (Markup | string)[] {
  const last = children.length - 1;
  const trimmed = children.map((child, index) => {
    if (typeof child !== 'string') return child;
    const start = index === 0 ? child.trimStart() : child;
    return index === last ? start.trimEnd() : start;
  });
  return trimmed.filter((child) => child !== '');
}

function absolute(value: string, grammar: ValueGrammar | undefined, urls: Urls): string {
  if (grammar?.type !== 'url' || value.trim() === '') return value;
  const resolved = urls.resolve(value, grammar);
  return resolved.kind === 'url' ? resolved.url : value;
}
