import type { Element, Span } from '../ast.ts';
import { attribute, words } from '../attributes.ts';
import type { Rule, Site } from '../rule.ts';
import { isResolvable } from '../url.ts';

/** A telephone number of at least six digits, or a SIP address. */
const NUMBER_OR_ADDRESS = /\+?\d(?:[ ().-]{0,2}\d){5}|\bsips?:[^\s"'<>]+@/;
const WEB_ADDRESS = /\bhttps?:\/\/[^\s"'<>]/;

/** Whatever may be dialled, even a short extension. */
const DIALLED: ReadonlySet<string | undefined> = new Set(['Number', 'Sip', 'Client', 'Destination']);

type SessionTool = { readonly expected: string; readonly hasTarget: (site: Site) => boolean };

/** One row per session tool that needs a target. */
const TOOLS: Readonly<Record<string, SessionTool>> = {
  dial: {
    expected: 'a telephone number or SIP address',
    hasTarget: ({ root }) => has(root, (element) => DIALLED.has(element.row), NUMBER_OR_ADDRESS),
  },
  redirect: {
    expected: 'a URL',
    // The document's own origin is always allowed.
    hasTarget: ({ root, base }) =>
      isResolvable(base) || has(root, ({ row }) => row === 'Redirect' || row === 'Destination', WEB_ADDRESS),
  },
};

/** Session tools with which the model could go nowhere. Destinations that only the operator allows are not known here. */
export const sessionToolTarget: Rule = (site, report) => {
  const asked = site.element.row === 'Converse' ? attribute(site.element, 'sessionTools') : undefined;
  if (asked === undefined) return;
  for (const name of new Set(words(asked.value))) {
    const tool = Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined;
    if (tool === undefined || tool.hasTarget(site)) continue;
    const message = `the session tool "${name}" has no target; expected ${tool.expected} in the document`;
    report('no-target', wordSpan(site.text, asked.valueSpan, name), message);
  }
};

function wordSpan(text: string, { start, end }: Span, word: string): Span {
  const at = text.slice(start, end).search(new RegExp(String.raw`(?<![^\s,])${word}(?![^\s,])`));
  return at === -1 ? { start, end } : { start: start + at, end: start + at + word.length };
}

/** True when a target stands in the element: as an element with text, or as words that say one. Not in a tool's URL. */
function has(element: Element, isTarget: (element: Element) => boolean, pattern: RegExp): boolean {
  return element.children.some((child) => {
    if (child.kind === 'element') return has(child, isTarget, pattern);
    if (child.kind !== 'text' && child.kind !== 'cdata') return false;
    return (isTarget(element) && child.value.trim() !== '') || pattern.test(child.value);
  });
}
