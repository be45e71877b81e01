import type { AttributeGrammar } from '../../../grammars/cxml.ts';
import type { ValueRule } from '../../../grammars/dialects.ts';
import type { PlatformName } from '../../call/request.ts';
import type { Attribute, Element } from '../ast.ts';
import { attribute, checkValue } from '../attributes.ts';
import { attributeRules, elementDialect, voiceIn } from '../dialects.ts';
import { attributeGrammar } from '../grammar.ts';
import { quote } from '../quote.ts';
import type { Report, Rule } from '../rule.ts';

/** Attributes that the platform has no use for, and values that it refuses although the language takes them. */
export const platformValues: Rule = {
  rows: 'known',
  check: ({ element, platform }, report) => {
    const { row } = element;
    if (platform === undefined || row === undefined) return;
    // What a Converse says is said with a Say of ours, in its voice.
    const isConverse = row === 'Converse';
    const dialect = elementDialect(platform, isConverse ? 'Say' : row);
    if (dialect.cannot !== undefined || dialect.leftOut !== undefined) return;
    for (const written of element.attributes) {
      if (isConverse && written.name !== 'voice') continue;
      const grammar = attributeGrammar(element, written.name);
      const rules = grammar === undefined ? [] : attributeRules(dialect, written.name);
      if (rules === null)
        report('platform-ignores', written.nameSpan, `${found(element, written)} is not sent to ${platform}`);
      else if (grammar !== undefined && rules[0] !== undefined && checkValue(written.value, grammar) === undefined)
        checkRule({ element, written, grammar, rule: rules[0], platform }, report);
    }
  },
};

type Written = {
  readonly element: Element;
  readonly written: Attribute;
  readonly grammar: AttributeGrammar;
  readonly rule: ValueRule;
  readonly platform: PlatformName;
};

function checkRule({ element, written, grammar, rule, platform }: Written, report: Report): void {
  const { value, valueSpan } = written;
  const is = `${found(element, written)} is ${quote(value)}`;
  const { refuses, words = {}, otherwise, voices, oneKey, whole, minimum, maximum } = rule;
  const beside = refuses?.word === value ? attribute(element, refuses.beside) : undefined;
  if (refuses !== undefined && beside !== undefined) {
    const related = { message: 'the model is chosen here', span: beside.valueSpan };
    const message = `${is}, which ${platform} refuses with some speech models; expected seconds`;
    report('platform-value', valueSpan, message, related);
    return;
  }
  if (Object.hasOwn(words, value)) return;
  if (voices !== undefined) {
    if (voiceIn(voices, value) === undefined)
      report('platform-value', valueSpan, `${is}, a voice that ${platform} has not; its own is heard`);
    return;
  }
  if (otherwise === null) report('platform-value', valueSpan, `${is}, which ${platform} cannot be told`);
  if (typeof otherwise === 'string')
    report('platform-value', valueSpan, `${is}; ${platform} takes ${Object.keys(words).map(quote).join(' or ')}`);
  if (oneKey === true && value.length > 1) report('platform-value', valueSpan, `${is}; ${platform} takes one key`);
  if (whole === undefined && minimum === undefined && maximum === undefined) return;
  const { decimals: _, ...wholes } = grammar;
  const taken = { ...(whole === true ? wholes : grammar), ...(minimum !== undefined && { minimum }) };
  const problem = checkValue(value, { ...taken, ...(maximum !== undefined && { maximum }) });
  if (problem !== undefined) report('platform-value', valueSpan, `${is}; ${platform} takes ${problem.expected}`);
}

function found({ name }: Element, written: Attribute): string {
  return `"${written.name}" of <${name}>`;
}
