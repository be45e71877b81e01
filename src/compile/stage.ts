import type { Stage } from '../call/program.ts';
import type { Element } from '../language/ast.ts';
import { attribute, valueOf } from '../language/attributes.ts';
import { grammarOf, stageAttributeOf } from '../language/grammar.ts';
import { ownText } from '../language/text.ts';
import type { Urls } from '../language/url.ts';

export type VerbStage = {
  readonly stage?: Stage;
  /** Where its URL stands; absent when it is the verb's text. */
  readonly stageAttribute?: string;
  /** Attributes that say how the author's server is asked, which is ours to know: the platform always posts to us. */
  readonly leaveOut: readonly string[];
};

/** The next document that a verb leads to, if it does: from its text or from its one stage attribute. */
export function stageOf(element: Element, urls: Urls): VerbStage {
  const grammar = grammarOf(element);
  if (grammar?.text?.url === 'stage') {
    const stage = stageFor(ownText(element.children), grammar.text.method, element, urls);
    return { ...stage, leaveOut: [grammar.text.method ?? ''] };
  }
  const name = stageAttributeOf(element);
  if (name === undefined) return { leaveOut: [] };
  const { method, default: byDefault } = grammar?.attributes[name] ?? {};
  const written = attribute(element, name)?.value ?? byDefault;
  const leaveOut = [method ?? ''];
  return written === undefined
    ? { leaveOut }
    : { ...stageFor(written, method, element, urls), stageAttribute: name, leaveOut };
}

function stageFor(url: string, method: string | undefined, element: Element, urls: Urls): { readonly stage?: Stage } {
  const resolved = urls.resolve(url, { url: 'stage' });
  if (resolved.kind !== 'url') return {};
  const isGet = method !== undefined && valueOf(element, method) === 'GET';
  return { stage: { url: resolved.url, method: isGet ? 'GET' : 'POST' } };
}
