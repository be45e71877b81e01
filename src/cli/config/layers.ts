// One layer of values for each place where settings are said: the environment, flags, and the defaults of the table. The
// file is the fourth. Each layer has the form of the whole, so that they are laid over each other name by name.
import path from 'node:path';
import { Option } from 'commander';
import { VoiceError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { formOf, hasScheme, SECRET_PREFIX, type Field } from './fields.ts';
import { BY_DEFAULT, locatedAt, locatedBelow, merge, originText, type Located, type Origin } from './located.ts';
import { SETTINGS } from './settings.ts';

export type Environment = { readonly [name: string]: string | undefined };
/** Values of flags by the names that commander gives them. */
export type Flags = { readonly [attribute: string]: unknown };

type Leaf = { readonly path: readonly string[]; readonly field: Field };

/** Every setting that has one place of its own: what operators name themselves is not among them. */
export function namedSettings(field: Field = SETTINGS, below: readonly string[] = []): readonly Leaf[] {
  const own = [{ path: below, field }];
  if (field.kind !== 'object') return own;
  return [...own, ...Object.entries(field.fields).flatMap(([name, each]) => namedSettings(each, [...below, name]))];
}

const NOTHING: Located = locatedAt({}, BY_DEFAULT);

/** The defaults of the table. */
export function defaultLayer(): Located {
  return locatedAt(defaultsOf(SETTINGS) ?? {}, BY_DEFAULT);
}

function defaultsOf(field: Field): JsonValue | undefined {
  if (field.kind !== 'object') return field.byDefault;
  const entries = Object.entries(field.fields).flatMap(([name, each]) => {
    const value = defaultsOf(each);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries) satisfies JsonObject;
}

/** What the environment says; a variable that is blank says nothing. @throws CONFIG_INVALID */
export function environmentLayer(environment: Environment): Located {
  const found = namedSettings().flatMap(({ path: below, field }) => {
    const name = field.variable;
    const text = name === undefined ? undefined : environment[name]?.trim();
    if (name === undefined || text === undefined || text === '') return [];
    const texts = field.kind === 'list' ? text.split(',').map((each) => each.trim()) : [text];
    return [locatedBelow(below, fromTexts(field, texts, { kind: 'variable', name }))];
  });
  const secrets = Object.entries(environment).flatMap(([name, value]) => {
    if (!name.startsWith(SECRET_PREFIX) || name === SECRET_PREFIX || !value?.trim()) return [];
    const secret = name.slice(SECRET_PREFIX.length).toLowerCase();
    return [locatedBelow(['secrets', secret], locatedAt(name, { kind: 'variable', name }))];
  });
  return [...found, ...secrets].reduce(merge, NOTHING);
}

/** What the flags say. @throws CONFIG_INVALID */
export function flagLayer(flags: Flags): Located {
  const found = namedSettings().flatMap(({ path: below, field }) => {
    if (field.flag === undefined) return [];
    const option = new Option(field.flag);
    const given = flags[option.attributeName()];
    if (given === undefined) return [];
    const texts = (Array.isArray(given) ? given : [given]).map(String);
    return [locatedBelow(below, fromTexts(field, texts, { kind: 'flag', name: option.long ?? field.flag }))];
  });
  return found.reduce(merge, NOTHING);
}

/** A field's value as text has it: one text, a list of them, or pairs. */
function fromTexts(field: Field, texts: readonly string[], origin: Origin): Located {
  if (field.kind === 'list') return locatedAt(texts, origin);
  if (field.kind === 'map') return fromPairs(field.of, texts, origin);
  const [text = ''] = texts;
  if (field.kind !== 'object') return locatedAt(formOf(field).read(text), origin);
  return locatedAt({ [field.main ?? '']: text }, origin);
}

function fromPairs(of: Field, texts: readonly string[], origin: Origin): Located {
  const found = new Map<string, Located>();
  for (const text of texts) {
    const [name, value] = pair(originText(origin), text);
    if (found.has(name)) {
      throw new VoiceError('CONFIG_INVALID', { problem: `${originText(origin)} ${text}: "${name}" is there twice` });
    }
    found.set(name, locatedBelow([name], fromTexts(of, [value], origin)));
  }
  return [...found.values()].reduce(merge, locatedAt({}, origin));
}

/** The file's values in full: a text that stands for an object becomes one, and paths are made relative to `folder`. */
export function inFull(located: Located, field: Field, folder: string): Located {
  if (located.kind === 'value') {
    const { value, origin } = located;
    if (field.kind === 'object' && field.main !== undefined && typeof value === 'string') {
      return inFull(locatedBelow([field.main], located), field, folder);
    }
    if (typeof value !== 'string' || value === '' || path.isAbsolute(value)) return located;
    if (field.kind !== 'path' && (field.kind !== 'source' || hasScheme(value))) return located;
    return { kind: 'value', value: path.join(folder, value), origin };
  }
  if (located.kind === 'list') return located;
  const entries = [...located.entries].map(([name, entry]) => {
    const own = field.kind === 'map' ? field.of : field.kind === 'object' ? ownField(field.fields, name) : undefined;
    return [name, own === undefined ? entry : { ...entry, value: inFull(entry.value, own, folder) }] as const;
  });
  return { ...located, entries: new Map(entries) };
}

/** The two halves of `name=value`. @throws CONFIG_INVALID */
export function pair(flag: string, text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1) {
    throw new VoiceError('CONFIG_INVALID', { problem: `${flag} ${text}: expected name=value` });
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

function ownField(fields: { readonly [name: string]: Field }, name: string): Field | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
