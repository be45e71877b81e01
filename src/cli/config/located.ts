// Values that know where they were written: a place in a file, a flag, an environment variable, or a default of ours.
import type { JsonPrimitive, JsonValue } from '../../json.ts';

export type Origin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'default' };

export type Entry = { readonly nameOrigin: Origin; readonly value: Located };

export type LocatedObject = {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly origin: Origin;
};

export type Located =
  | LocatedObject
  | { readonly kind: 'list'; readonly items: readonly Located[]; readonly origin: Origin }
  | { readonly kind: 'value'; readonly value: JsonPrimitive; readonly origin: Origin };

export const BY_DEFAULT: Origin = { kind: 'default' };

/** A JSON value, all of it written in one place. */
export function locatedAt(value: JsonValue, origin: Origin): Located {
  if (typeof value !== 'object' || value === null) return { kind: 'value', value, origin };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => locatedAt(item, origin)), origin };
  const entries = Object.entries(value).map(
    ([name, each]) => [name, { nameOrigin: origin, value: locatedAt(each, origin) }] as const,
  );
  return { kind: 'object', entries: new Map(entries), origin };
}

/** `value` below the names of `path`. */
export function locatedBelow(path: readonly string[], value: Located): Located {
  return path.toReversed().reduce<Located>(
    (below, name) => ({
      kind: 'object',
      entries: new Map([[name, { nameOrigin: value.origin, value: below }]]),
      origin: value.origin,
    }),
    value,
  );
}

/** Both, name by name; where they disagree, and of lists as a whole, `high` counts. */
export function merge(low: Located, high: Located): Located {
  if (low.kind !== 'object' || high.kind !== 'object') return high;
  const entries = new Map(low.entries);
  for (const [name, entry] of high.entries) {
    const below = entries.get(name);
    entries.set(name, below === undefined ? entry : { ...entry, value: merge(below.value, entry.value) });
  }
  return { ...high, entries };
}

/** The value alone. Every name is an own property, `__proto__` as well. */
export function plain(located: Located): JsonValue {
  if (located.kind === 'value') return located.value;
  if (located.kind === 'list') return located.items.map(plain);
  return Object.fromEntries([...located.entries].map(([name, { value }]) => [name, plain(value)]));
}

/** A setting's name as people write it: `agents.shop.source`, `agents["two words"].source`, `allowedHosts[1]`. */
export function pathText(path: readonly string[]): string {
  return path
    .map((name, index) => {
      if (/^\d+$/.test(name)) return `[${name}]`;
      return /^[\w$-]+$/.test(name) ? `${index === 0 ? '' : '.'}${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('');
}

const ORIGIN_TEXT: { readonly [K in Origin['kind']]: (origin: Extract<Origin, { kind: K }>) => string } = {
  file: ({ file, line, column }) => `${file}:${line}:${column}`,
  flag: ({ name }) => name,
  variable: ({ name }) => name,
  default: () => 'default',
};

/** Where a value comes from, in a word. */
export function originText(origin: Origin): string {
  return (ORIGIN_TEXT[origin.kind] as (origin: Origin) => string)(origin);
}
