import { attribute, valueOf } from '../attributes.ts';
import { suggestion } from '../nearest.ts';
import { isNeverSent, PLATFORM_KNOWLEDGE, sentNames } from '../platforms.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';

/** Required parameters that are bound to the call request and that the platform's requests never carry. */
export const unsentParameters: Rule = {
  rows: ['Parameter'],
  check: ({ element, platform, aliases }, report) => {
    if (platform === undefined) return;
    const name = attribute(element, 'name');
    if (name === undefined || !isNeverSent(platform, name.value)) return;
    const alias = Object.hasOwn(aliases, name.value) ? aliases[name.value] : undefined;
    if (alias !== undefined && !isNeverSent(platform, alias)) return;
    if (valueOf(element, 'source') !== 'request' || valueOf(element, 'required') !== 'true') return;
    const { equivalents } = PLATFORM_KNOWLEDGE[platform];
    const known = Object.hasOwn(equivalents, name.value) ? equivalents[name.value] : undefined;
    const mend =
      known === undefined
        ? suggestion(name.value, sentNames(platform)) || '; expected required="false" or source="model"'
        : `; expected an alias of ${quote(name.value)} for "${known}", required="false" or source="model"`;
    const never = `${platform} never sends ${quote(name.value)}${alias === undefined ? '' : ` nor its alias ${quote(alias)}`}`;
    report('unsent-parameter', name.valueSpan, `${never}${mend}`);
  },
};
