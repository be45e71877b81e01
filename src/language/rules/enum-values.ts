import { attribute, commaList, valueOf } from '../attributes.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';

/** Enums without values, values without an enum, and lists with gaps or repetitions. */
export const enumValues: Rule = {
  rows: ['Parameter'],
  check: ({ element }, report) => {
    const type = valueOf(element, 'type');
    const values = attribute(element, 'values');
    if (values === undefined) {
      const span = attribute(element, 'type')?.valueSpan ?? element.nameSpan;
      if (type === 'enum') report('missing-values', span, `<${element.name}> of type "enum" has no "values" attribute`);
      return;
    }
    if (type !== 'enum') {
      report(
        'unused-values',
        values.nameSpan,
        `<${element.name}> of type "${type}" has "values"; expected type "enum"`,
      );
      return;
    }
    const listed = commaList(values.value);
    const seen = new Set<string>();
    const repeated = listed.find((value) => seen.size === seen.add(value).size);
    if (listed.includes(''))
      report(
        'bad-values',
        values.valueSpan,
        `"values" is ${quote(values.value)} and has an empty value; expected values parted by commas`,
      );
    else if (repeated !== undefined) report('bad-values', values.valueSpan, `"values" lists ${quote(repeated)} twice`);
  },
};
