import type { Markup } from '../call/program.ts';

/** How an attribute is written: its new value, with a new name where that differs, or undefined to leave it out. */
export type AttributeRule = (value: string) => string | { readonly name: string; readonly value: string } | undefined;

/** What a platform writes otherwise than CXML does; whatever has no row is written as it is. */
export type Dialect = {
  readonly [element: string]: { readonly [attribute: string]: AttributeRule };
};

/** An attribute that the platform has no use for. */
export const leftOut: AttributeRule = () => undefined;

/** The markup as this dialect writes it, children included. */
export function inDialect(markup: Markup, dialect: Dialect): Markup {
  const rules = dialect[markup.name] ?? {};
  const attributes = Object.entries(markup.attributes).flatMap(([name, value]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const written = rule === undefined ? value : rule(value);
    if (written === undefined) return [];
    return [typeof written === 'string' ? [name, written] : [written.name, written.value]] as const;
  });
  return {
    name: markup.name,
    attributes: Object.fromEntries(attributes),
    children: markup.children.map((child) => (typeof child === 'string' ? child : inDialect(child, dialect))),
  };
}
