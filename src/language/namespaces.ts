import type { Attribute, Namespaces, XmlElement } from './ast.ts';

const DECLARES = 'xmlns:';

/** No prefix is declared: told apart by identity, because hardly any document declares one. */
export const NONE: Namespaces = Object.freeze(Object.create(null) as Namespaces);

/** What prefixes stand for within an element. */
export function declaredIn({ attributes }: XmlElement, outer: Namespaces): Namespaces {
  let declared: Record<string, string> | undefined;
  for (const { name, value } of attributes) {
    if (!name.startsWith(DECLARES)) continue;
    // Looked up through the outer ones: copies of them all would be quadratic.
    declared ??= Object.create(outer) as Record<string, string>;
    declared[name.slice(DECLARES.length)] = value;
  }
  return declared ?? outer;
}

/** Those of the declared prefixes that stand in these names. */
export function usedIn(names: readonly string[], declared: Namespaces): Namespaces {
  const prefixes = names.map(prefixOf).filter((prefix) => prefix !== '' && prefix in declared);
  if (prefixes.length === 0) return NONE;
  return Object.fromEntries(prefixes.map((prefix) => [prefix, declared[prefix] ?? '']));
}

/** The declarations as attributes. */
export function declarationsOf(namespaces: Namespaces): { readonly [name: string]: Attribute['value'] } {
  return Object.fromEntries(Object.entries(namespaces).map(([prefix, name]) => [`${DECLARES}${prefix}`, name]));
}

function prefixOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf(':')));
}
