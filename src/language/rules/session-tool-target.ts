import type { Element, Span } from '../ast.ts';
import { attribute, words } from '../attributes.ts';
import { isDocumentTarget } from '../destination.ts';
import type { Rule, Site } from '../rule.ts';
import { ownText } from '../text.ts';
import { isResolvable } from '../url.ts';

/** A telephone number of at least six digits, or a SIP address. */
const NUMBER_OR_ADDRESS = /\+?\d(?:[ ().-]{0,2}\d){5}|\bsips?:[^\s"'<>]+@/;
const WEB_ADDRESS = /\bhttps?:\/\/[^\s"'<>]/;

/** Rows whose text is a target whatever it looks like, whether a destination is one, and what a target looks like elsewhere. */
type Target = {
  readonly rows: ReadonlySet<string | undefined>;
  readonly isDestination: (text: string) => boolean;
  readonly pattern: RegExp;
};
const DIALLED: Target = {
  rows: new Set(['Number', 'Sip', 'Client']),
  isDestination: (text) => !isDocumentTarget(text),
  pattern: NUMBER_OR_ADDRESS,
};
const FETCHED: Target = { rows: new Set(['Redirect']), isDestination: isDocumentTarget, pattern: WEB_ADDRESS };

type SessionTool = { readonly expected: string; readonly hasTarget: (site: Site) => boolean };

/** One row per session tool that needs a target. */
const TOOLS: Readonly<Record<string, SessionTool>> = {
  dial: {
    expected: 'a telephone number or SIP address',
    hasTarget: ({ root }) => has(root, DIALLED),
  },
  redirect: {
    expected: 'a URL',
    // The document's own origin is always allowed.
    hasTarget: ({ root, urls }) => isResolvable(urls.base) || has(root, FETCHED),
  },
};

/** Session tools with which the model could go nowhere. Destinations that only the operator allows are not known here. */
export const sessionToolTarget: Rule = {
  // The whole document at once, because every search goes through all of it.
  rows: ['Response'],
  check: (site, report) => {
    const asked = conversationsIn(site.root).flatMap((converse) => attribute(converse, 'sessionTools') ?? []);
    for (const [name, { expected, hasTarget }] of Object.entries(TOOLS)) {
      const asking = asked.filter(({ value }) => words(value).includes(name));
      if (asking.length === 0 || hasTarget(site)) continue;
      const message = `the session tool "${name}" has no target; expected ${expected} in the document`;
      for (const { valueSpan } of asking) report('no-target', wordSpan(site.text, valueSpan, name), message);
    }
  },
};

function conversationsIn(element: Element, found: Element[] = []): readonly Element[] {
  if (element.row === 'Converse') found.push(element);
  else for (const child of element.children) if (child.kind === 'element') conversationsIn(child, found);
  return found;
}

function wordSpan(text: string, { start, end }: Span, word: string): Span {
  const at = text.slice(start, end).search(new RegExp(String.raw`(?<![^\s,])${word}(?![^\s,])`));
  return at === -1 ? { start, end } : { start: start + at, end: start + at + word.length };
}

/** True when a target stands in the element: as an element with text, or as words that say one. Not in a tool's URL. */
function has(element: Element, target: Target): boolean {
  const { rows, isDestination, pattern } = target;
  if (element.row === 'Destination') {
    const text = ownText(element.children).trim();
    return text !== '' && isDestination(text);
  }
  const isTarget = rows.has(element.row);
  return element.children.some((child) => {
    if (child.kind === 'element') return has(child, target);
    if (child.kind !== 'text' && child.kind !== 'cdata') return false;
    // Most are nothing but layout.
    return child.value.trim() !== '' && (isTarget || pattern.test(child.value));
  });
}
