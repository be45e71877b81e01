import type { Attribute } from '../ast.ts';
import { attribute, valueOf, words } from '../attributes.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';
import { toolNameForModel } from '../tool-name.ts';

/** Two tools of one name, names that model APIs do not take, and names of session tools. */
export const toolNames: Rule = {
  rows: ['Converse'],
  check: ({ element, elements }, report) => {
    const tools = elements.filter((child) => child.row === 'Tool');
    if (tools.length === 0) return;
    const reserved = words(valueOf(element, 'sessionTools') ?? '');
    const firsts = new Map<string, Attribute>();
    for (const tool of tools) {
      const name = attribute(tool, 'name');
      if (name === undefined || name.value.trim() === '') continue;
      const mapped = toolNameForModel(name.value);
      const first = firsts.get(mapped);
      if (first === undefined) firsts.set(mapped, name);
      else {
        const alike = first.value === name.value ? '' : `, which models see as "${mapped}" like ${quote(first.value)}`;
        report('duplicate-tool', name.valueSpan, `a second tool named ${quote(name.value)}${alike}`, {
          message: 'the first is here',
          span: first.valueSpan,
        });
      }
      if (mapped !== name.value)
        report('mapped-tool-name', name.valueSpan, `models see the tool ${quote(name.value)} as "${mapped}"`);
      if (reserved.includes(mapped))
        report('reserved-tool-name', name.valueSpan, `the tool "${mapped}" has the name of a session tool`);
    }
  },
};
