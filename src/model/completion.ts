import { oneLine } from '../http/content.ts';
import type { ModelFailure } from '../call/event.ts';
import type { ModelReply } from '../interpret/ports.ts';
import type { ModelFinish } from '../call/event.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { REASON_MAX_CHARACTERS } from '../limits.ts';
import { createContentShape } from './content-shape.ts';
import { faultOf, retryAfterMs } from './faults.ts';
import type { Fault } from './faults.ts';
import { createSpokenText } from './spoken-text.ts';
import { createToolCallCollector } from './tool-calls.ts';

/** What servers call the end of a reply. An unknown word is an end like any other. */
const FINISHES: { readonly [reason: string]: ModelFinish } = {
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  tool_use: 'tool-calls',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'refusal',
  safety: 'refusal',
  error: 'error',
};
/** Says nothing, though it is a text and not null. */
const NO_FINISH = new Set(['', 'null', 'none']);

/** A reply with what only a further try needs to know. */
export type ProviderReply = ModelReply & Pick<Fault, 'retryAfterMs' | 'refused'>;

export interface Completion {
  /** Takes one event of the stream, with its text as it was `written`, or a whole answer of a server that does not stream. */
  take(event: unknown, name: string, written?: string): void;
  /**
   * Takes the event at `at` that differs from an earlier one in its piece of text alone, unparsed; gives where it ends, or -1
   * if it is none.
   */
  takeAlike(stream: string, at: number): number;
  /** Passes on the text that has come since the last time. */
  flush(): void;
  /**
   * `running` from the first text, reasoning or call on; `finished` or `failed` once the server has said so; `closing`
   * when it has said so beside words, which some do with each of them.
   */
  state(): 'waiting' | 'running' | 'closing' | 'finished' | 'failed';
  /** The reply. `end` is how the stream ended: at its mark, by itself, or lost, with the reason. */
  reply(end: 'done' | 'closed' | { readonly lost: Fault }): ProviderReply;
}

/** Makes one reply of the events of a chat completion. Its text is passed on by `flush`, reasoning left out. */
export function createCompletion(onText: (piece: string) => void): Completion {
  const calls = createToolCallCollector();
  const shape = createContentShape();
  let unspoken = '';
  let hasText = false;
  let hasBegun = false;
  let finish: ModelFinish | undefined;
  let finishedBesideWords = false;
  let refusal = '';
  let error: Fault | undefined;
  const spoken = createSpokenText((piece) => {
    hasText = true;
    onText(piece);
  });

  function takeChoice(choice: JsonObject): void {
    // A whole message at the end of a stream repeats what its deltas said.
    const part = choice['delta'] ?? (hasBegun ? undefined : choice['message']);
    if (isJsonObject(part)) takePart(part);
    else if (typeof choice['text'] === 'string' && part === undefined) speak(choice['text']);
    const reason = choice['finish_reason'];
    if (typeof reason === 'string' && !NO_FINISH.has(reason)) finish = FINISHES[reason.toLowerCase()] ?? 'stop';
    if (finish !== undefined) finishedBesideWords = isJsonObject(part) && saysSomething(part);
  }

  function takePart(part: JsonObject): void {
    const { content, tool_calls: toolCalls, function_call: legacyCall } = part;
    if (typeof content === 'string') speak(content);
    else if (Array.isArray(content)) for (const item of content) speak(partText(item));
    if (typeof part['refusal'] === 'string') refusal += part['refusal'];
    if (isPresent(toolCalls)) calls.add(toolCalls);
    if (isPresent(legacyCall)) calls.add(isJsonObject(legacyCall) ? { index: 0, function: legacyCall } : legacyCall);
    hasBegun ||= saysSomething(part);
  }

  function speak(text: string): void {
    if (text === '') return;
    hasBegun = true;
    unspoken += text;
  }

  /** A piece of the network's may hold many of the model's, and what follows costs the same for one or for all of them. */
  function flush(): void {
    if (unspoken === '') return;
    const text = unspoken;
    unspoken = '';
    spoken.push(text);
  }

  function reply(end: 'done' | 'closed' | { readonly lost: Fault }): ProviderReply {
    flush();
    spoken.end();
    if (error !== undefined) return faultyReply(error, hasText);
    if (typeof end === 'object' && finish === undefined) return faultyReply(end.lost, hasText);
    if (finish === 'error') return failedReply('the server ended the reply with an error', 'unavailable');
    const isWhole = finish === undefined ? end === 'done' : finish !== 'length';
    const toolCalls = calls.finish(isWhole ? 'whole' : 'cut');
    if (toolCalls.length > 0) return { toolCalls, finish: 'tool-calls' };
    if (refusal !== '') return { toolCalls, finish: 'refusal', reason: oneLine(refusal, REASON_MAX_CHARACTERS) };
    if (finish === 'refusal') return { toolCalls, finish, reason: "the server's content filter ended the reply" };
    if (finish === 'length') return { toolCalls, finish };
    if (finish === 'tool-calls' && !hasText) {
      return failedReply('the server announced a tool call and sent none', 'bad-answer');
    }
    if (finish === undefined && end === 'closed' && !hasText) {
      const reason = hasBegun ? 'the stream ended in the middle of the reply' : 'the stream ended before it began';
      return failedReply(reason, 'unavailable');
    }
    if (!hasText && spoken.hidACall()) return failedReply('the model wrote its tool call as text', 'bad-answer');
    return { toolCalls, finish: 'stop' };
  }

  return {
    take(event, name, written) {
      if (!isJsonObject(event)) return;
      error ??= errorFault(event, name);
      if (error !== undefined || !Array.isArray(event['choices'])) return;
      for (const choice of event['choices']) {
        if (isJsonObject(choice) && (choice['index'] ?? 0) === 0) takeChoice(choice);
      }
      const content = written === undefined || name !== '' ? undefined : bareContent(event['choices']);
      if (written !== undefined && content !== undefined) shape.learn(written, content);
    },
    takeAlike(stream, at) {
      const end = error === undefined ? shape.read(stream, at) : -1;
      if (end === -1) return -1;
      speak(shape.content());
      if (finish !== undefined) finishedBesideWords = true;
      return end;
    },
    flush,
    state() {
      if (error !== undefined || finish === 'error') return 'failed';
      if (finish !== undefined) return finishedBesideWords ? 'closing' : 'finished';
      return hasBegun ? 'running' : 'waiting';
    },
    reply,
  };
}

/** A reply that failed; calls that came before the failure are not run. */
export function failedReply(reason: string, code?: ModelFailure): ModelReply {
  const failed = { toolCalls: [], finish: 'error', reason: oneLine(reason, REASON_MAX_CHARACTERS) } as const;
  return code === undefined ? failed : { ...failed, code };
}

/** Once something was said, nothing is asked again. */
function faultyReply({ reason, code, ...rest }: Fault, hasText: boolean): ProviderReply {
  return hasText ? failedReply(reason, code) : { ...failedReply(reason, code), ...rest };
}

function errorFault(event: JsonObject, name: string): Fault | undefined {
  const message = errorMessage(event, name);
  if (message === undefined) return undefined;
  const { error } = event;
  const status = Number((isJsonObject(error) ? (error['code'] ?? error['status']) : undefined) ?? event['status_code']);
  const hasStatus = status >= 400 && status <= 599;
  const text = JSON.stringify(event);
  const fault = faultOf({ text, ...(hasStatus ? { status } : {}) }, message);
  const waitMs = retryAfterMs({ milliseconds: undefined, after: undefined }, text, 0);
  return waitMs === undefined ? fault : { ...fault, retryAfterMs: waitMs };
}

/** The message of an error in any of the shapes that servers give it; undefined for an event that is none. */
export function errorMessage(event: JsonObject, name = ''): string | undefined {
  const { error, message, detail } = event;
  if (isJsonObject(error)) return typeof error['message'] === 'string' ? error['message'] : JSON.stringify(error);
  if (typeof error === 'string' && error !== '') return typeof message === 'string' ? `${error}: ${message}` : error;
  if (typeof event['error_message'] === 'string') return event['error_message'];
  if (name !== 'error' && event['object'] !== 'error' && event['type'] !== 'error') return undefined;
  const text = message ?? detail ?? event;
  return typeof text === 'string' ? text : JSON.stringify(text);
}

/** Not for an empty list, which some servers send with each piece of text. */
const isPresent = (value: JsonValue | undefined): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** True for words and calls, and for reasoning, which is a sign of life though nobody hears it. */
function saysSomething(part: JsonObject): boolean {
  return (
    isPresent(part['tool_calls']) ||
    isPresent(part['function_call']) ||
    ['content', 'reasoning_content', 'reasoning', 'refusal'].some((name) => isPresent(part[name]) && part[name] !== '')
  );
}

/** The piece of text of an event that holds nothing else that counts. */
function bareContent(choices: readonly JsonValue[]): string | undefined {
  const [choice] = choices;
  const part =
    choices.length === 1 && isJsonObject(choice) && (choice['index'] ?? 0) === 0 ? choice['delta'] : undefined;
  if (!isJsonObject(choice) || !isJsonObject(part) || typeof choice['finish_reason'] === 'string') return undefined;
  const { content, refusal, tool_calls: toolCalls, function_call: legacyCall } = part;
  const isBare = typeof refusal !== 'string' && !isPresent(toolCalls) && !isPresent(legacyCall);
  return isBare && typeof content === 'string' ? content : undefined;
}

function partText(item: JsonValue): string {
  if (typeof item === 'string') return item;
  if (!isJsonObject(item) || (item['type'] ?? 'text') !== 'text') return '';
  return typeof item['text'] === 'string' ? item['text'] : '';
}
