/** A model's reasoning where it stands in the reply itself; it is not for the caller. */
const TAG = /<(\/?)think(?:ing)?>/i;
const TAGS = ['<think>', '</think>', '<thinking>', '</thinking>'];
const LONGEST_TAG = Math.max(...TAGS.map((tag) => tag.length));

export interface SpokenText {
  push(piece: string): void;
  /** Passes on what was held back as the possible beginning of a tag. */
  end(): void;
}

/** Passes on the pieces of a reply without the reasoning in them; a tag may be cut anywhere. */
export function createSpokenText(onText: (piece: string) => void): SpokenText {
  let isThinking = false;
  let held = '';

  function pass(piece: string): void {
    if (!isThinking && piece !== '') onText(piece);
  }

  return {
    push(piece) {
      if (held === '' && !piece.includes('<')) {
        pass(piece);
        return;
      }
      let text = held + piece;
      for (let tag = TAG.exec(text); tag !== null; tag = TAG.exec(text)) {
        pass(text.slice(0, tag.index));
        isThinking = tag[1] === '';
        text = text.slice(tag.index + tag[0].length);
      }
      const start = possibleTagStart(text);
      pass(text.slice(0, start));
      held = text.slice(start);
    },
    end() {
      pass(held);
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
