// The model, in a process of its own: an OpenAI-compatible API that streams the replies of the conversation, and refuses a
// request whose history or tools are not those of the conversation.
import type { ServerResponse } from 'node:http';
import { listen, nowMs } from './answering.ts';
import { agentWords, readChatRequest, toolUses, type ChatRequest } from './conversation.ts';
import { createWitness } from './witness.ts';

/** Of a tool's arguments in one event. */
const ARGUMENT_CHARACTERS = 8;

const witness = createWitness();

function event(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return chunk({ choices });
}

function chunk(content: object): string {
  const head = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_750_000_000, model: 'bench-1' };
  return `data: ${JSON.stringify({ ...head, ...content })}\n\n`;
}

/** An event for each word. */
function wordEvents(turn: number): readonly string[] {
  const tokens = agentWords(turn).match(/\s*\S+/g) ?? [];
  return [
    ...tokens.map((content, index) => event(index === 0 ? { role: 'assistant', content } : { content })),
    event({}, 'stop'),
  ];
}

/** The head of each call, then its arguments in pieces. */
function toolEvents(call: string, turn: number): readonly string[] {
  const calls = toolUses(call, turn).flatMap(({ name, arguments: given }, index) => {
    const head = { index, id: `call_${turn}_${index}`, type: 'function', function: { name, arguments: '' } };
    const pieces = JSON.stringify(given).match(new RegExp(`.{1,${ARGUMENT_CHARACTERS}}`, 'g')) ?? [];
    return [
      event({ ...(index === 0 && { role: 'assistant', content: null }), tool_calls: [head] }),
      ...pieces.map((text) => event({ tool_calls: [{ index, function: { arguments: text } }] })),
    ];
  });
  return [...calls, event({}, 'tool_calls')];
}

const USAGE = chunk({ choices: [], usage: { prompt_tokens: 300, completion_tokens: 50, total_tokens: 350 } });
const DONE = 'data: [DONE]\n\n';

/** Writes one event after the other, each when it is due: a late one does not delay the next. */
function stream(events: readonly string[], response: ServerResponse, onEnd: () => void): void {
  const { firstTokenMs, tokensPerSecond } = witness.pace;
  const startsAtMs = performance.now() + firstTokenMs;
  const dueAtMs = (index: number): number => startsAtMs + (index * 1000) / tokensPerSecond;
  let next = 0;
  const write = (): void => {
    let text = '';
    const until = performance.now();
    while (next < events.length && dueAtMs(next) <= until) {
      text += events[next];
      next += 1;
    }
    if (next === events.length) {
      response.end(text);
      onEnd();
      return;
    }
    if (text !== '') response.write(text);
    setTimeout(write, Math.ceil(dueAtMs(next) - until));
  };
  write();
}

listen('the model server', (request, response) => {
  const fromMs = nowMs();
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    // A service may open its way to the model ahead of the first question.
    if (request.method === 'POST') answer(body, fromMs, response);
    else response.writeHead(404).end();
  });
});

function answer(body: string, fromMs: number, response: ServerResponse): void {
  const asked = JSON.parse(body) as ChatRequest;
  const read = readChatRequest(asked);
  if (read.kind === 'wrong') {
    witness.blame(read.reason);
    const error = { message: read.reason, type: 'invalid_request_error' };
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    return;
  }
  const { call, turn, reply } = read;
  const events = reply === 'tools' ? toolEvents(call, turn) : wordEvents(turn);
  const last = (asked.stream_options?.include_usage === true ? USAGE : '') + DONE;
  const all = [...events.slice(0, -1), events.at(-1) + last];
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  stream(all, response, () => witness.saw({ reference: `${call}.${turn}`, fromMs, toMs: nowMs() }));
}
