import type { Span } from './ast.ts';

/** A document's text without its byte order mark, and where its lines begin. */
export type Source = { readonly text: string; readonly lineStarts: readonly number[] };

export type Position = {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
};

const BYTE_ORDER_MARK = '\uFEFF';
const DECODING_CHUNK_BYTES = 4096;

/** The text of UTF-8 bytes, or, when they are not UTF-8, as much as can be shown and the place of the first bad byte. */
export function decode(
  input: string | Uint8Array,
):
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly text: string; readonly message: string; readonly span: Span } {
  if (typeof input === 'string') {
    return { ok: true, text: input.startsWith(BYTE_ORDER_MARK) ? input.slice(1) : input };
  }
  const foreign = foreignEncoding(input);
  if (foreign !== undefined) {
    return { ok: false, text: '', message: `the document is ${foreign}; expected UTF-8`, span: { start: 0, end: 0 } };
  }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(input) };
  } catch {
    const start = goodPrefix(input).length;
    const text = new TextDecoder('utf-8').decode(input);
    return {
      ok: false,
      text,
      message: 'a byte that is not UTF-8',
      span: { start, end: Math.min(start + 1, text.length) },
    };
  }
}

/** The encoding that the first bytes give away, when it is not UTF-8. */
function foreignEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'UTF-32' : 'UTF-16';
  if (first === 0xfe && second === 0xff) return 'UTF-16';
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) return 'UTF-32';
  const nulls = [first, second, third, fourth].filter((byte) => byte === 0).length;
  if (nulls > 0 && bytes.subarray(0, 4).includes(0x3c)) return nulls === 3 ? 'UTF-32' : 'UTF-16';
  return undefined;
}

function goodPrefix(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  // A failed decoder loses its state, so bytes are fed singly only within the chunk that is known to fail.
  let from = 0;
  const probe = new TextDecoder('utf-8', { fatal: true });
  try {
    for (; from < bytes.length; from += DECODING_CHUNK_BYTES) {
      probe.decode(bytes.subarray(from, from + DECODING_CHUNK_BYTES), { stream: true });
      text += decoder.decode(bytes.subarray(from, from + DECODING_CHUNK_BYTES), { stream: true });
    }
  } catch {
    try {
      for (let at = from; at < bytes.length; at += 1)
        text += decoder.decode(bytes.subarray(at, at + 1), { stream: true });
    } catch {
      return text;
    }
  }
  return text;
}

/** Where the lines of `text` begin; CRLF, LF and CR each end a line. */
export function createSource(text: string): Source {
  const lineStarts = [0];
  if (text.includes('\r')) {
    for (const { 0: newline, index } of text.matchAll(/\r\n|\n|\r/g)) lineStarts.push(index + newline.length);
  } else {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  }
  return { text, lineStarts };
}

/** Line and column of an offset. */
export function positionOf({ lineStarts }: Source, offset: number): Position {
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
}

/** A line's text without its line break; `line` counts from 1. */
export function lineText({ text, lineStarts }: Source, line: number): string {
  return text.slice(lineStarts[line - 1], lineStarts[line]).replace(/[\r\n]+$/, '');
}
