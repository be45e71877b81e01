/** Offsets into the source text, in UTF-16 units: from `start` up to, not including, `end`. */
export type Span = { readonly start: number; readonly end: number };

export type Attribute = {
  readonly name: string;
  /** References decoded, whitespace as XML normalises it. */
  readonly value: string;
  readonly nameSpan: Span;
  /** What stands between the quotes. */
  readonly valueSpan: Span;
};

export type Text = { readonly kind: 'text'; readonly value: string; readonly span: Span };
export type CharacterData = { readonly kind: 'cdata'; readonly value: string; readonly span: Span };
export type Comment = { readonly kind: 'comment'; readonly value: string; readonly span: Span };
export type Instruction = {
  readonly kind: 'instruction';
  readonly target: string;
  readonly body: string;
  readonly span: Span;
};

/** Content that has no content of its own. */
export type Leaf = Text | CharacterData | Comment | Instruction;

/** Prefix to namespace name. */
export type Namespaces = { readonly [prefix: string]: string };

type ElementPlace = {
  readonly kind: 'element';
  /** From `<` of its start tag to `>` of its end tag. */
  readonly span: Span;
  readonly nameSpan: Span;
  readonly attributes: readonly Attribute[];
};

/** An element as written. */
export type XmlElement = ElementPlace & { readonly name: string; readonly children: readonly XmlContent[] };
export type XmlContent = XmlElement | Leaf;

/** An element whose name was looked up in the grammar. */
export type Element = ElementPlace & {
  /** In canonical case; as written when the grammar does not know it. */
  readonly name: string;
  /** The key of its grammar row. */
  readonly row?: string;
  /** What the declared prefixes of its name, and of an unknown element's attributes, stand for; absent for none. */
  readonly namespaces?: Namespaces;
  readonly children: readonly Content[];
};
export type Content = Element | Leaf;

type Around<E> = {
  /** Comments and processing instructions before the root. */
  readonly prolog: readonly (Comment | Instruction)[];
  readonly root: E;
  readonly epilog: readonly (Comment | Instruction)[];
};

export type XmlDocument = Around<XmlElement>;
export type Document = Around<Element>;
