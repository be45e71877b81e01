/** Knows the events of a stream that differ from one another in nothing but their piece of text. */
export type ContentShape = {
  /** Remembers the shape of an event, given as it was written, whose piece of text is `content`. */
  learn(event: string, content: string): void;
  /** The piece of text of an event that has this shape; undefined for any other, which is to be parsed. */
  contentOf(event: string): string | undefined;
};

/**
 * A server writes its pieces of text in one and the same envelope, so after the first one only what stands between its two
 * ends is new. Text that is escaped in any way is left to the parser; so nothing is guessed. It is a third of the time that
 * a reply costs, and there is one event per token.
 */
export function createContentShape(): ContentShape {
  let before: string | undefined;
  let after = '';
  return {
    learn(event, content) {
      const written = JSON.stringify(content);
      const at = event.indexOf(written);
      const isClear = content !== '' && written.length === content.length + 2 && at === event.lastIndexOf(written);
      before = isClear ? event.slice(0, at + 1) : undefined;
      after = isClear ? event.slice(at + written.length - 1) : '';
    },
    contentOf(event) {
      if (before === undefined || !event.startsWith(before) || !event.endsWith(after)) return undefined;
      if (event.length < before.length + after.length) return undefined;
      const content = event.slice(before.length, event.length - after.length);
      return ESCAPED.test(content) ? undefined : content;
    },
  };
}

/** What cannot stand in a JSON text as it is. */
const ESCAPED = /["\\\p{Cc}]/u;
