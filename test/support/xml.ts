import { SaxesParser } from 'saxes';

export type XmlNode = {
  readonly name: string;
  readonly attributes: { readonly [name: string]: string };
  readonly children: readonly (XmlNode | string)[];
};

/** The root of a document as a strict, namespace-aware parser reads it. Throws on any fault. */
export function parseStrictly(xml: string): XmlNode {
  if (!xml.startsWith('<?xml ')) throw new Error(`something stands before the declaration: ${xml.slice(0, 40)}`);
  const parser = new SaxesParser({ xmlns: true });
  const root = { name: '', attributes: {}, children: [] as (XmlNode | string)[] };
  const open = [root];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.entries(attributes).map(([key, { value }]) => [key, value]);
    const node = { name, attributes: Object.fromEntries(values) as { [name: string]: string }, children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('text', (text) => {
    if (open.length > 1) open.at(-1)?.children.push(text);
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root.children[0] as XmlNode;
}

/** All text in a node, as it would be read aloud. */
export function textOf(node: XmlNode | string): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('');
}

/** The nodes of this name below a node, in document order. */
export function nodesNamed(node: XmlNode, name: string): readonly XmlNode[] {
  return node.children.flatMap((child) =>
    typeof child === 'string' ? [] : [...(child.name === name ? [child] : []), ...nodesNamed(child, name)],
  );
}
