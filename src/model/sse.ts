import { StringDecoder } from 'node:string_decoder';

/** What a stream of events holds. */
export interface EventSink {
  /** One JSON event. `name` is that of its `event:` line, else empty; `written` is its text. */
  onEvent(event: unknown, name: string, written: string): void;
  /** Takes the event without a name that begins at `at` by its text alone; gives where it ends, -1 if it is to be parsed. */
  onAlike(stream: string, at: number): number;
  /** The end as OpenAI marks it; servers often leave it out. */
  onDone(): void;
  /** Text that is neither an event nor part of the format. */
  onNoise(text: string): void;
  /** An event outgrew the limit; nothing more is read. */
  onTooLong(): void;
}

/** Where the line behind this place begins; the place itself when no line ends there. */
function pastLineEnd(text: string, at: number): number {
  if (text.charCodeAt(at) === NEWLINE) return at + 1;
  return text.charCodeAt(at) === RETURN && text.charCodeAt(at + 1) === NEWLINE ? at + 2 : at;
}

export interface EventReader {
  /** Takes bytes cut anywhere, even inside a character. */
  push(chunk: Buffer): void;
  /** Takes what stands behind the last line end. */
  end(): void;
}

const DATA = 'data: ';
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;

/**
 * Reads server-sent events as model servers write them: an event counts as soon as its JSON is whole, with or without the
 * blank line after it, the space after `data:` or any `data:` at all. Nothing is made per token but the line and its JSON.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createEventReader(sink: EventSink, limitBytes: number): EventReader {
  /** Puts characters together that are cut between chunks. */
  const decoder = new StringDecoder('utf8');
  /** Text behind the last line end: only ever looked at again when the next line end is there. */
  let rest: string[] = [];
  let restLength = 0;
  /** Data lines of an event whose JSON is not whole yet. */
  let data = '';
  let name = '';
  let isFirst = true;
  let stopped = false;

  function push(chunk: string): void {
    let start = pastAlike(chunk, 0);
    for (let end = chunk.indexOf('\n', start); end !== -1; end = chunk.indexOf('\n', start)) {
      if (restLength === 0) {
        takeLine(chunk.slice(start, chunk.charCodeAt(end - 1) === RETURN && end > start ? end - 1 : end));
      } else {
        rest.push(chunk.slice(start, end));
        takeRest();
      }
      start = pastAlike(chunk, end + 1);
    }
    if (stopped || start === chunk.length) return;
    rest.push(start === 0 ? chunk : chunk.slice(start));
    restLength += chunk.length - start;
    stopIfLonger(restLength);
  }

  /** Takes the events in a row that are alike; gives where the first line begins that is none of them. */
  function pastAlike(chunk: string, start: number): number {
    if (restLength > 0 || data !== '' || name !== '' || stopped) return start;
    let at = start;
    while (chunk.startsWith(DATA, at)) {
      const end = sink.onAlike(chunk, at + DATA.length);
      if (end === -1) return at;
      at = pastLineEnd(chunk, end);
      // The blank line that ends the event.
      at = pastLineEnd(chunk, at);
    }
    return at;
  }

  function takeRest(): void {
    const line = rest.join('');
    rest = [];
    restLength = 0;
    takeLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  function takeLine(text: string): void {
    if (stopped) return;
    const line = isFirst && text.startsWith('\ufeff') ? text.slice(1) : text;
    isFirst = false;
    if (line.startsWith('data:')) {
      takeData(line.slice(line.charCodeAt(5) === SPACE ? 6 : 5));
    } else if (line === '') {
      endEvent();
    } else if (line.startsWith('event:')) {
      name = line.slice(6).trim();
    } else if (line.startsWith('error:')) {
      name = 'error';
      takeData(line.slice(6).trim());
    } else if (line.startsWith('{') || line.startsWith('[')) {
      takeData(line);
    } else if (!line.startsWith(':') && !/^(id|retry)(:|$)/.test(line)) {
      sink.onNoise(line);
    }
  }

  function takeData(text: string): void {
    if (text.trim() === '[DONE]') {
      endEvent();
      sink.onDone();
      return;
    }
    if (parsed(data === '' ? text : `${data}\n${text}`)) return;
    // What came before was broken, and nothing marked its end.
    if (data !== '' && text.startsWith('{') && parsed(text)) return;
    data = data === '' ? text : `${data}\n${text}`;
    stopIfLonger(data.length);
  }

  function parsed(text: string): boolean {
    let event: unknown;
    try {
      event = JSON.parse(text);
    } catch {
      return false;
    }
    data = '';
    sink.onEvent(event, name, text);
    return true;
  }

  function endEvent(): void {
    if (data !== '') sink.onNoise(data);
    data = '';
    name = '';
  }

  function stopIfLonger(length: number): void {
    if (length <= limitBytes || stopped) return;
    stopped = true;
    sink.onTooLong();
  }

  return {
    push(chunk) {
      if (!stopped) push(decoder.write(chunk));
    },
    end() {
      if (stopped) return;
      push(decoder.end());
      if (restLength > 0) takeRest();
      endEvent();
    },
  };
}
