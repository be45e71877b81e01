import { APIError } from 'openai';
import { headerValue } from '../http/client.ts';
import type { HttpHeaders } from '../http/client.ts';
import { isWebPage, mediaType, oneLine } from '../http/content.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { JsonObject } from '../json.ts';
import { MODEL_ERROR_MAX_BYTES, MODEL_EVENT_MAX_BYTES, REASON_MAX_CHARACTERS } from '../limits.ts';
import { errorMessage } from './completion.ts';
import { faultOf, retryAfterMs } from './faults.ts';
import type { Fault } from './faults.ts';
import { createEventReader } from './sse.ts';
import type { EventReader } from './sse.ts';

export type AnswerSink = {
  onEvent(event: unknown, name: string, written?: string): void;
  onAlike(stream: string, at: number): number;
  onDone(): void;
  /** The answer is none: an error, a web page, something without end. Nothing follows. */
  onFault(fault: Fault): void;
};

/** Reads the body of a model server's answer, whatever it turns out to be: a stream, one JSON answer, or a fault. */
export function createAnswerReader(status: number, headers: HttpHeaders, sink: AnswerSink): EventReader {
  if (status > 299) return collector(MODEL_ERROR_MAX_BYTES, (body) => sink.onFault(statusFault(status, headers, body)));
  // A server that cannot stream answers at once; one that mislabels its stream is found out by the first byte.
  const isJson = mediaType(headerValue(headers, 'content-type')) === 'application/json';
  let reader: EventReader | undefined;
  return {
    push(chunk) {
      reader ??= isJson && /^\s*[{[]/.test(chunk.toString('latin1')) ? wholeAnswer(sink) : eventStream(sink);
      reader.push(chunk);
    },
    end: () => reader?.end(),
  };
}

function eventStream(sink: AnswerSink): EventReader {
  let hasEvents = false;
  let noise = '';
  const reader = createEventReader(
    {
      onEvent(event, name, written) {
        hasEvents = true;
        sink.onEvent(event, name, written);
      },
      onAlike: (stream, at) => sink.onAlike(stream, at),
      onDone: () => sink.onDone(),
      onNoise(text) {
        if (noise.length < REASON_MAX_CHARACTERS) noise += `${text}\n`;
      },
      onTooLong: () =>
        sink.onFault(badAnswer(`the model server sent an event of more than ${MODEL_EVENT_MAX_BYTES} bytes`)),
    },
    MODEL_EVENT_MAX_BYTES,
  );
  return {
    push: (chunk) => reader.push(chunk),
    end() {
      reader.end();
      if (!hasEvents && noise !== '') sink.onFault(notAStream(noise));
    },
  };
}

function wholeAnswer(sink: AnswerSink): EventReader {
  return collector(MODEL_EVENT_MAX_BYTES, (body) => {
    const parsed = parseJson(body.toString('utf8'));
    if (parsed.ok) sink.onEvent(firstObject(parsed.value), '');
    else sink.onFault(notAStream(body.toString('utf8')));
  });
}

/** Keeps the first bytes of a body until it ends, or is cut off. */
function collector(limitBytes: number, onBody: (body: Buffer) => void): EventReader {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    push(chunk) {
      if (length < limitBytes) chunks.push(chunk);
      length += chunk.length;
    },
    end: () => onBody(Buffer.concat(chunks).subarray(0, limitBytes)),
  };
}

function notAStream(text: string): Fault {
  return badAnswer(
    isWebPage(Buffer.from(text))
      ? 'the model server answered with a web page; is its base URL right?'
      : `the model server answered with something that is no event stream: ${text}`,
  );
}

const badAnswer = (reason: string): Fault => ({ reason, code: 'bad-answer' });

/** Words the refusal as the openai package does, after bringing the server's own shape of an error to OpenAI's. */
function statusFault(status: number, headers: HttpHeaders, body: Buffer): Fault {
  const text = body.toString('utf8');
  if (isWebPage(body)) {
    const { code = 'bad-answer' } = faultOf({ status, text: '' }, '');
    return { reason: `${status} with a web page; is the model server's base URL right?`, code };
  }
  const parsed = parseJson(text);
  const object = parsed.ok ? firstObject(parsed.value) : undefined;
  const message = object === undefined ? text : (errorMessage(object, 'error') ?? text);
  const location = headerValue(headers, 'location');
  if (status < 400 && location !== undefined) {
    return badAnswer(worded(status, `the model server redirects to ${location}`));
  }
  const parameter = object === undefined ? undefined : namedParameter(object);
  const fault = faultOf({ status, text, ...(parameter === undefined ? {} : { parameter }) }, worded(status, message));
  const milliseconds = headerValue(headers, 'retry-after-ms');
  const waitMs = retryAfterMs({ milliseconds, after: headerValue(headers, 'retry-after') }, text, Date.now());
  return waitMs === undefined ? fault : { ...fault, retryAfterMs: waitMs };
}

function worded(status: number, words: string): string {
  const error = { message: oneLine(words, REASON_MAX_CHARACTERS) };
  return APIError.generate(status, { error }, undefined, new Headers()).message;
}

function namedParameter({ error }: JsonObject): string | undefined {
  const parameter = isJsonObject(error) ? error['param'] : undefined;
  return typeof parameter === 'string' ? parameter : undefined;
}

/** Google's compatible endpoint wraps an error in an array. */
function firstObject(value: unknown): JsonObject | undefined {
  const [first] = Array.isArray(value) ? value : [value];
  return isJsonObject(first) ? first : undefined;
}
