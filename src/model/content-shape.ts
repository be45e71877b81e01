/** Knows the events of a stream that differ from one another in nothing but their piece of text. */
export type ContentShape = {
  /** Remembers the shape of an event, given as it was written, whose piece of text is `content`. */
  learn(event: string, content: string): void;
  /**
   * Reads the event of this shape that begins at `at` and ends with its line. Gives where it ends; -1 for any other, which is
   * to be parsed.
   */
  read(stream: string, at: number): number;
  /** The piece of text of the event that was read last. */
  content(): string;
};

/**
 * A server writes its pieces of text in one and the same envelope, so after the first one only what stands between its two
 * ends is new. Text that is escaped in any way is left to the parser; so nothing is guessed. It is a third of the time that
 * a reply costs, and there is one event per token.
 */
export function createContentShape(): ContentShape {
  let before: string | undefined;
  let after = '';
  let found = '';
  return {
    content() {
      return found;
    },
    learn(event, content) {
      const written = JSON.stringify(content);
      const at = event.indexOf(written);
      const isClear = content !== '' && written.length === content.length + 2 && at === event.lastIndexOf(written);
      before = isClear ? event.slice(0, at + 1) : undefined;
      after = isClear ? event.slice(at + written.length - 1) : '';
    },
    read(stream, at) {
      if (before === undefined || !stream.startsWith(before, at)) return -1;
      const start = at + before.length;
      const quote = stream.indexOf('"', start);
      if (quote === -1 || !stream.startsWith(after, quote)) return -1;
      const end = quote + after.length;
      if (!endsLine(stream, end) || !isPlain(stream, start, quote)) return -1;
      found = stream.slice(start, quote);
      return end;
    },
  };
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const FIRST_PRINTABLE = 0x20;
const BACKSLASH = 0x5c;

/** An event whose line is not whole yet may go on in another way. */
function endsLine(stream: string, at: number): boolean {
  const code = stream.charCodeAt(at);
  return code === NEWLINE || code === RETURN;
}

/** Whether JSON writes these characters as they are. */
function isPlain(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code < FIRST_PRINTABLE || code === BACKSLASH) return false;
  }
  return true;
}
