// The compile stage: a checked document to a Program, URLs absolute. It never reports faults: what reaches it has none.
import type { Conversation, Program, Prompt, SessionToolName, Verb } from '../call/program.ts';
import type { Document, Element } from '../language/ast.ts';
import { attribute, valueOf, words } from '../language/attributes.ts';
import { grammarOf } from '../language/grammar.ts';
import { createSource, positionOf } from '../language/source.ts';
import { dedent, elementsOf, ownText } from '../language/text.ts';
import type { BaseUrl } from '../language/url.ts';
import { markupOf } from './markup.ts';
import { programHash } from './program-hash.ts';
import { stageOf } from './stage.ts';
import { toolDefinition } from './tool-schema.ts';

/** What a document is compiled with. */
export type Origin = {
  /** The URL it was fetched from, after redirects; undefined for one that was not fetched. */
  readonly base: BaseUrl;
  /** Its text, for the lines of verbs. */
  readonly text: string;
};

/** The program of a document that has no error. */
export function compile(document: Document, { base, text }: Origin): Program {
  const source = createSource(text);
  const verbs = elementsOf(document.root).map((element) => {
    const { line } = positionOf(source, element.span.start);
    return compileVerb(element, line, base);
  });
  return { hash: programHash(verbs), verbs };
}

function compileVerb(element: Element, line: number, base: BaseUrl): Verb {
  if (element.row === 'Converse') return { kind: 'converse', line, conversation: compileConversation(element, base) };
  const conversation =
    element.row === 'Gather' ? elementsOf(element).find((child) => child.row === 'Converse') : undefined;
  return conversation === undefined ? passedVerb(element, line, base) : gatherVerb(element, conversation, line, base);
}

function passedVerb(element: Element, line: number, base: BaseUrl): Verb {
  const { stage, stageAttribute, leaveOut } = stageOf(element, base);
  return {
    kind: 'passed',
    line,
    markup: markupOf(element, base, leaveOut),
    // An unknown verb may do anything; as a rule those that do not return are known.
    flow: grammarOf(element)?.flow ?? 'plain',
    ...(stage === undefined ? {} : { stage }),
    ...(stageAttribute === undefined ? {} : { stageAttribute }),
  };
}

function gatherVerb(element: Element, converse: Element, line: number, base: BaseUrl): Verb {
  const { stage, stageAttribute, leaveOut } = stageOf(element, base);
  const children = elementsOf(element);
  return {
    kind: 'gather',
    line,
    markup: markupOf({ ...element, children: [] }, base, [...leaveOut, stageAttribute ?? '']),
    greeting: children.slice(0, children.indexOf(converse)).map((child) => markupOf(child, base)),
    conversation: compileConversation(converse, base),
    stage: stage ?? { url: base ?? '', method: 'POST' },
    actionOnEmptyResult: valueOf(element, 'actionOnEmptyResult') === 'true',
  };
}

const ROLES: ReadonlyMap<string | undefined, Prompt['role']> = new Map([
  ['System', 'system'],
  ['User', 'user'],
  ['Assistant', 'assistant'],
]);
const SESSION_TOOLS: readonly SessionToolName[] = ['hangup', 'redirect', 'dial'];

function compileConversation(element: Element, base: BaseUrl): Conversation {
  const children = elementsOf(element);
  const prompts = children.flatMap((child) => {
    const role = ROLES.get(child.row);
    const text = role === undefined ? '' : dedent(ownText(child.children));
    return role === undefined || text === '' ? [] : [{ role, text }];
  });
  const asked = words(attribute(element, 'sessionTools')?.value ?? '');
  const written = (name: string): string | undefined => attribute(element, name)?.value;
  const [model, fallback, voice, language] = ['model', 'fallback', 'voice', 'language'].map(written);
  const [temperature, maxTokens] = ['temperature', 'maxTokens'].map(written);
  return {
    ...(model === undefined ? {} : { model }),
    ...(temperature === undefined ? {} : { temperature: Number(temperature) }),
    ...(fallback === undefined ? {} : { fallback }),
    ...(maxTokens === undefined ? {} : { maxTokens: Number(maxTokens) }),
    ...(voice === undefined ? {} : { voice }),
    ...(language === undefined ? {} : { language }),
    context: valueOf(element, 'context') === 'auto' ? 'auto' : 'none',
    sessionTools: SESSION_TOOLS.filter((name) => asked.includes(name)),
    prompts,
    hearsCaller: children.some((child) => child.row === 'Speech'),
    tools: children.filter((child) => child.row === 'Tool').map((tool) => toolDefinition(tool, base)),
  };
}
