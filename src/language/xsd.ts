// The grammar as an XSD 1.0 schema, for editors and for tools that know no other language. Pure: a table in, text out.
import type { AttributeGrammar, ElementGrammar, ValueGrammar } from '../../grammars/cxml.ts';
import { escapeXml, simpleType, SOME_TEXT, type SimpleType } from './xsd-types.ts';

type Grammar = { readonly [row: string]: ElementGrammar };

/**
 * The schema of a grammar whose document is the row `Response`. Element names are in canonical case, elements with a prefix
 * are taken from any namespace, and what is not carried out yet is left out. Says all that XSD 1.0 can say; the checker
 * says more.
 *
 * @see https://www.w3.org/TR/xmlschema-1/
 */
export function xsd(grammar: Grammar): string {
  const rows = Object.entries(grammar).filter(([row, { planned }]) => isPlain(row) && planned !== true);
  const types = new Map<string, string>();
  const nameOf = ({ name, definition }: SimpleType): string => {
    types.set(name, definition);
    return name;
  };
  const complexTypes = rows.map(([row, element]) => complexType(row, element, grammar, nameOf));
  const simpleTypes = [...types]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, definition]) => `  <xs:simpleType name="${name}">${definition}</xs:simpleType>`);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- Generated from grammars/cxml.ts: change that, not this. -->',
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="unqualified">',
    '  <xs:element name="Response" type="Response"/>',
    ...complexTypes,
    ...simpleTypes,
    '</xs:schema>',
    '',
  ].join('\n');
}

/** Prefixed names belong to a namespace, which a schema without one can only let through. */
function isPlain(row: string): boolean {
  return !row.includes(':');
}

type NameOf = (type: SimpleType) => string;

function complexType(row: string, element: ElementGrammar, grammar: Grammar, nameOf: NameOf): string {
  const attributes = Object.entries(element.attributes)
    .filter(([name, { planned }]) => isPlain(name) && planned !== true)
    .map(([name, attribute]) => attributeDeclaration(name, attribute, nameOf));
  const declared = [...attributes, '<xs:anyAttribute namespace="##other" processContents="lax"/>'];
  const { text, children } = element;
  const isMixed = text !== undefined && children.length > 0;
  const lines =
    text !== undefined && !isMixed
      ? [
          '<xs:simpleContent>',
          `  <xs:extension base="${nameOf(textType(text))}">`,
          ...declared.map((line) => `    ${line}`),
          '  </xs:extension>',
          '</xs:simpleContent>',
        ]
      : [...contentModel(element, grammar), ...declared];
  return [
    `  <xs:complexType name="${row}"${isMixed ? ' mixed="true"' : ''}>`,
    `    <xs:annotation><xs:documentation source="${escapeXml(element.docs)}">${escapeXml(element.summary)}</xs:documentation></xs:annotation>`,
    ...lines.map((line) => `    ${line}`),
    '  </xs:complexType>',
  ].join('\n');
}

function attributeDeclaration(name: string, attribute: AttributeGrammar, nameOf: NameOf): string {
  const { required, default: byDefault, planned } = attribute;
  const values = Array.isArray(planned) ? attribute.values?.filter((value) => !planned.includes(value)) : undefined;
  const type = nameOf(simpleType(values === undefined ? attribute : { ...attribute, values }));
  const use = required === true ? ' use="required"' : '';
  const written = byDefault === undefined ? '' : ` default="${escapeXml(byDefault)}"`;
  return `<xs:attribute name="${name}" type="${type}"${use}${written}/>`;
}

function textType({
  required,
  unless,
  ...text
}: ValueGrammar & { readonly required?: true; readonly unless?: string }): SimpleType {
  const mayBeEmpty = required !== true || unless !== undefined;
  if (text.type === 'string') return mayBeEmpty ? simpleType({ type: 'string' }) : SOME_TEXT;
  // A stage URL may be empty, which is what text that need not be there is.
  return text.type === 'url' ? simpleType({ ...text, url: mayBeEmpty ? 'stage' : 'direct' }) : simpleType(text);
}

/** Children in any order, those that may stand once no more than once. */
function contentModel({ children, once = [] }: ElementGrammar, grammar: Grammar): readonly string[] {
  const known = children.filter((child) => isPlain(child) && grammar[child]?.planned !== true);
  const single = known.filter((child) => once.includes(child));
  const repeated = known.filter((child) => !once.includes(child)).map((child) => elementDeclaration(child, grammar));
  const foreign = children.every(isPlain) ? [] : ['<xs:any namespace="##other" processContents="lax"/>'];
  const options = [...repeated, ...foreign];
  if (options.length === 0 && single.length === 0) return [];
  return ['<xs:sequence>', ...indent(anyOrder(options, single, grammar)), '</xs:sequence>'];
}

/** Any of `options`, then perhaps one of `single` and the same again without it: the one form that needs no looking ahead. */
function anyOrder(options: readonly string[], single: readonly string[], grammar: Grammar): readonly string[] {
  const free =
    options.length === 0 ? [] : ['<xs:choice minOccurs="0" maxOccurs="unbounded">', ...indent(options), '</xs:choice>'];
  if (single.length === 0) return free;
  const branches = single.flatMap((child) => [
    '<xs:sequence>',
    ...indent([
      elementDeclaration(child, grammar),
      ...anyOrder(
        options,
        single.filter((other) => other !== child),
        grammar,
      ),
    ]),
    '</xs:sequence>',
  ]);
  return [...free, '<xs:choice minOccurs="0">', ...indent(branches), '</xs:choice>'];
}

function elementDeclaration(row: string, grammar: Grammar): string {
  return `<xs:element name="${grammar[row]?.name ?? row}" type="${row}"/>`;
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
