// The compile stage: a checked document to a Program, URLs absolute. It never reports faults: what reaches it has none.
import type { Conversation, Program, Prompt, SessionToolName, StatusCallbackEvent, Verb } from '../call/program.ts';
import type { Document, Element } from '../language/ast.ts';
import { attribute, valueOf, words } from '../language/attributes.ts';
import { grammarOf } from '../language/grammar.ts';
import { createSource, positionOf } from '../language/source.ts';
import { dedent, elementsOf, ownText } from '../language/text.ts';
import type { Urls } from '../language/url.ts';
import { markupOf } from './markup.ts';
import { programHash } from './program-hash.ts';
import { stageOf } from './stage.ts';
import { destinationsOf, writtenIn } from './targets.ts';
import { toolDefinition } from './tool-schema.ts';

/** What a document is compiled with. */
export type Origin = {
  /** Resolved against the URL it was fetched from, after redirects. */
  readonly urls: Urls;
  /** Its text, for the lines of verbs. */
  readonly text: string;
};

/** The program of a document that has no error. */
export function compile(document: Document, { urls, text }: Origin): Program {
  const source = createSource(text);
  const verbs = elementsOf(document.root).map((element) => {
    const { line } = positionOf(source, element.span.start);
    return compileVerb(element, line, urls);
  });
  const mayLeave = verbs.some(
    (verb) => verb.kind !== 'passed' && verb.conversation.sessionTools.some((tool) => tool !== 'hangup'),
  );
  return { hash: programHash(verbs), verbs, ...(mayLeave && { written: writtenIn(document.root, urls) }) };
}

function compileVerb(element: Element, line: number, urls: Urls): Verb {
  if (element.row === 'Converse') return { kind: 'converse', line, conversation: compileConversation(element, urls) };
  const conversation =
    element.row === 'Gather' ? elementsOf(element).find((child) => child.row === 'Converse') : undefined;
  return conversation === undefined ? passedVerb(element, line, urls) : gatherVerb(element, conversation, line, urls);
}

function passedVerb(element: Element, line: number, urls: Urls): Verb {
  const { stage, stageAttribute, leaveOut } = stageOf(element, urls);
  return {
    kind: 'passed',
    line,
    markup: markupOf(element, urls, leaveOut),
    // An unknown verb may do anything; as a rule those that do not return are known.
    flow: grammarOf(element)?.flow ?? 'plain',
    ...(stage === undefined ? {} : { stage }),
    ...(stageAttribute === undefined ? {} : { stageAttribute }),
  };
}

function gatherVerb(element: Element, converse: Element, line: number, urls: Urls): Verb {
  const { stage, stageAttribute, leaveOut } = stageOf(element, urls);
  const children = elementsOf(element);
  return {
    kind: 'gather',
    line,
    markup: markupOf({ ...element, children: [] }, urls, [...leaveOut, stageAttribute ?? '']),
    greeting: children.slice(0, children.indexOf(converse)).map((child) => markupOf(child, urls)),
    conversation: compileConversation(converse, urls),
    stage: stage ?? { url: urls.base ?? '', method: 'POST' },
    actionOnEmptyResult: valueOf(element, 'actionOnEmptyResult') === 'true',
  };
}

const ROLES: ReadonlyMap<string | undefined, Prompt['role']> = new Map([
  ['System', 'system'],
  ['User', 'user'],
  ['Assistant', 'assistant'],
]);
const SESSION_TOOLS: readonly SessionToolName[] = ['hangup', 'redirect', 'dial'];

function compileConversation(element: Element, urls: Urls): Conversation {
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
    tools: children.filter((child) => child.row === 'Tool').map((tool) => toolDefinition(tool, urls)),
    ...(children.some((child) => child.row === 'Destination') && { destinations: destinationsOf(element, urls) }),
    ...statusCallbackOf(element, urls),
  };
}

const STATUS_EVENTS: readonly StatusCallbackEvent[] = ['in-progress', 'llm-response', 'tool-response', 'completed'];

function statusCallbackOf(element: Element, urls: Urls): Pick<Conversation, 'statusCallback'> {
  const written = attribute(element, 'statusCallback')?.value.trim() ?? '';
  const resolved = written === '' ? undefined : urls.resolve(written, { url: 'direct' });
  if (resolved?.kind !== 'url') return {};
  const asked = words(valueOf(element, 'statusCallbackEvent') ?? '');
  const method = valueOf(element, 'statusCallbackMethod') === 'GET' ? 'GET' : 'POST';
  const events = STATUS_EVENTS.filter((event) => asked.includes(event));
  return { statusCallback: { url: resolved.url, method, events } };
}
