import type { Destination, Dialled, Written } from '../call/program.ts';
import { isAddress, numbersIn } from '../call/telephone.ts';
import type { Element } from '../language/ast.ts';
import { attribute } from '../language/attributes.ts';
import { isDocumentTarget } from '../language/destination.ts';
import { grammarOf } from '../language/grammar.ts';
import { elementsOf, ownText } from '../language/text.ts';
import type { Urls } from '../language/url.ts';

/** Rows whose whole text is somebody to ring, whatever it looks like. */
const NOUNS: ReadonlyMap<string | undefined, Dialled['noun']> = new Map([
  ['Number', 'Number'],
  ['Sip', 'Sip'],
  ['Client', 'Client'],
]);
/** What stands in every text with a number or a SIP address. */
const NUMBER_OR_ADDRESS = /\d|:/;
const WEB_ADDRESS = /\bhttps?:\/\/[^\s"'<>]*[\w/=&%-]/gi;

/** Every number, address and URL that stands in the document as text. A `<Destination>` says more, and is not among them. */
export function writtenIn(root: Element, urls: Urls): Written {
  const dialled: Dialled[] = [];
  const found: string[] = [];
  const visit = (element: Element): void => {
    const text = ownText(element.children).trim();
    // Most elements have none.
    if (text !== '') read(element, text);
    for (const child of element.children) if (child.kind === 'element') visit(child);
  };
  const read = (element: Element, text: string): void => {
    const noun = NOUNS.get(element.row);
    const url = grammarOf(element)?.text?.url;
    if (element.row === 'Dial') dialled.push(dialledAt(text));
    else if (noun !== undefined) dialled.push({ noun, text });
    else if (url === 'stage') found.push(text);
    else if (url === undefined && element.row !== 'Destination') {
      // Most texts have neither, and looking for that is fast.
      if (NUMBER_OR_ADDRESS.test(text)) dialled.push(...numbersIn(text).map(dialledAt));
      if (text.includes('://')) found.push(...(text.match(WEB_ADDRESS) ?? []));
    }
  };
  visit(root);
  return { dialled, urls: [...new Set(found.flatMap((url) => absolute(url, urls) ?? []))] };
}

/** The `<Destination>`s of a conversation. */
export function destinationsOf(converse: Element, urls: Urls): readonly Destination[] {
  return elementsOf(converse)
    .filter(({ row }) => row === 'Destination')
    .flatMap((element): readonly Destination[] => {
      const target = ownText(element.children).trim();
      const written = (name: string): string | undefined => attribute(element, name)?.value.trim() || undefined;
      const [name = target, description, message] = ['name', 'description', 'message'].map(written);
      const said = { name, ...(description && { description }), ...(message && { message }) };
      if (!isDocumentTarget(target)) return [{ ...said, kind: 'dial', dialled: dialledAt(target) }];
      const url = absolute(target, urls);
      return url === undefined ? [] : [{ ...said, kind: 'redirect', url }];
    });
}

function dialledAt(text: string): Dialled {
  return { noun: isAddress(text) ? 'Sip' : 'Number', text };
}

function absolute(url: string, urls: Urls): string | undefined {
  const resolved = urls.resolve(url, { url: 'stage' });
  return resolved.kind === 'url' ? resolved.url : undefined;
}
