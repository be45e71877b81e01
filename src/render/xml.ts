import type { Markup } from '../call/program.ts';

/** What XML 1.0 cannot hold at all, not even escaped: most control characters and halves of surrogate pairs. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const ESCAPES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** The document with this root, declaration first, on one line. Characters that XML cannot hold are left out. */
export function printXml(root: Markup): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${element(root)}`;
}

function element({ name, attributes, children }: Markup): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(value)}"`);
  const open = `<${name}${written.join('')}`;
  if (children.length === 0) return `${open}/>`;
  return `${open}>${children.map((child) => (typeof child === 'string' ? text(child) : element(child))).join('')}</${name}>`;
}

function text(value: string): string {
  return value.replaceAll(FORBIDDEN, '').replaceAll(/[&<>\r]/g, (character) => ESCAPES[character] ?? character);
}

function attributeText(value: string): string {
  return value.replaceAll(FORBIDDEN, '').replaceAll(/[&<>"\n\r\t]/g, (character) => ESCAPES[character] ?? character);
}
