import { cxml, type ElementGrammar } from '../../grammars/cxml.ts';
import { dialects, type DialectGrammar, type ElementDialect, type ValueRule } from '../../grammars/dialects.ts';
import type { Markup } from '../call/program.ts';
import type { PlatformName } from '../call/request.ts';
import { findRow, ROOT_ROW } from './grammar.ts';

/** How each platform writes documents. */
export const DIALECTS: { readonly [P in PlatformName]: DialectGrammar } = dialects;

const ROWS: { readonly [row: string]: ElementGrammar } = cxml;
const AS_IT_IS: ElementDialect = {};
const CANNOT: ElementDialect = { cannot: true };

/** What a platform makes of the elements of a row. What we carry out ourselves never reaches it. */
export function elementDialect(platform: PlatformName, row: string): ElementDialect {
  const { has, elements } = DIALECTS[platform];
  if (Object.hasOwn(elements, row)) return elements[row] ?? AS_IT_IS;
  const grammar = ROWS[row];
  if (grammar === undefined || grammar.runs === 'here' || has === 'cxml') return AS_IT_IS;
  return has === 'twiml' && grammar.dialects.includes('twiml') ? AS_IT_IS : CANNOT;
}

/** How an attribute that the grammar knows is written: by these rules, not at all, or, without rules, as it is. */
export function attributeRules({ attributes = {}, only }: ElementDialect, name: string): readonly ValueRule[] | null {
  const rule = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (rule === undefined) return only === true ? null : [];
  return rule === null ? null : 'length' in rule ? rule : [rule];
}

/** What a voice is called where the platform has these prefixes; undefined when it has none of the voice's provider. */
export function voiceIn(voices: NonNullable<ValueRule['voices']>, voice: string): string | undefined {
  const [, provider = '', name = voice] = /^(\w+)[:.](.+)$/.exec(voice) ?? [];
  const { '*': separator = '.' } = voices;
  const usual = separator === null ? null : provider === '' ? '' : `${provider}${separator}`;
  const key = provider.toLowerCase();
  const prefix = Object.hasOwn(voices, key) ? voices[key] : usual;
  return prefix === null ? undefined : `${prefix}${name}`;
}

/** Why the platform cannot carry out a verb, or something in it; undefined when it can. */
export function unsupportedIn(verb: Markup, platform: PlatformName, parentRow?: string): string | undefined {
  const row = findRow(verb.name, parentRow ?? ROOT_ROW);
  // A name that nobody knows may be the platform's own; in JSON there is no such thing as markup of its own.
  const cannot = row === undefined ? DIALECTS[platform].format === 'json' : elementDialect(platform, row).cannot;
  if (cannot !== undefined && cannot !== false) return cannotMessage(verb.name, platform, cannot);
  for (const child of verb.children) {
    const found = typeof child === 'string' ? undefined : unsupportedIn(child, platform, row);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** That an element cannot be used, and why if that is known. */
export function cannotMessage(name: string, platform: PlatformName, cannot: true | string): string {
  return `<${name}> cannot be used on ${platform}${cannot === true ? '' : `: ${cannot}`}`;
}
