/**
 * What stands in a reply and is not for the caller: a model's reasoning, and tool calls that its server did not tell from
 * text. Those are not run either: where one ends is anybody's guess.
 */
const TAG = /<(\/?)(think|thinking|tool_call|tool_calls)>/i;
const TAGS = ['think', 'thinking', 'tool_call', 'tool_calls'].flatMap((name) => [`<${name}>`, `</${name}>`]);
const LONGEST_TAG = Math.max(...TAGS.map((tag) => tag.length));

export interface SpokenText {
  /** Whether a tool call was among what was left out. */
  hidACall(): boolean;
  push(piece: string): void;
  /** Passes on a "<" that was held back as the possible beginning of a tag; more than that was one, cut off. */
  end(): void;
}

/** Passes on the pieces of a reply that are for the caller; a tag may be cut anywhere. */
export function createSpokenText(onText: (piece: string) => void): SpokenText {
  let isHidden = false;
  let hidACall = false;
  let held = '';

  function pass(piece: string): void {
    if (!isHidden && piece !== '') onText(piece);
  }

  return {
    hidACall() {
      return hidACall;
    },
    push(piece) {
      if (held === '' && !piece.includes('<')) {
        pass(piece);
        return;
      }
      let text = held + piece;
      for (let tag = TAG.exec(text); tag !== null; tag = TAG.exec(text)) {
        pass(text.slice(0, tag.index));
        isHidden = tag[1] === '';
        hidACall ||= isHidden && /call/i.test(tag[0]);
        text = text.slice(tag.index + tag[0].length);
      }
      const start = possibleTagStart(text);
      pass(text.slice(0, start));
      held = text.slice(start);
    },
    end() {
      if (held === '<') pass(held);
      held = '';
    },
  };
}

/** Where a tag may begin whose end has not come yet; the length of the text when nowhere. */
function possibleTagStart(text: string): number {
  const start = text.lastIndexOf('<');
  if (start === -1 || text.length - start >= LONGEST_TAG) return text.length;
  const beginning = text.slice(start).toLowerCase();
  return TAGS.some((tag) => tag.startsWith(beginning)) ? start : text.length;
}
