// The one conversation that every caller of a benchmark has, and what of it must be in each request of a service. Where a
// call stands is read off the request itself, so the servers that check the work remember nothing.
import { isDeepStrictEqual } from 'node:util';

type Arguments = { readonly [name: string]: string };
export type ToolUse = { readonly name: string; readonly arguments: Arguments };

export const SYSTEM =
  'You answer the phone of the town library. Speak in short sentences, as one does on the phone. Look a book or a branch ' +
  'up before you say anything about it, and never read a reference aloud. Books are lent for four weeks. Every branch is ' +
  'closed on Mondays. Whoever is annoyed gets one apology, and then help.';

export const GREETING = 'Town library, good day. What can I do for you?';

/** By name: what the model is told of a tool, and of each of its arguments, all of them required. */
export const TOOLS: {
  readonly [name: string]: { readonly description: string; readonly parameters: { readonly [name: string]: string } };
} = {
  find_book: {
    description: 'Says whether a book is on the shelf, and in which branch.',
    parameters: { shelf_mark: 'The mark on the back of the book', reference: 'The reference of the enquiry' },
  },
  branch_hours: {
    description: 'Says when a branch is open this week.',
    parameters: { branch: 'The name of the branch', reference: 'The reference of the enquiry' },
  },
};

/** With what every model request begins. */
export const BEGINNING: readonly ChatMessage[] = [
  { role: 'system', content: SYSTEM },
  { role: 'assistant', content: GREETING },
];

type Step = { readonly caller: string; readonly uses: readonly ToolUse[]; readonly agent: string };

/** A call goes through them in turn, and again from the first for as long as it lasts. */
const STEPS: readonly Step[] = [
  {
    caller: 'Hello, I am looking for a book and I do not know how to begin.',
    uses: [],
    agent:
      'I will gladly help you with that. If you have the mark from the back of the book, I can tell you which branch ' +
      'keeps it, and when that branch is open this week. Would you read the mark to me, please?',
  },
  {
    caller: 'It is nine one four dash K, is it there?',
    uses: [{ name: 'find_book', arguments: { shelf_mark: '914-K' } }],
    agent:
      'The book is on the shelf today. It stands in the harbour branch on the second floor, next to the large windows ' +
      'with the atlases. Shall I put it aside for you, or would you rather look at it there first?',
  },
  {
    caller: 'And the one next to it, and when is the harbour branch open?',
    uses: [
      { name: 'find_book', arguments: { shelf_mark: '915-A' } },
      { name: 'branch_hours', arguments: { branch: 'harbour' } },
    ],
    agent:
      'That one is there as well. The harbour branch is open from ten in the morning until seven in the evening, and on ' +
      'Saturday until two. May I keep both of them for you at the front desk until Thursday?',
  },
];

/** Turns after which all kinds of turns have been had. */
export const STEP_COUNT = STEPS.length;

const stepOf = (turn: number): Step => {
  const step = STEPS[(turn - 1) % STEP_COUNT];
  if (step === undefined) throw new RangeError(`a call has no turn ${turn}`);
  return step;
};

/** Names a turn of a call in everything that is said and sent because of it; turns count from 1. */
export const referenceOf = (call: string, turn: number): string => `${call}.${turn}`;

function readReference(text: string): { readonly call: string; readonly turn: number } | undefined {
  const [, call, turn] = /([\w-]+)\.(\d+)/.exec(text) ?? [];
  return call === undefined ? undefined : { call, turn: Number(turn) };
}

/** What the caller says. */
export const callerWords = (call: string, turn: number): string =>
  `[${referenceOf(call, turn)}] ${stepOf(turn).caller}`;

/** What the caller must hear then, to the letter. */
export const agentWords = (turn: number): string => stepOf(turn).agent;

/** What the model asks for before it answers. */
export const toolUses = (call: string, turn: number): readonly ToolUse[] =>
  stepOf(turn).uses.map((use) => ({
    ...use,
    arguments: { ...use.arguments, reference: referenceOf(call, turn) },
  }));

/** What a tool answers, as sent; the arguments come back in it. */
export const toolAnswer = ({ name, arguments: given }: ToolUse): string =>
  JSON.stringify(
    name === 'find_book'
      ? { found: true, ...given, branch: 'harbour', floor: 2, due: null, copies: [{ id: 'K-1', lent: false }] }
      : { open: true, ...given, hours: { weekdays: '10-19', saturday: '10-14' }, closed: ['monday'] },
  );

/** Why a tool would not have been called so, or undefined. */
export function toolFault({ name, arguments: given }: ToolUse): string | undefined {
  const read = readReference(given['reference'] ?? '');
  const expected = read === undefined ? [] : toolUses(read.call, read.turn);
  if (expected.some((use) => isDeepStrictEqual(use, { name, arguments: given }))) return undefined;
  return `the tool ${name} is called with ${JSON.stringify(given)}`;
}

export type ChatMessage = {
  readonly role: string;
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
};
export type ChatRequest = {
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly messages?: readonly ChatMessage[];
  readonly tools?: readonly {
    readonly function: {
      readonly name: string;
      readonly parameters: { readonly properties?: object; readonly required?: readonly string[] };
    };
  }[];
};

export type ReadChatRequest =
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'due'; readonly call: string; readonly turn: number; readonly reply: 'tools' | 'words' };

/** Which reply of the conversation is due, or what of the history or of the tools is not as it must be. */
export function readChatRequest({ stream, messages: sent = [], tools = [] }: ChatRequest): ReadChatRequest {
  const wrong = (reason: string): ReadChatRequest => ({ kind: 'wrong', reason });
  if (stream !== true) return wrong('the model is not asked to stream');
  const offered = tools.map(({ function: { name, parameters } }) =>
    offer(name, Object.keys(parameters.properties ?? {}), parameters.required ?? []),
  );
  if (!isDeepStrictEqual(offered.sort(), OFFERED)) return wrong(`the tools offered are ${offered.join('; ')}`);
  const messages = withoutOpening(sent);
  const said = messages.filter(({ role }) => role === 'user');
  const turn = said.length;
  const last = readReference(said.at(-1)?.content ?? '');
  if (last?.turn !== turn) return wrong(`the words of the caller in turn ${turn} are ${said.at(-1)?.content}`);
  const isAnswered = messages.at(-1)?.role === 'tool';
  const got = summaries(messages);
  const expected = history(last.call, turn, isAnswered);
  const at = expected.findIndex((line, index) => line !== got[index]);
  if (at >= 0) return wrong(`message ${at} of turn ${turn} is "${got[at]}", expected "${expected[at]}"`);
  if (got.length > expected.length) return wrong(`turn ${turn} has a message too many: "${got[expected.length]}"`);
  const reply = stepOf(turn).uses.length > 0 && !isAnswered ? 'tools' : 'words';
  return { kind: 'due', call: last.call, turn, reply };
}

/** A service may have a line of its own for a caller who has yet to speak: some models answer only to a user. */
function withoutOpening(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const isOpened = messages[1]?.role === 'user' && messages[2]?.content === GREETING;
  return isOpened ? messages.toSpliced(1, 1) : messages;
}

/** A tool in a line, whatever the order of its parameters. */
const offer = (name: string, properties: readonly string[], required: readonly string[]): string =>
  `${name} has ${properties.toSorted().join(', ')} and requires ${required.toSorted().join(', ')}`;
const OFFERED = Object.entries(TOOLS)
  .map(([name, { parameters }]) => offer(name, Object.keys(parameters), Object.keys(parameters)))
  .sort();

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const calling = ({ name, arguments: given }: { name: string; arguments: object }): string =>
  `${name} ${JSON.stringify(given, Object.keys(given).sort())}`;

/** A line for each message; a tool's result has the call it belongs to in place of an id, which each service makes its own. */
function summaries(messages: readonly ChatMessage[]): readonly string[] {
  const calls = new Map<string, string>();
  return messages.map(({ role, content, tool_calls: toolCalls = [], tool_call_id: id }) => {
    if (role === 'tool') return `tool ${calls.get(id ?? '')}: ${content}`;
    if (toolCalls.length === 0) return `${role === 'developer' ? 'system' : role}: ${oneLine(content ?? '')}`;
    const lines = toolCalls.map(({ id, function: { name, arguments: text } }) => {
      const line = calling({ name, arguments: JSON.parse(text) as object });
      calls.set(id, line);
      return line;
    });
    return `assistant calls ${lines.join(', ')}`;
  });
}

/** The same lines, as the script has them, up to the reply that is due. */
function history(call: string, turns: number, isAnswered: boolean): readonly string[] {
  const lines = [...summaries(BEGINNING)];
  for (let turn = 1; turn <= turns; turn += 1) {
    lines.push(`user: ${callerWords(call, turn)}`);
    const uses = toolUses(call, turn);
    if (uses.length > 0 && (turn < turns || isAnswered)) {
      lines.push(`assistant calls ${uses.map(calling).join(', ')}`);
      lines.push(...uses.map((use) => `tool ${calling(use)}: ${toolAnswer(use)}`));
    }
    if (turn < turns) lines.push(`assistant: ${agentWords(turn)}`);
  }
  return lines;
}
