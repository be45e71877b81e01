import { listen, type DemoServer } from './servers.ts';

type Message = { readonly role: string; readonly content?: string | null; readonly tool_calls?: readonly ToolCall[] };
type ToolCall = { readonly id: string; readonly function: { readonly name: string; readonly arguments: string } };
type Reply = { readonly text: string } | { readonly tool: string; readonly arguments: object; readonly text?: string };

/** Milliseconds between two pieces of a reply, about as fast as a hosted model writes. */
const PIECE_EVERY_MS = 12;

/** What the caller may say, and what the model does about it. */
const UNDERSTOOD: readonly (readonly [RegExp, (words: RegExpExecArray, said: string) => Reply])[] = [
  [
    /\b(monday|tuesday|wednesday|thursday|friday|saturday)\b/i,
    ([, day = ''], said) => ({ tool: 'bookPickup', arguments: { ticket: ticketIn(said), day: day.toLowerCase() } }),
  ],
  [
    /cost|price|how much/i,
    (_, said) => ({ tool: 'priceRepair', arguments: { ticket: ticketIn(said) }, text: 'Let me see. ' }),
  ],
  [/ticket|ready|bike/i, (_, said) => ({ tool: 'findRepair', arguments: { ticket: ticketIn(said) } })],
];

/** How the model words a tool's result. */
const WORDED: { readonly [tool: string]: (result: { readonly [name: string]: unknown }) => Reply } = {
  findRepair: ({ bike, work }) => ({ text: `Your ${String(bike)} is ready. It has got ${String(work)}.` }),
  priceRepair: ({ pounds }) => ({ text: `That is ${String(pounds)} pounds. When will you come by?` }),
  bookPickup: ({ day, openUntil }) => ({
    text: `See you on ${String(day)}, we are open until ${String(openUntil)}. Goodbye!`,
    tool: 'hangup',
    arguments: {},
  }),
};

/** A server that speaks OpenAI's streaming chat completions and knows the few things that this demo is about. */
export function modelServer(): Promise<DemoServer> {
  return listen(async (request, body, response) => {
    if (request.url !== '/v1/chat/completions') {
      response.statusCode = 404;
      response.end();
      return;
    }
    const { messages } = JSON.parse(body) as { messages: readonly Message[] };
    response.setHeader('content-type', 'text/event-stream');
    for (const delta of deltas(replyTo(messages))) {
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
      await new Promise((resolve) => setTimeout(resolve, PIECE_EVERY_MS));
    }
    response.end('data: [DONE]\n\n');
  });
}

function replyTo(messages: readonly Message[]): Reply {
  const last = messages.at(-1);
  if (last?.role === 'tool') {
    const asked = messages.findLast(({ role, tool_calls }) => role === 'assistant' && tool_calls !== undefined);
    const word = WORDED[asked?.tool_calls?.[0]?.function.name ?? ''];
    return word?.(JSON.parse(last.content ?? '{}') as object as { [name: string]: unknown }) ?? { text: 'Goodbye!' };
  }
  const said = messages.filter(({ role }) => role === 'user').map(({ content }) => content ?? '');
  for (const [pattern, reply] of UNDERSTOOD) {
    const words = pattern.exec(said.at(-1) ?? '');
    if (words !== null) return reply(words, said.join(' '));
  }
  return { text: 'I can tell you about repairs. What is your ticket number?' };
}

/** The ticket number that was named last. */
function ticketIn(said: string): number {
  return Number(said.match(/\d+/g)?.at(-1) ?? 0);
}

function deltas(reply: Reply): readonly object[] {
  const pieces = (reply.text ?? '').match(/\S+\s*/g) ?? [];
  if (!('tool' in reply)) return pieces.map((content) => ({ content }));
  const call = { index: 0, id: 'call_0', type: 'function', function: { name: reply.tool, arguments: '' } };
  const written = JSON.stringify(reply.arguments).match(/.{1,8}/g) ?? [];
  return [
    ...pieces.map((content) => ({ content })),
    { tool_calls: [call] },
    ...written.map((piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
  ];
}
