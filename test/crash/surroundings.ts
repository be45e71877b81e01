import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { refusals } from '../support/refusals.ts';
import type { Watch } from './points.ts';
import { replyTo, type SentMessage } from './story.ts';

/** Milliseconds of the model's stream: half a sentence, and from one to the next. */
const PIECE_MS = 90;
const SENTENCE_MS = 260;
const TOOL_MS = 120;

/** How a receiver that keeps to the idempotency key answers what it has had before. */
export const REPEAT_ANSWERS = ['same', 'conflict', 'empty'] as const;
export type RepeatAnswer = (typeof REPEAT_ANSWERS)[number];

/** A request as the model's server read it, and what is wrong with it. */
export type Asked = {
  readonly messages: readonly (SentMessage & { readonly tool_call_id?: string })[];
  readonly refusals: readonly string[];
};

/** What a tool's receiver did for the first time under an id. */
export type Effect = { readonly id: string; readonly tool: string; readonly ref: string };

/** What the servers around have seen of one call. */
export type Seen = {
  readonly asked: Asked[];
  readonly effects: Effect[];
  /** What no sender may do. */
  readonly faults: string[];
};

/** The application's host, the model and the receiver of the tools: one server, which knows calls by their CallSid. */
export type Surroundings = {
  /** `127.0.0.1:<port>`. */
  readonly host: string;
  readonly app: string;
  readonly modelUrl: string;
  seen(callSid: string): Seen;
  close(): Promise<void>;
};

export type SurroundingsOptions = {
  readonly watch?: Watch;
  readonly repeatAnswer?: (callSid: string) => RepeatAnswer;
  /** The pauses of the model and the tools, as a part of what they are. Default 1. */
  readonly pace?: number;
};

export async function startSurroundings({
  watch = () => false,
  repeatAnswer = () => 'same',
  pace = 1,
}: SurroundingsOptions = {}): Promise<Surroundings> {
  const calls = new Map<string, Seen>();
  const pause = (ms: number): Promise<void> => delay(ms * pace);

  function seen(callSid: string): Seen {
    const known = calls.get(callSid) ?? { asked: [], effects: [], faults: [] };
    calls.set(callSid, known);
    return known;
  }

  async function answer(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
    // The way to the model is opened before it is asked.
    if (request.method === 'HEAD') return void response.end();
    if (pathname.endsWith('/chat/completions')) return stream(JSON.parse(body) as ModelRequest, response);
    const [, kind, callSid = '', tool = ''] = pathname.split('/');
    if (kind === 'tools') return runTool({ callSid, tool, id: String(request.headers['webhook-id']), body }, response);
    const caller = searchParams.get('CallSid') ?? '';
    if (watch({ kind: 'document-asked', callSid: caller })) return;
    response.writeHead(200, { 'content-type': 'text/xml' }).end(documentOf(caller, host));
  }

  async function stream({ model: callSid, ...request }: ModelRequest, response: ServerResponse): Promise<void> {
    const found = refusals({ model: callSid, ...request });
    seen(callSid).asked.push({ messages: request.messages, refusals: found });
    if (found.length > 0) {
      const error = { message: found.join('; '), type: 'invalid_request_error' };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      return;
    }
    const { hop, says, calls: wanted } = replyTo(request.messages);
    const isKilled = (kind: 'model-asked' | 'model-piece' | 'model-done'): boolean => watch({ kind, callSid, hop });
    if (isKilled('model-asked')) return;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const sentence of says) {
      const half = Math.floor(sentence.length / 2);
      for (const piece of [sentence.slice(0, half), `${sentence.slice(half)} `]) {
        send(response, { content: piece });
        await pause(PIECE_MS);
        if (isKilled('model-piece')) return;
      }
      await pause(SENTENCE_MS);
    }
    for (const [index, { id, name, arguments: text }] of wanted.entries()) {
      send(response, { tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }] });
    }
    send(response, {}, wanted.length > 0 ? 'tool_calls' : 'stop');
    response.end('data: [DONE]\n\n', () => isKilled('model-done'));
  }

  /** Keeps to the idempotency key, as the documentation asks of receivers. */
  async function runTool({ callSid, tool, id, body }: ToolRequest, response: ServerResponse): Promise<void> {
    const { effects, faults } = seen(callSid);
    const { ref } = JSON.parse(body) as { readonly ref: string };
    const earlier = effects.find((effect) => effect.id === id);
    if (id === 'undefined') faults.push(`${tool} is asked for without an id`);
    if (earlier !== undefined && (earlier.tool !== tool || earlier.ref !== ref)) {
      faults.push(`${id} was ${earlier.tool} ${earlier.ref}, and is now ${tool} ${ref}`);
    }
    if (earlier === undefined) effects.push({ id, tool, ref });
    if (watch({ kind: 'tool-asked', callSid })) return;
    await pause(TOOL_MS);
    const { status, text } =
      earlier === undefined ? done(tool, ref) : REPEATS[repeatAnswer(callSid)](done(tool, ref).text);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(text, () => watch({ kind: 'tool-answered', callSid }));
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      answer(request, Buffer.concat(chunks).toString('utf8'), response).catch((error: unknown) => {
        response.destroy(error as Error);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    app: `http://${host}/application`,
    modelUrl: `http://${host}/v1`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type ModelRequest = { readonly model: string; readonly messages: Asked['messages'] };
type ToolRequest = { readonly callSid: string; readonly tool: string; readonly id: string; readonly body: string };

const done = (tool: string, ref: string): { readonly status: number; readonly text: string } => ({
  status: 200,
  text: JSON.stringify({ done: `${tool} ${ref}` }),
});

const REPEATS: {
  readonly [A in RepeatAnswer]: (first: string) => { readonly status: number; readonly text: string };
} = {
  same: (first) => ({ status: 200, text: first }),
  conflict: () => ({ status: 409, text: '' }),
  empty: () => ({ status: 200, text: '' }),
};

function send(response: ServerResponse, delta: object, finish: string | null = null): void {
  const chunk = { id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] };
  response.write(`data: ${JSON.stringify(chunk)}\n\n`);
}

/** What is said before the caller wants anything. */
export const GREETING = 'Welcome to the desk.';

/** One program for each call, so that the servers know whose model and whose tools are asked for. */
function documentOf(callSid: string, host: string): string {
  const tools = ['reserve', 'notify', 'charge'].map(
    (name) =>
      `<Tool name="${name}" url="http://${host}/tools/${callSid}/${name}"><Description>Does ${name} what is named.</Description><Parameter name="ref" source="model"/></Tool>`,
  );
  return `<Response><Gather input="speech" actionOnEmptyResult="true"><Say>${GREETING}</Say><Converse model="${callSid}">${tools.join('')}<System>Be brief.</System><Speech/></Converse></Gather></Response>`;
}
