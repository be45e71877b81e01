import type { DialectGrammar, ElementDialect, ValueRule } from '../../grammars/dialects.ts';
import type { Markup } from '../call/program.ts';
import { words } from '../language/attributes.ts';
import { attributeRules, voiceIn } from '../language/dialects.ts';
import { attributeGrammar } from '../language/grammar.ts';

/**
 * The attributes as a platform writes them. What the grammar does not know is passed on as it is, but not in JSON: there a
 * platform refuses the whole answer for one name that it does not know. Commas in lists are CXML's alone.
 */
export function attributesIn(
  given: Markup['attributes'],
  row: string,
  dialect: ElementDialect,
  { format, has }: DialectGrammar,
): Markup['attributes'] {
  const written: Pair[] = [];
  const gaps: Pair[] = [];
  for (const name of Object.keys(given)) {
    const value = given[name] ?? '';
    const grammar = attributeGrammar({ row }, name);
    if (grammar === undefined) {
      if (format === 'xml') put(written, name, value);
      continue;
    }
    const rules = attributeRules(dialect, name);
    if (rules === null) continue;
    const spaced = grammar.type === 'list' && has !== 'cxml' ? words(value).join(' ') : value;
    if (rules.length === 0) put(written, name, spaced);
    for (const rule of rules) {
      const text = valueIn(rule, spaced);
      if (text === undefined) continue;
      if (rule === rules[0]) put(written, rule.to ?? name, text);
      else gaps.push([rule.to ?? name, text]);
    }
  }
  if (dialect.defaults !== undefined) gaps.push(...Object.entries(dialect.defaults));
  for (const gap of gaps) if (!written.some(([name]) => name === gap[0])) written.push(gap);
  return Object.fromEntries(written);
}

/** An attribute as it is written; in a list, because there are few and a map costs more than all of them. */
type Pair = [name: string, value: string];

function put(pairs: Pair[], name: string, value: string): void {
  const known = pairs.find((pair) => pair[0] === name);
  if (known === undefined) pairs.push([name, value]);
  else known[1] = value;
}

/** A value as a rule writes it; undefined when it is not written. */
export function valueIn(rule: ValueRule, value: string): string | undefined {
  if (rule.seenTo === true) return undefined;
  const { words: known = {}, otherwise, voices } = rule;
  if (Object.hasOwn(known, value)) return known[value] ?? undefined;
  if (voices !== undefined) return voiceIn(voices, value) ?? otherwise ?? undefined;
  if (otherwise !== undefined) return otherwise ?? undefined;
  if (rule.oneKey === true) return value.slice(0, 1);
  if (rule.sorted === true) return value.split(' ').toSorted().join(' ');
  return bounded(rule, value);
}

function bounded({ whole, minimum = -Infinity, maximum = Infinity }: ValueRule, value: string): string {
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) return value;
  const kept = Math.min(maximum, Math.max(minimum, whole === true ? Math.ceil(number) : number));
  return kept === number ? value : String(kept);
}
