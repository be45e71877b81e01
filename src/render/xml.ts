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
  let content = '';
  for (const child of children) content += typeof child === 'string' ? text(child) : element(child);
  return content;
}

function element({ name, attributes, children }: Markup): string {
  let open = `<${name}`;
  for (const key of Object.keys(attributes)) open += ` ${key}="${attributeText(attributes[key] ?? '')}"`;
  if (children.length === 0) return `${open}/>`;
  return `${open}>${printContent(children)}</${name}>`;
}

/** Nothing in it needs a second look: most texts are like this, and the look itself costs more than they do. */
const PLAIN = /^[ !#-%'-;=?-~]*$/;

/** Nothing in it is forbidden. */
const PRINTABLE = /^[ -~]*$/;

function text(value: string): string {
  return PLAIN.test(value) ? value : escaped(value, /[&<>\r]/g);
}

function attributeText(value: string): string {
  return PLAIN.test(value) ? value : escaped(value, /[&<>"\n\r\t]/g);
}

function escaped(value: string, special: RegExp): string {
  const allowed = PRINTABLE.test(value) ? value : value.replaceAll(FORBIDDEN, '');
  return allowed.replaceAll(special, (character) => ESCAPES[character] ?? character);
}
