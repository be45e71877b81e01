import type { CallOutput } from '../call/output.ts';
import type { Markup } from '../call/program.ts';
import { SAY_MAX_CHARACTERS } from '../limits.ts';
import type { NumberedOutput, Slice } from './slice.ts';

/** The URLs that lead the platform back to us. */
export type Links = {
  /** Begins the next turn at the exit that the output `seq` holds. */
  exit(seq: number): string;
  /** Fetches the outputs from `from` on. */
  rest(from: number): string;
};

type Writers = {
  readonly [K in NumberedOutput['kind']]: (
    output: Extract<NumberedOutput, { kind: K }>,
    before: readonly Markup[],
    links: Links,
  ) => readonly Markup[];
};

/** Gives the whole of the slice so far, because a Gather takes what can be interrupted into itself. */
const writers: Writers = {
  speech: (output, before) => [...before, say(output)],
  'passed-verb': ({ seq, markup, exit, stageAttribute }, before, links) => [
    ...before,
    exit === undefined ? markup : leadingBack(markup, stageAttribute, links.exit(seq)),
  ],
  listen: ({ seq, markup }, before, links) => [
    ...before,
    { ...markup, attributes: { ...markup.attributes, action: links.exit(seq), method: 'POST' } },
  ],
  redirect: ({ seq }, before, links) => [...before, redirect(links.exit(seq))],
  hangup: (_output, before) => [...before, { name: 'Hangup', attributes: {}, children: [] }],
};

/** Nothing is ready and the caller has just been told to wait: a breath, then the platform asks again. */
const BREATH: Markup = { name: 'Pause', attributes: { length: '1' }, children: [] };

/** The `<Response>` of a slice, in CXML. What is said right before listening stands inside the Gather, interruptible. */
export function responseOf({ outputs, to, hasRest }: Slice, links: Links): Markup {
  let children: readonly Markup[] = [];
  let interruptible = 0;
  for (const output of outputs) {
    const written = writers[output.kind](output as never, children, links);
    children = output.kind === 'listen' ? gathered(written, interruptible) : written;
    interruptible = canInterrupt(output) ? interruptible + 1 : 0;
  }
  children = joinSpeech(children);
  if (hasRest) children = [...(children.length === 0 ? [BREATH] : children), redirect(links.rest(to))];
  return { name: 'Response', attributes: {}, children };
}

function canInterrupt(output: NumberedOutput): boolean {
  return output.kind === 'speech' || (output.kind === 'passed-verb' && output.greeting);
}

/** The last element, a Gather, takes the `count` elements before it into itself. */
function gathered(children: readonly Markup[], count: number): readonly Markup[] {
  const gather = children.at(-1);
  if (gather === undefined) return children;
  const inside = children.slice(children.length - 1 - count, -1);
  return [...children.slice(0, children.length - 1 - count), { ...gather, children: joinSpeech(inside) }];
}

function say({ text, voice, language }: Extract<CallOutput, { kind: 'speech' }>): Markup {
  const attributes = { ...(voice !== undefined && { voice }), ...(language !== undefined && { language }) };
  return { name: 'Say', attributes, children: [text] };
}

function redirect(url: string): Markup {
  return { name: 'Redirect', attributes: { method: 'POST' }, children: [url] };
}

function leadingBack(markup: Markup, attribute: string | undefined, url: string): Markup {
  return attribute === undefined
    ? { ...markup, attributes: { ...markup.attributes, method: 'POST' }, children: [url] }
    : { ...markup, attributes: { ...markup.attributes, [attribute]: url, method: 'POST' } };
}

/** Neighbouring sentences in one voice are one Say, so that they sound like one speaker, as far as platforms read one. */
function joinSpeech(children: readonly Markup[]): readonly Markup[] {
  const joined: Markup[] = [];
  for (const child of children) {
    const last = joined.at(-1);
    const [words] = child.children;
    const [before] = last?.children ?? [];
    if (
      last !== undefined &&
      typeof words === 'string' &&
      typeof before === 'string' &&
      isSpeech(last) &&
      isSpeech(child) &&
      last.attributes['voice'] === child.attributes['voice'] &&
      last.attributes['language'] === child.attributes['language'] &&
      before.length + words.length < SAY_MAX_CHARACTERS
    ) {
      joined[joined.length - 1] = { ...last, children: [`${before} ${words}`] };
    } else {
      joined.push(child);
    }
  }
  return joined;
}

/** A Say as `say` makes it: one text and nothing but a voice and a language. */
function isSpeech({ name, attributes, children }: Markup): boolean {
  return (
    name === 'Say' &&
    children.length === 1 &&
    Object.keys(attributes).every((attribute) => attribute === 'voice' || attribute === 'language')
  );
}
