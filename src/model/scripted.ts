import type { ModelFinish } from '../call/event.ts';
import type { Model, ModelReply, ModelRequest } from '../interpret/ports.ts';
import type { JsonObject } from '../json.ts';
import { failedReply } from './completion.ts';

/** One reply of the script: pieces of text in order, then calls, then how it ends. */
export type ScriptedReply = {
  /** A piece with `afterMs` comes that many milliseconds after the one before it. */
  readonly text?: string | readonly (string | { readonly text: string; readonly afterMs: number })[];
  readonly toolCalls?: readonly {
    readonly name: string;
    /** A string is passed on as it is, perhaps not JSON at all. */
    readonly arguments?: JsonObject | string;
    readonly modelId?: string;
  }[];
  /** Default: `tool-calls` when there are any, else `stop`. */
  readonly finish?: ModelFinish;
  readonly reason?: string;
};

export type ScriptedModel = Model & {
  /** Every request so far, in order. */
  readonly requests: readonly ModelRequest[];
};

/** A model that says what its script says, one reply a request, and fails when the script is over. Needs no network. */
export function createScriptedModel(
  script: readonly (ScriptedReply | ((request: ModelRequest) => ScriptedReply))[],
): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    requests,
    async reply(request, onText, signal) {
      const step = script[requests.length];
      requests.push(structuredClone(request));
      if (step === undefined) return failedReply('the script of the model has no further reply');
      const reply = typeof step === 'function' ? step(request) : step;
      for (const piece of typeof reply.text === 'string' ? [reply.text] : (reply.text ?? [])) {
        if (typeof piece !== 'string') await pause(piece.afterMs, signal);
        if (signal.aborted) return failedReply('cancelled');
        onText(typeof piece === 'string' ? piece : piece.text);
      }
      return signal.aborted ? failedReply('cancelled') : ending(reply, requests.length);
    },
  };
}

function ending({ toolCalls = [], finish, reason }: ScriptedReply, turn: number): ModelReply {
  const calls = toolCalls.map(({ modelId, name, arguments: args = {} }, index) => ({
    modelId: modelId ?? `call_${turn}_${index}`,
    name,
    arguments: typeof args === 'string' ? args : JSON.stringify(args),
  }));
  const end = finish ?? (calls.length > 0 ? 'tool-calls' : 'stop');
  return { toolCalls: end === 'error' ? [] : calls, finish: end, ...(reason === undefined ? {} : { reason }) };
}

/** Ends early when `signal` aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
