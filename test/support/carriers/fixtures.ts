import { readdirSync, readFileSync } from 'node:fs';
import { ENGLISH } from '../../../src/interpret/lines.ts';
import { parseStrictly, textOf, type XmlNode } from '../xml.ts';
import { SILENCE, type CallerLine, type Heard } from './call.ts';
import type { DialStatus, Json } from './carrier.ts';
import { elementsOf } from './grammar.ts';
import { HERE, type Reply, type Script } from './world.ts';

const FOLDER = new URL('../../../fixtures/calls/', import.meta.url);

type RecordedStep = {
  readonly document?: string;
  readonly unavailable?: string;
  readonly url?: string;
  readonly ends?: string;
  readonly says?: string;
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
  readonly finish?: string;
  readonly timer?: string;
  readonly tool?: string;
  readonly arguments?: Json;
  readonly result?: string;
};
type RecordedTurn = {
  readonly from: 'start' | 'resume' | 'listen' | 'redirect' | 'passed-verb';
  readonly request: { readonly [name: string]: string };
  readonly steps: readonly RecordedStep[];
};
type RecordedSettings = { readonly transfers?: Json; readonly fallbackDocument?: string; readonly lines?: Json };
type RecordedCall = { readonly settings?: RecordedSettings; readonly turns: readonly RecordedTurn[] };

/** A recorded call as a script that any carrier can run. */
export type CallFixture = {
  readonly name: string;
  readonly script: Script;
  readonly says: readonly CallerLine[];
  readonly dials: readonly DialStatus[];
  /** Whether a recording is asked for and nothing is recorded. */
  readonly recordsNothing: boolean;
  /** All that the caller heard, without lines that ask for patience. */
  readonly hears: string;
  /** Undefined where the recording stops before the call does. */
  readonly ends: Heard['end'] | undefined;
  /** What tools were sent. */
  readonly sent: readonly { readonly name: string; readonly arguments: Json }[];
};

/** How long a model or a tool thinks for a line that asked for patience meanwhile. */
const THINKS_PER_FILLER_MS = 3_300;
/** Between two sentences: the answer goes out with the first of them, and the next comes before a line would ask for patience. */
const PAUSES_MS = 2_500;
/** Two show that none follows itself; every further one only takes its time. */
const MOST_THINKING_MS = THINKS_PER_FILLER_MS * 2;

/** The folders of fixtures/calls, without some. */
export function callFixtures(isLeftOut: (name: string) => boolean): readonly CallFixture[] {
  return readdirSync(FOLDER)
    .filter((name) => !isLeftOut(name))
    .map(readFixture);
}

function readFixture(name: string): CallFixture {
  const folder = new URL(`${name}/`, FOLDER);
  const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
  const { settings = {}, turns } = JSON.parse(read('call.json')) as RecordedCall;
  const answers = readdirSync(new URL('expected/', folder))
    .toSorted()
    .map((file) => parseStrictly(read(`expected/${file}`)));
  const walks = walksIn(answers, turns);
  const listensForKeys = turns.some(({ from, request }) => from === 'listen' && request['Digits'] !== undefined);
  return {
    name,
    script: {
      documents: documentsIn(turns, (file) => withToolsHere(listensForKeys ? listening(read(file)) : read(file))),
      model: modelIn(turns),
      tools: toolsIn(turns),
      settings: settingsHere(settings),
    },
    says: turns.flatMap((turn, index) => lineOf(turn, answers[index - 1])),
    dials: turns.flatMap(({ request }) => (request['DialCallStatus'] as DialStatus | undefined) ?? []),
    recordsNothing: turns.every(({ request }) => request['RecordingUrl'] === undefined),
    hears: walks.flatMap(({ heard }) => heard).join(' '),
    ends: walks.at(-1)?.end,
    sent: turns.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.tool === undefined ? [] : [{ name: step.tool, arguments: step.arguments ?? {} }])),
    ),
  };
}

/** A carrier sends keys only where a document listens for them. */
const listening = (document: string): string => document.replace('input="speech"', 'input="dtmf speech"');

const withToolsHere = (document: string): string =>
  document.replaceAll(/<Tool name="(\w+)" url="[^"]*"/g, '<Tool name="$1" url="https://tools.example/$1"');

/** The name of a document among those of its application, whose own has none. */
const pathOf = (url: string): string => url.replace('https://app.example/', '').replace(/^voice\.xml$/, '');

/** What each URL answers, one time after the other. */
function documentsIn(turns: readonly RecordedTurn[], read: (file: string) => string): Script['documents'] {
  const documents: { [path: string]: (string | undefined)[] } = {};
  for (const { document, unavailable, url = '' } of turns.flatMap(({ steps }) => steps)) {
    if (document === undefined && unavailable === undefined) continue;
    (documents[pathOf(url)] ??= []).push(document === undefined ? undefined : read(document));
  }
  return documents;
}

function settingsHere({ transfers, fallbackDocument, lines }: RecordedSettings): Json {
  const given = Object.entries(transfers ?? {}).filter(([, patterns]) => (patterns as readonly string[]).length > 0);
  return {
    ...(given.length > 0 && { transfers: Object.fromEntries(given) }),
    ...(lines !== undefined && { lines }),
    ...(fallbackDocument !== undefined && { fallback: `${HERE}${pathOf(fallbackDocument)}` }),
  };
}

function lineOf({ from, request }: RecordedTurn, before: XmlNode | undefined): readonly CallerLine[] {
  if (from === 'resume') return [{ unanswered: request['SpeechResult'] ?? '' }];
  if (request['Digits'] !== undefined) return [{ keys: request['Digits'] }];
  if (request['SpeechResult'] || from === 'listen') return [request['SpeechResult'] || SILENCE];
  // Where a redirect of ours follows a document that listened, the caller was silent.
  const hasListened = before !== undefined && elementsOf(before).some((verb) => verb.name === 'Gather');
  return from === 'redirect' && hasListened ? [SILENCE] : [];
}

type Walk = { readonly heard: readonly string[]; readonly end: Heard['end'] | undefined };

/** What is heard of each answer, up to where the next turn goes on from or the call ends. */
function walksIn(answers: readonly XmlNode[], turns: readonly RecordedTurn[]): readonly Walk[] {
  // A turn with several answers goes on in the last of them.
  const next = turns.flatMap(({ steps }, index) => {
    const count = steps.filter((step) => 'answer' in step).length;
    return Array.from({ length: count }, (_, at) => (at < count - 1 ? undefined : turns[index + 1]));
  });
  return answers.map((answer, index) => walk(elementsOf(answer), next[index], index === answers.length - 1));
}

function walk(verbs: readonly XmlNode[], next: RecordedTurn | undefined, isLast: boolean): Walk {
  const heard: string[] = [];
  for (const verb of verbs) {
    if (verb.name === 'Hangup') return { heard, end: 'hangup' };
    if (verb.name === 'Redirect') return { heard, end: undefined };
    if (verb.name === 'Gather') {
      heard.push(...elementsOf(verb).flatMap(soundOf));
      if (isLast) return { heard, end: 'caller-done' };
      if (next?.from !== 'redirect') return { heard, end: undefined };
    }
    if (verb.name === 'Record' && next !== undefined) return { heard, end: undefined };
    if (verb.name === 'Dial' && verb.attributes['action'] !== undefined) return { heard, end: undefined };
    heard.push(...soundOf(verb));
  }
  return { heard, end: 'document-end' };
}

function soundOf(verb: XmlNode): readonly string[] {
  if (verb.name === 'Play') return ['[AUDIO]'];
  const text = verb.name === 'Say' ? textOf(verb) : '';
  return text === '' || ENGLISH.fillers.includes(text) ? [] : [text];
}

/** The model's replies by what the caller said last: what follows a Dial belongs to the words before it. */
function modelIn(turns: readonly RecordedTurn[]): NonNullable<Script['model']> {
  const model: { [heard: string]: Reply[] } = {};
  let heard = '';
  for (const turn of turns) {
    heard = turn.request['SpeechResult'] || (turn.from === 'listen' ? turn.request['Digits'] : undefined) || heard;
    (model[heard] ??= []).push(...repliesIn(turn));
  }
  return model;
}

/** The model's replies in a turn; timers become the time that it thinks. */
function repliesIn({ steps }: RecordedTurn): readonly Reply[] {
  const replies: Reply[] = [];
  let thinksMs = 0;
  let says: (string | number)[] = [];
  for (const step of steps) {
    if (step.timer === 'filler') {
      if (says.length > 0) says.push(PAUSES_MS);
      else thinksMs = Math.min(thinksMs + THINKS_PER_FILLER_MS, MOST_THINKING_MS);
    }
    if (step.tool !== undefined) thinksMs = 0;
    if (step.says !== undefined) says.push(step.says);
    if (step.ends === undefined) continue;
    replies.push({
      thinksMs,
      says: [...says, step.ends],
      calls: (step.calls ?? []).map((call) => ({ name: call.name, arguments: argumentsHere(call.arguments) })),
      ...(step.finish === 'error' && { fails: 503 }),
      ...(step.finish === 'length' && { isCut: true }),
    });
    thinksMs = 0;
    says = [];
  }
  return replies;
}

/** Documents here do not stand at the top of their server. */
const argumentsHere = (text: string): Json => JSON.parse(text.replace('"/', '"')) as Json;

/** Tools answer what they answered, after the lines that asked for patience while they ran. */
function toolsIn(turns: readonly RecordedTurn[]): NonNullable<Script['tools']> {
  const tools: { [name: string]: { readonly body: string; readonly afterMs: number } } = {};
  for (const { steps } of turns) {
    let afterMs = 0;
    for (const step of steps) {
      if (step.timer === 'filler') afterMs = Math.min(afterMs + THINKS_PER_FILLER_MS, MOST_THINKING_MS);
      if (step.ends !== undefined) afterMs = 0;
      if (step.tool !== undefined) tools[step.tool] = { body: step.result ?? '', afterMs };
    }
  }
  return tools;
}
