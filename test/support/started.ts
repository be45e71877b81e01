import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { SeenRequest } from './servers.ts';
import { refusals } from './refusals.ts';
import { parseStrictly, textOf, type XmlNode } from './xml.ts';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
/** Starting a process on a machine that is busy takes a while. */
const STARTING_MS = 30_000;
/** Documents of one answer to the caller; one that needs more goes round in a circle. */
const MOST_DOCUMENTS = 30;

type Json = { readonly [name: string]: unknown };

/** A reply of the model: pieces of text with waits in milliseconds between them, then calls, then its end. */
export type ModelAnswer = {
  readonly says?: string | readonly (string | number)[];
  readonly calls?: readonly { readonly name: string; readonly arguments?: Json | string; readonly id?: string }[];
  /** `open` never ends; `cut` loses the connection; default: a proper end. */
  readonly ends?: 'whole' | 'open' | 'cut';
};

export type ToolAnswer = {
  readonly status?: number;
  readonly body?: string;
  readonly type?: string;
  readonly afterMs?: number;
  /** `never` answers nothing; `drop` loses the connection after the request was read. */
  readonly ends?: 'never' | 'drop';
};

export type Script = {
  /** Its Converse elements get a model, and its tools of `https://tools.example/` a server, of the call's own. */
  readonly document: string | ((times: number) => string);
  readonly model?: readonly ModelAnswer[] | ((request: ModelAsked, index: number) => ModelAnswer);
  /** By name; of several answers each is given once, and the last again. */
  readonly tools?: { readonly [name: string]: ToolAnswer | readonly ToolAnswer[] };
};

export type ModelMessageSent = {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string } }[];
  readonly tool_call_id?: string;
};

/** A request as the model server read it. */
export type ModelAsked = {
  readonly messages: readonly ModelMessageSent[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
};

/** A request as the tool server read it. */
export type ToolSent = {
  readonly name: string;
  readonly arguments: unknown;
  readonly id: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Whether the other side went away before it was answered. */
  abandoned: boolean;
};

/** What the caller hears until it is their turn, or the call is over. */
export type Heard = {
  readonly words: readonly string[];
  readonly end: 'listening' | 'hangup' | 'document-end';
  readonly documents: readonly string[];
};

/** One call of the started server, with everything that leaves it. */
export type StartedCall = {
  readonly callSid: string;
  readonly asked: readonly ModelAsked[];
  readonly sent: readonly ToolSent[];
  /** Requests for the document. */
  readonly fetched: readonly SeenRequest[];
  /** The voice URL, without a token; then every redirect. With other parameters, in mid-turn, it interrupts. */
  arrives(parameters?: { readonly [name: string]: string }): Promise<Heard>;
  /** The caller speaks where the last document listened. */
  says(words: string): Promise<Heard>;
  /** One request alone, and its answer as it is. */
  post(url: string, parameters?: Json, headers?: { readonly [name: string]: string }): Promise<Answered>;
  /** Where the last document listened. */
  readonly action: string;
  readonly voiceUrl: string;
  readonly statusUrl: string;
};

export type Answered = { readonly status: number; readonly body: string; readonly tookMs: number };

export type Started = {
  readonly url: string;
  /** `127.0.0.1:<port>` of application, model and tools. */
  readonly host: string;
  /** Standard error so far: the log. */
  readonly log: string;
  /** A call from a caller of its own, with a document, a model and tools of its own. */
  call(script: Script, app?: string): StartedCall;
  /** Sends the process a signal. */
  signal(name: NodeJS.Signals): void;
  /** The exit code of the process once it has ended; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Answers GETs of this path on the application's host. */
  serve(path: string, status: number, headers: { readonly [name: string]: string }): void;
};

export type StartedOptions = {
  /** Further applications: their names and their paths on the application's host. */
  readonly apps?: { readonly [name: string]: string };
  /** A folder for recorded calls. */
  readonly record?: string;
};

type Live = StartedCall & {
  readonly script: Script;
  readonly asked: ModelAsked[];
  readonly sent: ToolSent[];
  readonly fetched: SeenRequest[];
};

/**
 * `colloquy serve` in a process of its own for the tests of a file, on the real clock, and the servers around it: the
 * application's, the model's, which answers 400 to any invalid history, and the tools'. No host is allowed but the
 * application's own, which has the tools as well.
 */
export function useStarted({ apps = {}, record }: StartedOptions = {}): Started {
  const calls = new Map<string, Live>();
  const paths = new Map<string, { readonly status: number; readonly headers: { readonly [name: string]: string } }>();
  const faults: string[] = [];
  let log = '';
  let url = '';
  let host = '';
  let child: ChildProcess | undefined;
  let end: (code: number | null) => void = () => undefined;
  const ended = new Promise<number | null>((resolve) => (end = resolve));

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url: path = '', headers } = incoming;
      const request = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      answer(request, response).catch((error: unknown) => {
        faults.push(String(error));
        response.destroy();
      });
    });
  });

  async function answer(request: SeenRequest, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.path, 'http://host');
    const fixed = paths.get(pathname);
    if (fixed !== undefined) {
      response.writeHead(fixed.status, fixed.headers).end();
      return;
    }
    // The way to the model is opened before it is asked.
    if (request.method === 'HEAD') return void response.writeHead(200).end();
    if (pathname.endsWith('/chat/completions')) return answerModel(request, response);
    const [, kind = '', key = '', name = ''] = pathname.split('/');
    if (kind === 'tools') return answerTool(calls.get(key), name, request, response);
    const call = calls.get(searchParams.get('CallSid') ?? new URLSearchParams(request.body).get('CallSid') ?? '');
    if (call === undefined) throw new Error(`nobody expects ${request.method} ${request.path}`);
    call.fetched.push(request);
    const { document } = call.script;
    const text = typeof document === 'string' ? document : document(call.fetched.length);
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        text
          .replaceAll(/<Converse\b/g, `<Converse model="${call.callSid}"`)
          .replaceAll('https://tools.example/', `http://${host}/tools/${call.callSid}/`),
      );
  }

  async function answerModel({ body }: SeenRequest, response: ServerResponse): Promise<void> {
    const request = JSON.parse(body) as ModelAsked & { readonly model: string };
    const found = [...refusals(request)];
    const call = calls.get(request.model);
    if (call === undefined) found.push(`nobody expects the model ${request.model}`);
    if (call === undefined || found.length > 0) {
      faults.push(...found);
      const error = { message: found.join('; '), type: 'invalid_request_error' };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      return;
    }
    const index = call.asked.push(request) - 1;
    const { model = [] } = call.script;
    const reply = typeof model === 'function' ? model(request, index) : model[index];
    if (reply === undefined) throw new Error(`the model is asked ${index + 1} times: ${body}`);
    await stream(reply, index, response);
  }

  async function answerTool(
    call: Live | undefined,
    name: string,
    { headers, body }: SeenRequest,
    response: ServerResponse,
  ): Promise<void> {
    const answers = call?.script.tools?.[name];
    if (call === undefined || answers === undefined) throw new Error(`nobody expects a call of the tool ${name}`);
    const id = headers['webhook-id'];
    const sent: ToolSent = {
      name,
      arguments: JSON.parse(body),
      id: typeof id === 'string' ? id : undefined,
      headers,
      abandoned: false,
    };
    response.on('close', () => (sent.abandoned = !response.writableFinished));
    const times = call.sent.filter((earlier) => earlier.name === name).length;
    call.sent.push(sent);
    const list = Array.isArray(answers) ? (answers as readonly ToolAnswer[]) : [answers as ToolAnswer];
    const {
      status = 200,
      body: text = '{}',
      type = 'application/json',
      afterMs = 0,
      ends,
    } = list[Math.min(times, list.length - 1)] ?? {};
    await delay(afterMs);
    if (ends === 'drop') response.destroy();
    else if (ends !== 'never') response.writeHead(status, { 'content-type': type }).end(text);
  }

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const named = Object.entries({ desk: '/application', ...apps }).map(
      ([app, path]) => `${app}=http://${host}${path}`,
    );
    const args = ['serve', '--app', ...named, '--port', '0', '--store', 'memory', '--model-url', `http://${host}/v1`];
    if (record !== undefined) args.push('--record', record);
    const env = { PATH: process.env['PATH'], OPENAI_API_KEY: 'key-of-the-test' };
    const started = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    started.once('close', end);
    started.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    url = await new Promise<string>((resolve, reject) => {
      let output = '';
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        const [, address] = /listens on (http:\S+?),/.exec(output) ?? [];
        if (address !== undefined) resolve(address);
      });
      started.on('close', (code) => reject(new Error(`serve ended with ${code}: ${output}${log}`)));
    });
  }, STARTING_MS);

  afterEach(() => {
    expect(faults.splice(0), 'requests that nobody may send').toEqual([]);
  });

  afterAll(async () => {
    if (child?.kill('SIGKILL') === true) await ended;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  return {
    get url() {
      return url;
    },
    get host() {
      return host;
    },
    get log() {
      return log;
    },
    call(script, app = 'desk') {
      const call = createCall(`${url}/voice/${app}`, `CA${String(calls.size + 1).padStart(6, '0')}`, script);
      calls.set(call.callSid, call);
      return call;
    },
    signal: (name) => void child?.kill(name),
    ended,
    serve: (path, status, headers) => void paths.set(path, { status, headers }),
  };
}

async function stream(
  { says = [], calls = [], ends = 'whole' }: ModelAnswer,
  index: number,
  response: ServerResponse,
): Promise<void> {
  const send = (delta: Json, finish: string | null = null): void => {
    const chunk = { id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  send({ role: 'assistant', content: '' });
  for (const piece of typeof says === 'string' ? [says] : says) {
    if (typeof piece === 'number') await delay(piece);
    else send({ content: piece });
  }
  for (const [at, { name, arguments: given = {}, id = `call_${index}_${at}` }] of calls.entries()) {
    const text = typeof given === 'string' ? given : JSON.stringify(given);
    send({ tool_calls: [{ index: at, id, type: 'function', function: { name, arguments: text } }] });
  }
  if (ends === 'cut') await delay(20).then(() => response.destroy());
  if (ends !== 'whole') return;
  send({}, calls.length > 0 ? 'tool_calls' : 'stop');
  response.end('data: [DONE]\n\n');
}

function createCall(voiceUrl: string, callSid: string, script: Script): Live {
  let action = '';
  const base = { CallSid: callSid, AccountSid: 'AC1', From: '+15550001111', To: '+15550002222', CallStatus: 'ringing' };

  async function post(
    url: string,
    parameters: Json = {},
    headers: { readonly [name: string]: string } = {},
  ): Promise<Answered> {
    const startedAtMs = performance.now();
    const form = new URLSearchParams({ ...base, ...parameters } as Record<string, string>);
    const response = await fetch(url, { method: 'POST', body: form, headers });
    const body = await response.text();
    return { status: response.status, body, tookMs: performance.now() - startedAtMs };
  }

  /** As a carrier walks documents: one verb after the other, until it listens, hangs up or has none left. */
  async function walk(url: string, parameters: Json): Promise<Heard> {
    const words: string[] = [];
    const documents: string[] = [];
    let next: string | undefined = url;
    while (next !== undefined) {
      if (documents.length === MOST_DOCUMENTS) throw new Error(`the call goes round in a circle at ${next}`);
      const { status, body } = await post(next, documents.length === 0 ? parameters : {});
      if (status !== 200) throw new Error(`${next} is answered with ${status}: ${body}`);
      documents.push(body);
      next = undefined;
      for (const verb of elements(parseStrictly(body))) {
        if (verb.name === 'Say') words.push(textOf(verb));
        if (verb.name === 'Hangup') return { words, documents, end: 'hangup' };
        if (verb.name === 'Gather') {
          words.push(...elements(verb).map(textOf));
          action = verb.attributes['action'] ?? '';
          return { words, documents, end: 'listening' };
        }
        if (verb.name === 'Redirect') {
          next = textOf(verb);
          break;
        }
      }
    }
    return { words, documents, end: 'document-end' };
  }

  return {
    callSid,
    script,
    asked: [],
    sent: [],
    fetched: [],
    voiceUrl,
    statusUrl: `${voiceUrl}/status`,
    get action() {
      return action;
    },
    post,
    arrives: (parameters = {}) => walk(voiceUrl, parameters),
    says: (words) => walk(action, { SpeechResult: words, Confidence: '0.9' }),
  };
}

function elements(node: XmlNode): readonly XmlNode[] {
  return node.children.filter((child) => typeof child !== 'string');
}

/** The contents of the tool messages in a model request, in their order. */
export function resultsIn(asked: ModelAsked | undefined): readonly (string | null)[] {
  return (asked?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => content);
}

/** Resolves once `condition` holds; fails loudly when it does not within the time that a busy machine may take. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + 5_000;
  while (!(await condition())) {
    if (performance.now() > endsAtMs) throw new Error(`never came true: ${condition.toString()}`);
    await delay(1);
  }
}
