import { segment } from 'sentencex';

/** Where a sentence may have ended; anything else cannot finish one, so most pieces cost one scan. */
const MAY_END = /[.!?…。！？।؟\n]/;

const ENDED = /[.!?…。！？।؟]["'”’»)\]]*\s*$/;

/** Collects pieces of text and gives back whole sentences, exactly as they came, white space included. */
export type SentenceBuffer = {
  /** Adds a piece; gives the sentences that are now known to be finished. */
  add(piece: string): readonly string[];
  /** Whether what is left looks like a whole sentence, so that it need not wait for the next one to begin. */
  readonly isWhole: boolean;
  /** What is left, emptied. */
  rest(): string;
};

/** The library cuts longer texts blindly, within words. */
const AT_ONCE = 1_000;

/** Cuts a stream at sentence ends, which shows only when the next sentence begins ("3." may go on as "3.50"). */
export function createSentenceBuffer(language = 'en'): SentenceBuffer {
  const [code = 'en'] = language.toLowerCase().split('-');
  let buffer = '';
  let mayHaveEnded = false;

  function take(piece: string): readonly string[] {
    buffer += piece;
    mayHaveEnded ||= MAY_END.test(piece);
    if (!mayHaveEnded) return NONE;
    const sentences = sentencesOf(code, buffer);
    buffer = sentences.pop() ?? '';
    mayHaveEnded = MAY_END.test(buffer);
    return sentences;
  }

  return {
    add(piece) {
      if (piece.length <= AT_ONCE) return take(piece);
      const finished: string[] = [];
      for (let at = 0; at < piece.length; at += AT_ONCE) finished.push(...take(piece.slice(at, at + AT_ONCE)));
      return finished;
    },
    get isWhole() {
      return mayHaveEnded && ENDED.test(buffer);
    },
    rest() {
      const left = buffer;
      buffer = '';
      mayHaveEnded = false;
      return left;
    },
  };
}

const NONE: readonly string[] = [];

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
