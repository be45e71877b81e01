import type { Span } from '../ast.ts';
import { attributeGrammars, grammarOf, rowsWhere } from '../grammar.ts';
import type { Report, Rule } from '../rule.ts';
import { ownText, textSpan } from '../text.ts';

/** A user, and mostly a password, before the host. Any scheme that has hosts, or none: `//user@host` is relative. */
const USER_AT_HOST = /^\s*(?:[a-z][a-z\d+.-]*:)?[/\\]{2,}[^/\\?#]*@/i;

/** URLs with a user and a password in them. The message does not repeat them, because messages are kept in logs. */
export const urlCredentials: Rule = {
  rows: rowsWhere(
    ({ text, attributes }) => text?.type === 'url' || Object.values(attributes).some(({ type }) => type === 'url'),
  ),
  check: ({ element, text }, report) => {
    const grammars = attributeGrammars(element);
    for (const { name, value, valueSpan } of element.attributes) {
      if (value.includes('@') && grammars.get(name)?.type === 'url')
        reportCredentials(value, `"${name}" of <${element.name}>`, () => valueSpan, report);
    }
    if (grammarOf(element)?.text?.type === 'url')
      reportCredentials(
        ownText(element.children),
        `the text of <${element.name}>`,
        () => textSpan(text, element),
        report,
      );
  },
};

function reportCredentials(url: string, owner: string, span: () => Span, report: Report): void {
  if (USER_AT_HOST.test(url)) report('url-credentials', span(), `${owner} has a user in its URL; expected none`);
}
