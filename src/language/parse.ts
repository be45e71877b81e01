// The language stage: text in; a tree of plain data, with faults by their place, out. It never fetches, runs or resolves.
import type { Content, Document, Element, Namespaces, XmlElement } from './ast.ts';
import { declaredIn, NONE, usedIn } from './namespaces.ts';
import { diagnostic, type Diagnostic } from './diagnostics.ts';
import { findRow, nameOfRow } from './grammar.ts';
import { decode } from './source.ts';
import { readXml } from './xml.ts';

export type Parsed =
  | { readonly ok: true; readonly text: string; readonly document: Document }
  /** `text` is what there is to show of a document that cannot be read. */
  | { readonly ok: false; readonly text: string; readonly diagnostics: readonly Diagnostic[] };

/** The tree of a document, element names in canonical case, or the one fault that makes it unreadable. Never throws. */
export function parse(source: string | Uint8Array): Parsed {
  const decoded = decode(source);
  const { text } = decoded;
  if (!decoded.ok) return { ok: false, text, diagnostics: [diagnostic('encoding', decoded.span, decoded.message)] };
  const read = readXml(text);
  if (!read.ok) {
    const { code, span, message, related } = read.fault;
    return { ok: false, text, diagnostics: [diagnostic(code, span, message, related)] };
  }
  const { prolog, root, epilog } = read.document;
  const foreign = typeof source === 'string' ? undefined : declaredEncoding(text);
  if (foreign !== undefined) return { ok: false, text, diagnostics: [foreign] };
  return { ok: true, text, document: { prolog, root: resolve(root, undefined, NONE), epilog } };
}

const DECLARED_ENCODING = /^<\?xml\s[^?]*?\bencoding\s*=\s*["']([^"']*)["']/d;

/** A fault when the declaration names an encoding that these bytes are not in. */
function declaredEncoding(text: string): Diagnostic | undefined {
  const match = DECLARED_ENCODING.exec(text);
  const name = match?.[1] ?? 'UTF-8';
  if (['utf-8', 'utf8', 'us-ascii', 'ascii'].includes(name.toLowerCase())) return undefined;
  const [start, end] = match?.indices?.[1] ?? [0, 0];
  return diagnostic('encoding', { start, end }, `encoding is "${name}"; expected "UTF-8"`);
}

/**
 * The element with its row, its canonical name and its namespaces: which row it is can depend on its parent, and what its
 * prefixes stand for on every element around it.
 */
function resolve(element: XmlElement, parentRow: string | undefined, outer: Namespaces): Element {
  const { kind, span, nameSpan, attributes } = element;
  const row = findRow(element.name, parentRow);
  const name = row === undefined ? element.name : nameOfRow(row);
  const declared = declaredIn(element, outer);
  const children = element.children.map((child): Content =>
    child.kind === 'element' ? resolve(child, row, declared) : child,
  );
  if (declared !== NONE) {
    // Of elements that the grammar knows, attributes of other namespaces are not passed on.
    const names = row === undefined ? [name, ...attributes.map((each) => each.name)] : [name];
    const namespaces = usedIn(names, declared);
    if (namespaces !== NONE)
      return { kind, name, ...(row !== undefined && { row }), namespaces, span, nameSpan, attributes, children };
  }
  return row === undefined
    ? { kind, name, span, nameSpan, attributes, children }
    : { kind, name, row, span, nameSpan, attributes, children };
}
