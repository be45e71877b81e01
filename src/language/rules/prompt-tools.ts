import type { CharacterData, Element, Text } from '../ast.ts';
import { attribute, valueOf, words } from '../attributes.ts';
import { suggestion } from '../nearest.ts';
import { PROMPT_ROWS } from '../prompt.ts';
import type { Rule } from '../rule.ts';
import { elementsOf, placeIn } from '../text.ts';
import { toolNameForModel } from '../tool-name.ts';

/** A name as code has it: quoted, or with an underscore or a capital inside. Plain words are words. */
const NAME = String.raw`(?:[\`"'“‘](?<quoted>[A-Za-z][\w-]{1,63})[\`"'”’]|(?<plain>[A-Za-z][A-Za-z0-9]{0,60}_\w{1,60}|[a-z][a-z0-9]{0,60}[A-Z]\w{0,60}))`;
/**
 * The places where a prompt speaks of a tool: `call the X`, `tool X`, `X tool`, `X()`. Bounded, so linear; each with words
 * of which one stands in every text that it can find something in, because looking for those is fast.
 */
const MENTIONS: readonly { readonly hints: readonly string[]; readonly pattern: RegExp }[] = [
  {
    hints: ['all ', 'nvoke ', 'se ', 'sing ', 'un ', 'ool ', 'nction '],
    pattern: new RegExp(
      String.raw`\b(?:[Cc]all|[Ii]nvoke|[Uu]se|[Uu]sing|[Rr]un|[Tt]ool|[Ff]unction) {1,4}(?:the {1,4})?${NAME}(?![\w-])`,
      'g',
    ),
  },
  {
    hints: ['tool', 'function'],
    pattern: new RegExp(String.raw`(?<![\w-])${NAME} {1,4}(?:tool|function)\b`, 'g'),
  },
  { hints: ['()'], pattern: /(?<![\w-])(?<plain>[A-Za-z]\w{1,63})\(\)/g },
];

/** Prompts that name a tool which the conversation does not have. */
export const promptTools: Rule = {
  rows: ['Converse'],
  check: ({ element, elements: children, text }, report) => {
    const mentions = children.flatMap((child) => (PROMPT_ROWS.has(child.row) ? mentionsIn(child) : []));
    if (mentions.length === 0) return;
    const tools = children.filter((child) => child.row === 'Tool');
    const declared = tools.map((tool) => valueOf(tool, 'name') ?? '');
    const offered = words(valueOf(element, 'sessionTools') ?? '');
    const names = new Set([...declared, ...declared.map(toolNameForModel), ...offered]);
    // A prompt may well tell the model to use an argument.
    const ignored = tools.flatMap((tool) => elementsOf(tool).map((child) => attribute(child, 'name')?.value ?? ''));
    const known = new Set([...names, ...ignored]);
    for (const { leaf, match } of mentions) {
      const name = match.groups?.['quoted'] ?? match.groups?.['plain'] ?? '';
      if (known.has(name)) continue;
      // Once is enough, and a long prompt may name it a thousand times.
      known.add(name);
      const start = match.index + match[0].indexOf(name);
      report(
        'undeclared-tool',
        placeIn(text, leaf, start, start + name.length),
        `the prompt names the tool "${name}", which is not declared${suggestion(name, names)}`,
      );
    }
  },
};

type Mention = { readonly leaf: Text | CharacterData; readonly match: RegExpExecArray };

function mentionsIn({ children }: Element): readonly Mention[] {
  const mentions: Mention[] = [];
  for (const leaf of children) {
    if (leaf.kind !== 'text' && leaf.kind !== 'cdata') continue;
    for (const { hints, pattern } of MENTIONS) {
      if (!hints.some((hint) => leaf.value.includes(hint))) continue;
      for (const match of leaf.value.matchAll(pattern)) mentions.push({ leaf, match });
    }
  }
  return mentions;
}
