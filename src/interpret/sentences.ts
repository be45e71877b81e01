import { segment } from 'sentencex';

/** What may end a sentence; anything else cannot finish one, so most pieces cost one scan. */
const TERMINAL = /[.!?…。！？।؟\n]/;
/** The text ends where a sentence may have ended: white space has come, or a full stop that needs none. */
const MAY_END_HERE = /[.!?…]["'”’»)\]]*\s+$|[。！？।؟]["'”’»」）)]*\s*$|\n\s*$/;
/** The text goes on behind such a place. */
const MAY_END_BEFORE = /[.!?…]["'”’»)\]]*\s+\S|[。！？।؟\n]\s*\S/;
/** The text ends in a full stop, as it does when the model pauses. */
const ENDED = /[.!?…。！？।؟]["'”’»)\]]*\s*$/;
/** Stands for the sentence to come, so that the library can tell "Yes. " from "Dr. ". */
const NEXT = 'A';
/** The library cuts longer texts blindly, within words. */
const AT_ONCE = 1_000;
const NONE: readonly string[] = [];

/** Collects pieces of text and gives back whole sentences, exactly as they came, white space included. */
export type SentenceBuffer = {
  /** Adds a piece; gives the sentences that are now known to be finished. */
  add(piece: string): readonly string[];
  /** Whether what is left looks like a whole sentence, so that it need not wait for the next one to begin. */
  readonly isWhole: boolean;
  /** What is left, emptied. */
  rest(): string;
};

/** Cuts a stream at sentence ends; a full stop alone is none ("3." may go on as "3.50"), and neither is "Dr. ". */
export function createSentenceBuffer(language = 'en'): SentenceBuffer {
  const [code = 'en'] = language.toLowerCase().split('-');
  let buffer = '';
  let hasTerminal = false;

  function take(piece: string): readonly string[] {
    buffer += piece;
    hasTerminal ||= TERMINAL.test(piece);
    if (!hasTerminal) return NONE;
    if (MAY_END_HERE.test(buffer)) {
      const sentences = sentencesOf(code, buffer + NEXT);
      return keepLast(sentences, (sentences.pop() ?? NEXT).slice(0, -NEXT.length));
    }
    if (!MAY_END_BEFORE.test(buffer)) return NONE;
    const sentences = sentencesOf(code, buffer);
    return keepLast(sentences, sentences.pop() ?? '');
  }

  function keepLast(finished: readonly string[], left: string): readonly string[] {
    buffer = left;
    hasTerminal = TERMINAL.test(left);
    return finished;
  }

  return {
    add(piece) {
      if (piece.length <= AT_ONCE) return take(piece);
      const finished: string[] = [];
      for (let at = 0; at < piece.length; at += AT_ONCE) finished.push(...take(piece.slice(at, at + AT_ONCE)));
      return finished;
    },
    get isWhole() {
      return hasTerminal && ENDED.test(buffer);
    },
    rest() {
      const left = buffer;
      keepLast(NONE, '');
      return left;
    },
  };
}

/**
 * The sentences of `text`, which join up to it again. They are cut out of it by length, because half of a surrogate pair
 * does not survive the library. White space alone is no sentence; it belongs to the one before it, or to the first.
 */
function sentencesOf(code: string, text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const { length } of segment(code, text)) {
    const next = text.slice(start, start + length);
    const last = sentences.at(-1);
    start += length;
    if (last !== undefined && (next.trim() === '' || last.trim() === '')) sentences[sentences.length - 1] = last + next;
    else sentences.push(next);
  }
  return sentences;
}
