import type { Markup } from '../call/program.ts';

/** What XML 1.0 cannot hold, not even escaped: C0 control characters and halves of surrogate pairs. */
const FORBIDDEN = /[^\P{Cc}\t\n\r\u007F-\u009F]|[\p{Cs}\uFFFE\uFFFF]/gu;
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

/** Elements and text as they stand within an element. */
export function printContent(children: Markup['children']): string {
  return children.map((child) => (typeof child === 'string' ? text(child) : element(child))).join('');
}

function element({ name, attributes, children }: Markup): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attributeText(value)}"`);
  const open = `<${name}${written.join('')}`;
  if (children.length === 0) return `${open}/>`;
  return `${open}>${printContent(children)}</${name}>`;
}

/** Nothing in it needs a second look: most texts are like this, and the look itself costs more than they do. */
const PLAIN = /^[ !#-%'-;=?-~]*$/;

function text(value: string): string {
  if (PLAIN.test(value)) return value;
  return value.replaceAll(FORBIDDEN, '').replaceAll(/[&<>\r]/g, (character) => ESCAPES[character] ?? character);
}

function attributeText(value: string): string {
  if (PLAIN.test(value)) return value;
  return value.replaceAll(FORBIDDEN, '').replaceAll(/[&<>"\n\r\t]/g, (character) => ESCAPES[character] ?? character);
}
