import type { FetchedDocument } from '../../src/call/event.ts';
import type { ToolResult } from '../../src/call/tool.ts';
import { readDocument } from '../../src/compile/read-document.ts';
import type {
  DocumentRequest,
  Documents,
  Model,
  ModelReply,
  ModelRequest,
  ToolRun,
  Tools,
} from '../../src/interpret/ports.ts';
import type { JsonObject } from '../../src/json.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const DOCUMENT_URL = 'https://app.example/voice.xml';

/** What a server gives for a document: its text, or why there is none. */
export type Served = string | { readonly unavailable: string };
export type DocumentScript = {
  /** By URL; a function sees the request. An unknown URL is unavailable. */
  readonly [url: string]: Served | ((request: DocumentRequest) => Served);
};

export type ScriptedDocuments = Documents & { readonly requests: readonly DocumentRequest[] };

/** A document as the interpreter gets it. */
export function fetched(source: string, url = DOCUMENT_URL): FetchedDocument {
  const reading = readDocument(source, url);
  return reading.kind === 'program'
    ? { kind: 'program', url, source, program: reading.program }
    : { kind: 'invalid', url, source, faults: reading.diagnostics.map(({ message }) => message) };
}

/** Documents out of a table, each after `delayMs`. */
export function scriptedDocuments(clock: VirtualClock, script: DocumentScript, delayMs = 0): ScriptedDocuments {
  const requests: DocumentRequest[] = [];
  return {
    requests,
    fetch: async (request, signal) => {
      requests.push(request);
      const url = request.stage?.url ?? DOCUMENT_URL;
      await pause(clock, delayMs, signal);
      if (signal.aborted) return { kind: 'unavailable', url, reason: 'cancelled' };
      const entry = script[url] ?? { unavailable: 'the server answered 404' };
      const served = typeof entry === 'function' ? entry(request) : entry;
      return typeof served === 'string'
        ? fetched(served, url)
        : { kind: 'unavailable', url, reason: served.unavailable };
    },
  };
}

/** A reply: pieces of text, each a while after the one before, then calls, then how it ends. */
export type Reply = {
  readonly says?: string | readonly (string | { readonly afterMs: number; readonly text: string })[];
  readonly calls?: readonly { readonly name: string; readonly arguments?: JsonObject | string; readonly id?: string }[];
  readonly endsAfterMs?: number;
  readonly fails?: string;
};

export type ModelScript = (request: ModelRequest, index: number) => Reply;
export type ScriptedModel = Model & { readonly requests: readonly ModelRequest[] };

/** A model that follows its script on virtual time; a list is said one by one, and its end is a failure. */
export function scriptedModel(clock: VirtualClock, script: ModelScript | readonly Reply[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    requests,
    reply: async (request, onText, signal) => {
      const index = requests.push(structuredClone(request)) - 1;
      const reply = typeof script === 'function' ? script(request, index) : script[index];
      if (reply === undefined) return failure('the script of the model is over');
      const { says = [], calls = [], endsAfterMs = 0, fails } = reply;
      for (const piece of typeof says === 'string' ? [says] : says) {
        const { afterMs, text } = typeof piece === 'string' ? { afterMs: 0, text: piece } : piece;
        await pause(clock, afterMs, signal);
        if (signal.aborted) return failure('cancelled');
        onText(text);
      }
      await pause(clock, endsAfterMs, signal);
      if (signal.aborted) return failure('cancelled');
      if (fails !== undefined) return failure(fails);
      const toolCalls = calls.map(({ name, arguments: values = {}, id }, at) => ({
        modelId: id ?? `call_${index}_${at}`,
        name,
        arguments: typeof values === 'string' ? values : JSON.stringify(values),
      }));
      return { toolCalls, finish: toolCalls.length > 0 ? 'tool-calls' : 'stop' };
    },
  };
}

function failure(reason: string): ModelReply {
  return { toolCalls: [], finish: 'error', reason };
}

export type ToolScript = {
  readonly [name: string]: (run: ToolRun) => {
    readonly afterMs?: number;
    readonly content: string;
    readonly isError?: boolean;
  };
};
export type ScriptedTools = Tools & { readonly runs: readonly ToolRun[] };

/** Tools out of a table; they keep to the timeout that the document gives them. */
export function scriptedTools(clock: VirtualClock, script: ToolScript): ScriptedTools {
  const runs: ToolRun[] = [];
  return {
    runs,
    run: async (run, signal): Promise<ToolResult> => {
      runs.push(run);
      const {
        afterMs = 0,
        content,
        isError = false,
      } = script[run.tool.name]?.(run) ?? {
        content: 'no such tool in the script',
        isError: true,
      };
      const { timeoutMs } = run.tool.source;
      await pause(clock, Math.min(afterMs, timeoutMs), signal);
      if (signal.aborted) return { content: 'cancelled', isError: true };
      return afterMs > timeoutMs
        ? { content: 'The tool did not answer in time.', isError: true }
        : { content, isError };
    },
  };
}

/** Ends early when `signal` aborts. */
async function pause(clock: VirtualClock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}
