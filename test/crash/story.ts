// What callers say in these calls, and how a model answers that has no memory but what a request shows it: it goes on
// wherever the conversation says that it stopped, as a real one would.

type Hop = { readonly parts: readonly number[]; readonly calls: readonly string[] };

/** Turns by what the caller wants: what the model says, in numbered parts, and which tools it calls, hop by hop. */
export const TALES = {
  short: [{ parts: [1], calls: [] }],
  talk: [{ parts: [1, 2, 3, 4, 5], calls: [] }],
  order: [
    { parts: [1], calls: ['reserve', 'notify'] },
    { parts: [], calls: ['charge'] },
    { parts: [2, 3, 4], calls: [] },
  ],
} as const satisfies { readonly [tale: string]: readonly Hop[] };

export type Tale = keyof typeof TALES;

/** A thing that the caller wants once: its tale, and a word for it that nobody else uses. */
export type Wish = { readonly tale: Tale; readonly ref: string };

/** The caller's words. */
export function wordsOf({ tale, ref }: Wish): string {
  return `${tale} ${ref}`;
}

/** A sentence of the reply, told apart from any other that is ever said. */
export function partOf(number: number, ref: string): string {
  return `Part ${number} of ${ref}.`;
}

/** Every sentence of the reply to this wish, in order. */
export function partsOf({ tale, ref }: Wish): readonly string[] {
  return hopsOf(tale).flatMap(({ parts }) => parts.map((number) => partOf(number, ref)));
}

/** The tools that this wish needs, each once. */
export function toolsOf({ tale }: Wish): readonly string[] {
  return hopsOf(tale).flatMap(({ calls }) => calls);
}

/** The numbered sentences in a text, as they stand there. */
export function partsIn(text: string): readonly string[] {
  return text.match(PART) ?? [];
}

/** The text without what the model says in these calls. */
export function withoutParts(text: string): string {
  return text.replaceAll(PART, '').replaceAll(NOTHING_MORE, '').replaceAll(/\s+/g, ' ').trim();
}

const PART = /Part \d+ of \w+\./g;
const NOTHING_MORE = /There is nothing more on \w+\./g;

/** A message of a model request, as far as the model here looks at it. */
export type SentMessage = {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
};

export type Reply = {
  readonly ref: string;
  readonly hop: number;
  readonly says: readonly string[];
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
};

/** What the model answers to this conversation. Where all has been said, it says so, because models do not stay silent. */
export function replyTo(messages: readonly SentMessage[]): Reply {
  const at = messages.findLastIndex(({ role, content }) => role === 'user' && wishIn(content) !== undefined);
  const wish = wishIn(messages[at]?.content ?? null);
  if (wish === undefined) throw new Error('the caller has not said what to do');
  const since = messages.slice(at + 1).filter(({ role }) => role === 'assistant');
  const asked = new Set(since.flatMap(({ tool_calls: calls = [] }) => calls.map((call) => call.function.name)));
  const said = new Set(since.flatMap(({ content }) => partsIn(content ?? '')));
  const hops = hopsOf(wish.tale);
  const open = hops.findIndex(({ calls }) => calls.some((name) => !asked.has(name)));
  const hop = open === -1 ? hops.length - 1 : open;
  const { parts = [], calls = [] } = hops[hop] ?? {};
  const says = parts.map((number) => partOf(number, wish.ref)).filter((part) => !said.has(part));
  return {
    ref: wish.ref,
    hop,
    says: says.length === 0 && calls.length === 0 ? [`There is nothing more on ${wish.ref}.`] : says,
    calls: calls
      .filter((name) => !asked.has(name))
      .map((name) => ({ id: `call_${hop}_${name}`, name, arguments: JSON.stringify({ ref: wish.ref }) })),
  };
}

function wishIn(content: string | null): Wish | undefined {
  const [, tale = '', ref = ''] = /^(\w+) (\w+)$/.exec(content ?? '') ?? [];
  return Object.hasOwn(TALES, tale) ? { tale: tale as Tale, ref } : undefined;
}

function hopsOf(tale: Tale): readonly Hop[] {
  return TALES[tale];
}
