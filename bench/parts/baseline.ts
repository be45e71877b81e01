// What somebody would write by hand for this one conversation, and nothing else: a server of node:http, undici's dispatch,
// events cut out of the stream by line, messages kept as JSON text, tools run side by side. It verifies no signature, keeps
// no log, and knows no failure, no deadline and no other application: it is the least that the work can cost.
import type { ServerResponse } from 'node:http';
import { StringDecoder } from 'node:string_decoder';
import { Pool } from 'undici';
import { listen } from './answering.ts';
import { BEGINNING, GREETING, TOOLS, type ChatMessage } from './conversation.ts';

type ToolCall = {
  readonly id: string;
  readonly type: 'function';
  readonly function: { name: string; arguments: string };
};
type Delta = {
  readonly content?: string | null;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id?: string;
    readonly function: { readonly name?: string; readonly arguments?: string };
  }[];
};

const [modelOrigin = '', toolOrigin = ''] = process.argv.slice(2);
const model = new Pool(modelOrigin, { connections: 4096, keepAliveTimeout: 60_000 });
const tools = new Pool(toolOrigin, { connections: 4096, keepAliveTimeout: 60_000 });

const JSON_TYPE = { 'content-type': 'application/json' };
const HEAD = `{"model":"bench-1","stream":true,"messages":[${BEGINNING.map((message) => JSON.stringify(message)).join(',')}`;
const TAIL = `],"tools":${JSON.stringify(
  Object.entries(TOOLS).map(([name, { description, parameters }]) => ({
    type: 'function',
    function: {
      name,
      description,
      parameters: {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(parameters).map(([key, about]) => [key, { type: 'string', description: about }]),
        ),
        required: Object.keys(parameters),
        additionalProperties: false,
      },
    },
  })),
)}}`;

/** By CallSid: the messages since the greeting, each with a comma before it. */
const calls = new Map<string, string>();
const written = (message: ChatMessage): string => `,${JSON.stringify(message)}`;

type Reply = { text: string; readonly calls: ToolCall[] };

function readLine(line: string, reply: Reply, onText: (piece: string) => void): void {
  if (!line.startsWith('data: {')) return;
  const { choices } = JSON.parse(line.slice('data: '.length)) as { readonly choices: readonly { delta: Delta }[] };
  const delta = choices[0]?.delta;
  if (delta?.content) {
    reply.text += delta.content;
    onText(delta.content);
  }
  for (const { index, id, function: part } of delta?.tool_calls ?? []) {
    const call = reply.calls[index];
    if (call !== undefined) call.function.arguments += part.arguments ?? '';
    else reply.calls[index] = { id: id ?? '', type: 'function', function: { name: part.name ?? '', arguments: '' } };
  }
}

function askModel(messages: string, onText: (piece: string) => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8');
    const reply: Reply = { text: '', calls: [] };
    let rest = '';
    let status = 0;
    model.dispatch(
      { method: 'POST', path: '/v1/chat/completions', headers: JSON_TYPE, body: HEAD + messages + TAIL },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, statusCode) => {
          status = statusCode;
        },
        onResponseData: (_, bytes) => {
          const lines = (rest + decoder.write(bytes)).split('\n');
          rest = lines.pop() ?? '';
          if (status === 200) for (const line of lines) readLine(line, reply, onText);
        },
        onResponseEnd: () => {
          if (status === 200) resolve(reply);
          else reject(new Error(`the model answered ${status}: ${rest}`));
        },
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

async function runTool({ id, function: { name, arguments: given } }: ToolCall): Promise<string> {
  const { body } = await tools.request({ method: 'POST', path: `/${name}`, headers: JSON_TYPE, body: given });
  return written({ role: 'tool', tool_call_id: id, content: await body.text() });
}

async function runTurn(callSid: string, said: string, onText: (piece: string) => void): Promise<string> {
  let messages = (calls.get(callSid) ?? '') + written({ role: 'user', content: said });
  for (;;) {
    const reply = await askModel(messages, onText);
    if (reply.calls.length === 0) {
      calls.set(callSid, messages + written({ role: 'assistant', content: reply.text }));
      return reply.text;
    }
    messages += written({ role: 'assistant', content: null, tool_calls: reply.calls });
    messages += (await Promise.all(reply.calls.map(runTool))).join('');
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function answer(response: ServerResponse, words: string): void {
  const gather = `<Gather input="speech" action="/voice/bench/turn"><Say>${escaped(words)}</Say></Gather>`;
  response.setHeader('content-type', 'text/xml');
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Response>${gather}</Response>`);
}

async function turn(form: URLSearchParams, response: ServerResponse): Promise<void> {
  const fromMs = performance.now();
  let sofar = '';
  let firstMs: number | undefined;
  const words = await runTurn(form.get('CallSid') ?? '', form.get('SpeechResult') ?? '', (piece) => {
    if (firstMs !== undefined) return;
    sofar += piece;
    if (/[.?!]\s/.test(sofar)) firstMs = performance.now() - fromMs;
  });
  if (firstMs !== undefined) response.setHeader('server-timing', `fs;dur=${firstMs.toFixed(2)}`);
  answer(response, words);
}

listen('the baseline', (request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    const form = new URLSearchParams(body);
    if (request.url === '/voice/bench') return answer(response, GREETING);
    if (request.url === '/voice/bench/status') {
      calls.delete(form.get('CallSid') ?? '');
      return void response.writeHead(204).end();
    }
    return void turn(form, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
});
