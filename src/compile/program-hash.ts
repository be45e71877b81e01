import { hash } from 'node:crypto';
import type { Markup, Verb } from '../call/program.ts';

/** Equal for verbs that are equal but for their lines and the order of their attributes. */
export function programHash(verbs: readonly Verb[]): string {
  // All other objects are put together by the compiler, always in one order.
  return hash('sha256', JSON.stringify(verbs.map(canonicalVerb)));
}

function canonicalVerb(verb: Verb): object {
  if (verb.kind === 'converse') return { ...verb, line: undefined };
  const canonical = { ...verb, line: undefined, markup: canonicalMarkup(verb.markup) };
  return verb.kind === 'gather' ? { ...canonical, greeting: verb.greeting.map(canonicalMarkup) } : canonical;
}

function canonicalMarkup({ name, attributes, children }: Markup): Markup {
  const names = Object.keys(attributes);
  return {
    name,
    attributes:
      names.length < 2 ? attributes : Object.fromEntries(names.sort().map((each) => [each, attributes[each] ?? ''])),
    children: children.map((child) => (typeof child === 'string' ? child : canonicalMarkup(child))),
  };
}
