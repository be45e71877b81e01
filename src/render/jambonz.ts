// The verbs of jambonz: from its dialect, still as markup, to the JSON that it reads.
import type { Markup } from '../call/program.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { printContent } from './xml.ts';

type Content = Markup | string;
type Writer = (markup: Markup, properties: JsonObject) => readonly JsonObject[];

/** A text as a value of another type; undefined when it is none of it. */
type Read = (text: string) => JsonValue | undefined;

const asNumber: Read = (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text));
const asBoolean: Read = (text) => text === 'true';

/** What is no text, by its path in a verb. */
const TYPES: { readonly [path: string]: Read } = {
  input: (text) => text.split(' ').map((input) => (input === 'dtmf' ? 'digits' : input)),
  numDigits: asNumber,
  minDigits: asNumber,
  maxDigits: asNumber,
  interDigitTimeout: asNumber,
  timeout: asNumber,
  bargein: asBoolean,
  'recognizer.asrTimeout': asNumber,
  'recognizer.enhancedModel': asBoolean,
  'recognizer.profanityFilter': asBoolean,
  'recognizer.hints': (text) => text.split(',').flatMap((phrase) => phrase.trim() || []),
  loop: (text) => asNumber(text) ?? text,
  earlyMedia: asBoolean,
  length: asNumber,
  status: asNumber,
  timeLimit: asNumber,
  answerOnBridge: asBoolean,
  beep: asBoolean,
  joinMuted: asBoolean,
  startConferenceOnEnter: asBoolean,
  endConferenceOnExit: asBoolean,
  maxParticipants: asNumber,
};

/** A name that is one for jambonz wherever the document gives none. */
const UNNAMED = 'default';

const WRITERS: { readonly [verb: string]: Writer } = {
  say: ({ children }, properties) => [{ verb: 'say', text: speechOf(children), ...properties }],
  play: ({ children }, properties) => [{ verb: 'play', url: textOf(children), ...properties }],
  dtmf: ({ children }) => [{ verb: 'dtmf', dtmf: textOf(children) }],
  pause: (_, properties) => [{ verb: 'pause', ...properties }],
  hangup: () => [{ verb: 'hangup' }],
  leave: () => [{ verb: 'leave' }],
  redirect: ({ children }) => [{ verb: 'redirect', actionHook: textOf(children) }],
  'sip:decline': (_, properties) => [{ verb: 'sip:decline', ...properties }],
  gather: gatherVerb,
  dial: ({ children }, properties) => {
    const nouns = elementsOf(children);
    const headers = nouns.filter(({ name }) => name === 'header').map(({ attributes }) => attributes);
    return [
      {
        verb: 'dial',
        target: nouns.flatMap(targetOf),
        ...properties,
        ...(headers.length > 0 && {
          headers: Object.fromEntries(headers.map(({ name = '', value = '' }) => [name, value])),
        }),
      },
    ];
  },
  conference: ({ children }, properties) => [{ verb: 'conference', name: textOf(children) || UNNAMED, ...properties }],
  enqueue: ({ children }, properties) => [{ verb: 'enqueue', name: textOf(children) || UNNAMED, ...properties }],
  dequeue: ({ children }, properties) => [{ verb: 'dequeue', name: textOf(children) || UNNAMED, ...properties }],
  'sip:refer': ({ children }, properties) => [
    { verb: 'sip:refer', referTo: elementsOf(children).map(({ children: to }) => textOf(to))[0] ?? '', ...properties },
  ],
};

/** The verbs of a response in jambonz's dialect, in their order. */
export function jambonzVerbs({ children }: Markup): readonly JsonObject[] {
  return elementsOf(children).flatMap(verbsOf);
}

function verbsOf(markup: Markup): readonly JsonObject[] {
  return WRITERS[markup.name]?.(markup, propertiesOf(markup.attributes)) ?? [];
}

/** What it says or plays is a part of it. */
function gatherVerb({ children }: Markup, properties: JsonObject): readonly JsonObject[] {
  const prompts = elementsOf(children).flatMap((child) =>
    verbsOf(child).map((prompt) => [child.name, withoutVerb(prompt)] as const),
  );
  const isKept = properties['bargein'] === false && { dtmfBargein: false };
  return [{ verb: 'gather', ...properties, ...isKept, ...Object.fromEntries(prompts) }];
}

function withoutVerb(prompt: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(prompt).filter(([name]) => name !== 'verb'));
}

function targetOf({ name, attributes, children }: Markup): readonly JsonObject[] {
  const text = textOf(children);
  if (name === 'phone') return [{ type: 'phone', number: text }];
  if (name === 'user') return [{ type: 'user', name: text }];
  const { username, password } = attributes;
  const auth = username === undefined || password === undefined ? {} : { auth: { username, password } };
  return name === 'sip' ? [{ type: 'sip', sipUri: /^sips?:/i.test(text) ? text : `sip:${text}`, ...auth }] : [];
}

/** Attributes as properties: of their types, and those with a path in an object of their own. */
function propertiesOf(attributes: Markup['attributes']): JsonObject {
  const properties: Record<string, JsonValue> = {};
  const nested = new Map<string, JsonObject>();
  for (const [path, text] of Object.entries(attributes)) {
    const read = Object.hasOwn(TYPES, path) ? TYPES[path] : undefined;
    const value = read === undefined ? text : read(text);
    const [head = '', tail] = path.split('.', 2);
    if (value === undefined) continue;
    if (tail === undefined) properties[head] = value;
    else
      nested.set(head, {
        vendor: 'default',
        ...nested.get(head),
        ...(tail === 'voice' ? voiceOf(text) : { [tail]: value }),
      });
  }
  return { ...properties, ...Object.fromEntries(nested) };
}

/**
 * `aws:Amy-Neural` is three properties. Google's names end in such words too, but as parts of themselves; they begin with
 * their language, which Google wants to be told as well.
 */
function voiceOf(text: string): JsonObject {
  const [, vendor, name = ''] = /^(\w+):(.+)$/.exec(text) ?? [];
  if (vendor === undefined) return { voice: text };
  const [, voice = name, engine] = /^(.+)-(neural|generative|standard|long-form)$/i.exec(name) ?? [];
  if (vendor === 'aws' && engine !== undefined) return { vendor, voice, engine: engine.toLowerCase() };
  const [language] = (vendor === 'google' && /^[a-z]{2,3}-[A-Z]{2}(?=-)/.exec(name)) || [];
  return { vendor, voice: name, ...(language !== undefined && { language }) };
}

function elementsOf(children: readonly Content[]): readonly Markup[] {
  return children.filter((child) => typeof child !== 'string');
}

function textOf(children: readonly Content[]): string {
  return wordsOf(children).trim();
}

function wordsOf(children: readonly Content[]): string {
  return children.filter((child) => typeof child === 'string').join('');
}

/** Words as they are; words with speech markup as a document of that. */
function speechOf(children: readonly Content[]): string {
  return elementsOf(children).length === 0 ? wordsOf(children) : `<speak>${printContent(children)}</speak>`;
}
