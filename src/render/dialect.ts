// From CXML to what a platform writes, as its rows in the dialects say: elements and attributes by its names, within its bounds.
import type { ElementDialect } from '../../grammars/dialects.ts';
import type { Markup } from '../call/program.ts';
import type { PlatformName } from '../call/request.ts';
import { DIALECTS, elementDialect } from '../language/dialects.ts';
import { findRow, ROOT_ROW } from '../language/grammar.ts';
import { attributesIn } from './values.ts';

type Content = Markup | string;

/** The response as the platform writes it. It has no verb that the platform cannot carry out. */
export function inDialect(response: Markup, platform: PlatformName): Markup {
  return { ...response, children: response.children.flatMap((verb) => contentIn(verb, platform, ROOT_ROW)) };
}

function contentIn(content: Content, platform: PlatformName, parentRow: string | undefined): readonly Content[] {
  if (typeof content === 'string') return [content];
  const row = findRow(content.name, parentRow);
  const inside = (): readonly Content[] => content.children.flatMap((child) => contentIn(child, platform, row));
  if (row === undefined) return [{ ...content, children: inside() }];
  const dialect = elementDialect(platform, row);
  if (dialect.leftOut !== undefined) return dialect.leftOut === 'tags' ? inside() : [];

  const attributes = attributesIn(content.attributes, row, dialect, DIALECTS[platform]);
  const verb = standingIn(content, attributes, platform, row);
  if (verb !== undefined) return [verb];
  const { becomes, emptyResult } = dialect;
  const text = becomes && attributes[becomes.attribute];
  if (becomes !== undefined && text !== undefined) return [{ name: becomes.name, attributes: {}, children: [text] }];

  const children = inside().map((child) => textElement(child, dialect));
  const held = children.filter((child, index) => isHeld(child, index === children.length - 1, dialect));
  const element = { name: dialect.name ?? content.name, attributes, children: held };
  const after = emptyResult === undefined ? [] : askedAnyway(content, platform);
  return [...children.filter((child) => !held.includes(child)), element, ...after];
}

function isHeld(child: Content, isLast: boolean, { holds, holdsOne }: ElementDialect): boolean {
  if (holds === undefined || typeof child === 'string') return true;
  return holds.includes(child.name) && (isLast || holdsOne !== true);
}

/** The child that takes the place of this element, with those of its attributes that it needs. */
function standingIn(
  { children }: Markup,
  attributes: Markup['attributes'],
  platform: PlatformName,
  row: string,
): Markup | undefined {
  for (const child of children) {
    if (typeof child === 'string') continue;
    const names = elementDialect(platform, findRow(child.name, row) ?? '').replacesParent;
    const [written] = names === undefined ? [] : contentIn(child, platform, row);
    if (names === undefined || written === undefined || typeof written === 'string') continue;
    const taken = Object.entries(attributes).filter(([name]) => names.includes(name));
    return { ...written, attributes: { ...Object.fromEntries(taken), ...written.attributes } };
  }
  return undefined;
}

/** A number or an address in an element of its own, where the platform wants that. */
function textElement(child: Content, { textIn }: ElementDialect): Content {
  if (textIn === undefined || typeof child !== 'string') return child;
  const name = /^sips?:/i.test(child) ? textIn.sip : textIn.number;
  return name === undefined ? child : { name, attributes: {}, children: [child] };
}

/** What follows a Gather whose action is to be asked even when the caller stays silent. */
function askedAnyway({ attributes }: Markup, platform: PlatformName): readonly Content[] {
  const { action, actionOnEmptyResult } = attributes;
  if (action === undefined || actionOnEmptyResult !== 'true') return [];
  return contentIn({ name: 'Redirect', attributes: { method: 'POST' }, children: [action] }, platform, ROOT_ROW);
}
