import { parseStrictly, textOf, type XmlNode } from '../xml.ts';
import { Refusal, type Answer } from './carrier.ts';

/** Why a value is refused; undefined when it is not. */
export type Check = (value: string) => string | undefined;

export type ElementRule = {
  readonly attributes?: { readonly [name: string]: Check };
  readonly required?: readonly string[];
  readonly children?: readonly string[];
  /** Absent: no text but white space. */
  readonly text?: Check;
};

export type Grammar = { readonly [element: string]: ElementRule };

export const any: Check = () => undefined;
export const matching =
  (pattern: RegExp, expected: string): Check =>
  (value) =>
    pattern.test(value) ? undefined : `expected ${expected}`;
export const oneOf = (...values: readonly string[]): Check =>
  matching(new RegExp(`^(?:${values.join('|')})$`), values.join(' or '));
export const flag = oneOf('true', 'false');
export const whole =
  (least: number, most = Infinity): Check =>
  (value) =>
    /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `expected a whole number from ${least} to ${most}`;
export const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value) === undefined) ? undefined : checks.map((check) => check(value)).join(', or ');
export const absoluteUrl: Check = (value) =>
  /^https?:\/\//.test(value) && URL.canParse(value) ? undefined : 'expected an absolute http or https URL';
export const method = oneOf('GET', 'POST');
export const upTo =
  (characters: number): Check =>
  (value) =>
    value.length <= characters ? undefined : `expected at most ${characters} characters, found ${value.length}`;

/** Speech markup within what is said. */
export const SSML = ['break', 'emphasis', 'lang', 'p', 'phoneme', 'prosody', 's', 'say-as', 'sub', 'w'] as const;

const SSML_ATTRIBUTES = 'strength time level xml:lang alphabet ph pitch rate volume interpret-as format alias role';

export const SSML_RULES: Grammar = Object.fromEntries(
  SSML.map((name) => [
    name,
    {
      attributes: Object.fromEntries(SSML_ATTRIBUTES.split(' ').map((attribute) => [attribute, any])),
      children: SSML,
      text: any,
    },
  ]),
);

export type DocumentRules = {
  readonly types: readonly string[];
  readonly limitBytes: number;
  readonly grammar: Grammar;
  /** Where the vendor does not mind how an element is cased. */
  readonly foldsCase?: boolean;
};

/** The root of an answer that the vendor takes. @throws Refusal */
export function readDocument({ type, body }: Answer, rules: DocumentRules): XmlNode {
  const [mediaType = ''] = type.split(';');
  if (!rules.types.includes(mediaType.trim())) throw new Refusal(`content type ${type || '(none)'}`);
  const bytes = Buffer.byteLength(body);
  if (bytes > rules.limitBytes) throw new Refusal(`${bytes} bytes; at most ${rules.limitBytes} are read`);
  const root = parsed(body);
  if (root.name !== 'Response') throw new Refusal(`the root is <${root.name}>`);
  checkElement(root, rules);
  return root;
}

function parsed(body: string): XmlNode {
  try {
    return parseStrictly(body);
  } catch (error) {
    throw new Refusal(`not well formed: ${String(error)}`, { cause: error });
  }
}

function checkElement(node: XmlNode, rules: DocumentRules): void {
  const rule = rules.grammar[node.name];
  if (rule === undefined) throw new Refusal(`<${node.name}> is unknown`);
  for (const [name, value] of Object.entries(node.attributes)) {
    const check = rule.attributes?.[name];
    if (check === undefined) throw new Refusal(`<${node.name} ${name}> is unknown`);
    const fault = check(value);
    if (fault !== undefined) throw new Refusal(`<${node.name} ${name}="${value}">: ${fault}`);
  }
  for (const name of rule.required ?? []) {
    if (node.attributes[name] === undefined) throw new Refusal(`<${node.name}> has no ${name}`);
  }
  const children = elementsOf(node);
  const alien = children.find(({ name }) => !(rule.children ?? []).includes(name));
  if (alien !== undefined) throw new Refusal(`<${alien.name}> stands in <${node.name}>`);
  const text = textOf(node).trim();
  const fault = rule.text === undefined ? ownText(node) && 'expected no text' : rule.text(text);
  if (fault) throw new Refusal(`<${node.name}>${text.slice(0, 60)}: ${fault}`);
  for (const child of children) checkElement(child, rules);
}

const ownText = (node: XmlNode): string =>
  node.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();

/** The elements in a node, without the text between them. */
export function elementsOf(node: XmlNode): readonly XmlNode[] {
  return node.children.filter((child) => typeof child !== 'string');
}
