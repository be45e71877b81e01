import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SeenRequest } from '../servers.ts';
import { refusals } from '../refusals.ts';
import type { Json } from './carrier.ts';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
/** Where the carriers believe the server to be. */
export const PUBLIC_URL = 'https://voice.example';

/** A reply of the model: pieces of text with waits in milliseconds between them, then its calls. */
export type Reply = {
  readonly thinksMs?: number;
  readonly says?: string | readonly (string | number)[];
  readonly calls?: readonly { readonly name: string; readonly arguments?: Json }[];
  /** It ends because it is as long as it may be. */
  readonly isCut?: boolean;
  /** A status instead of an answer, every time it is asked. */
  readonly fails?: number;
};

/** An application's document; a list of them answers one request after the other, and nothing where one is missing. */
export type Document = string | ((parameters: Json) => string);

/** Stands for where an application's documents are, in documents and settings. */
export const HERE = 'https://application.example/';

/** What an application, its model and its tools do in one cell of the table. */
export type Script = {
  /** The application, or several by path of which `''` is the first; made of what the request for it says. */
  readonly documents: { readonly [path: string]: Document | readonly (Document | undefined)[] };
  /** By what the caller said last, `''` before they said anything: one reply for each round of tool calls. */
  readonly model?: { readonly [heard: string]: readonly Reply[] };
  readonly tools?: {
    readonly [name: string]: { readonly status?: number; readonly body?: string; readonly afterMs?: number };
  };
  /** Of the application, as the configuration file has them. */
  readonly settings?: Json;
};

export type ModelMessage = { readonly role: string; readonly content: string | null; readonly tool_calls?: unknown };
export type ModelAsked = { readonly messages: readonly ModelMessage[]; readonly abandoned: () => boolean };
export type Fetched = SeenRequest & { readonly parameters: Json };

/** What left the server in one cell. */
export type Traffic = {
  readonly fetched: Fetched[];
  readonly asked: ModelAsked[];
  readonly sent: ToolSent[];
  /** Requests that nobody may send. */
  readonly faults: string[];
};
type ToolSent = { readonly id: string; readonly name: string; readonly arguments: Json };

/** What tools were sent, in the order in which the model called them: at once, they may arrive in any other. */
export function calledIn({ sent }: Traffic): readonly { readonly name: string; readonly arguments: Json }[] {
  const byId = sent.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  return byId.map(({ name, arguments: values }) => ({ name, arguments: values }));
}

export type World = {
  /** Of the started server. */
  readonly url: string;
  readonly log: () => string;
  /** Of the application, the model and the tools. */
  readonly host: string;
  traffic(cell: string): Traffic;
  close(): Promise<void>;
};

/**
 * `colloquy serve` in a process of its own, with an application for every script and the credentials in the environment,
 * and the servers around it: the applications', the model's, which answers 400 to any invalid history, and the tools'.
 */
export async function startWorld(
  scripts: ReadonlyMap<string, Script>,
  environment: { readonly [variable: string]: string },
  flags: readonly string[] = [],
): Promise<World> {
  const traffics = new Map([...scripts.keys()].map((cell) => [cell, newTraffic()] as const));
  const traffic = (cell: string): Traffic => traffics.get(cell) ?? newTraffic();
  const server = createServer((incoming, response) => {
    void answer(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const { pathname } = new URL(request.path, 'http://host');
    if (pathname.endsWith('/chat/completions')) return answerModel(request, response);
    const [, kind = '', cell = '', name = ''] = pathname.split('/');
    const script = scripts.get(cell);
    if (script === undefined) return void response.writeHead(404).end();
    if (kind === 'tools') return answerTool(cell, script, name, request, response);
    const parameters = parametersOf(request);
    const { fetched } = traffic(cell);
    const times = fetched.filter((earlier) => new URL(earlier.path, 'http://host').pathname === pathname).length;
    fetched.push({ ...request, parameters });
    const document = documentOf(script, name, times);
    if (document === undefined)
      return void response.writeHead(500, { 'content-type': 'text/plain' }).end('out of order');
    const text = typeof document === 'string' ? document : document(parameters);
    response.writeHead(200, { 'content-type': 'text/xml' }).end(
      text
        .replaceAll(/<Converse\b/g, `<Converse model="${cell}"`)
        .replaceAll('https://tools.example/', `http://${host}/tools/${cell}/`)
        .replaceAll(HERE, `http://${host}/applications/${cell}/`),
    );
  }

  async function answerModel({ body, method }: SeenRequest, response: ServerResponse): Promise<void> {
    if (method === 'HEAD') return void response.end();
    const request = JSON.parse(body) as { readonly model: string; readonly messages: readonly ModelMessage[] };
    const { asked, faults } = traffic(request.model);
    const reply = replyTo(scripts.get(request.model), request.messages);
    const found = refusals(request);
    faults.push(...found);
    if (reply === undefined) faults.push(`nobody scripted an answer to ${JSON.stringify(request.messages.slice(1))}`);
    let isAbandoned = false;
    response.on('close', () => (isAbandoned = !response.writableFinished));
    asked.push({ messages: request.messages, abandoned: () => isAbandoned });
    const status = found.length > 0 || reply === undefined ? 400 : reply.fails;
    if (status !== undefined) {
      const error = { message: found.join('; ') || 'no capacity', type: 'server_error' };
      return void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    }
    await stream(reply as Reply, asked.length, response);
  }

  async function answerTool(
    cell: string,
    { tools = {} }: Script,
    name: string,
    { headers, body }: SeenRequest,
    response: ServerResponse,
  ): Promise<void> {
    traffic(cell).sent.push({ id: String(headers['webhook-id']), name, arguments: JSON.parse(body) as Json });
    const { status = 200, body: text = '{}', afterMs = 0 } = tools[name] ?? { status: 404 };
    await delay(afterMs);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }

  const agents = [...scripts].map(([cell, { settings = {} }]) => {
    const here = `http://${host}/applications/${cell}/`;
    return [cell, JSON.parse(JSON.stringify({ source: HERE, ...settings }).replaceAll(HERE, here))] as const;
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-world-'));
  const file = path.join(folder, 'colloquy.config.json');
  await writeFile(file, JSON.stringify({ agents: Object.fromEntries(agents) }));
  const started = await serve(['--config', file, '--model-url', `http://${host}/v1`, ...flags], environment);
  return {
    url: started.url,
    log: started.log,
    host,
    traffic,
    async close() {
      const gone = new Promise((resolve) => started.child.once('close', resolve));
      started.child.kill('SIGKILL');
      await gone;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** What a path answers at a time; what is there once is there every time. */
function documentOf({ documents }: Script, name: string, times: number): Document | undefined {
  const given = documents[name === 'voice.xml' ? '' : name];
  return typeof given === 'object' ? given[Math.min(times, given.length - 1)] : given;
}

const newTraffic = (): Traffic => ({ fetched: [], asked: [], sent: [], faults: [] });

/** Starts the server under the public URL on any free port, and waits until it says where it listens. */
export async function serve(
  args: readonly string[],
  environment: { readonly [variable: string]: string },
): Promise<{ readonly child: ChildProcess; readonly url: string; readonly log: () => string }> {
  const all = ['serve', ...args, '--port', '0', '--store', 'memory', '--public-url', PUBLIC_URL];
  const env = { PATH: process.env['PATH'], OPENAI_API_KEY: 'key-of-the-test', ...environment };
  const child = spawn(process.execPath, [MAIN, ...all], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const [, address] = /listens on (http:\S+?),/.exec(output) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.on('close', (code) => reject(new Error(`serve ended with ${code}: ${output}${log}`)));
  });
  return { child, url, log: () => log };
}

async function readRequest(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { method = '', url: path = '', headers } = incoming;
  return { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
}

/** What a request says, however it is encoded. */
function parametersOf({ path, headers, body }: SeenRequest): Json {
  const query = Object.fromEntries(new URL(path, 'http://host').searchParams);
  const type = headers['content-type'] ?? '';
  if (type.includes('json')) return { ...query, ...(JSON.parse(body) as Json) };
  return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
}

/** By the caller's last words and the rounds of tool calls since: a request that is tried again gets the same. */
function replyTo(script: Script | undefined, messages: readonly ModelMessage[]): Reply | undefined {
  const at = messages.findLastIndex(({ role }) => role === 'user');
  const words = messages[at]?.content ?? '';
  const model = script?.model ?? {};
  const heard = Object.keys(model).find((key) => key !== '' && words.includes(key)) ?? '';
  const hop = messages.slice(at + 1).filter((message) => message.tool_calls !== undefined).length;
  return model[heard]?.[hop];
}

async function stream(
  { thinksMs = 0, says = [], calls = [], isCut = false }: Reply,
  index: number,
  response: ServerResponse,
): Promise<void> {
  const send = (delta: Json, finish: string | null = null): void => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    response.write(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices })}\n\n`);
  };
  await delay(thinksMs);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  send({ role: 'assistant', content: '' });
  for (const piece of typeof says === 'string' ? [says] : says) {
    if (typeof piece === 'number') await delay(piece);
    else send({ content: piece });
  }
  for (const [at, { name, arguments: values = {} }] of calls.entries()) {
    const wanted = { name, arguments: JSON.stringify(values) };
    send({ tool_calls: [{ index: at, id: `call_${index}_${at}`, type: 'function', function: wanted }] });
  }
  send({}, isCut ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop');
  response.end('data: [DONE]\n\n');
}
