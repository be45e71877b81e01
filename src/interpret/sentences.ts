import { segment } from 'sentencex';

/** Where a sentence may have ended; anything else cannot finish one, so most pieces cost one scan. */
const MAY_END = /[.!?…。！？।؟\n]/;

/** Collects pieces of text and gives back whole sentences, exactly as they came, white space included. */
export type SentenceBuffer = {
  /** Adds a piece; gives the sentences that are now known to be finished. */
  add(piece: string): readonly string[];
  /** What is left, emptied. */
  rest(): string;
};

/** Cuts a stream at sentence ends, which shows only when the next sentence begins ("3." may go on as "3.50"). */
export function createSentenceBuffer(language = 'en'): SentenceBuffer {
  const [code = 'en'] = language.toLowerCase().split('-');
  let buffer = '';
  let mayHaveEnded = false;
  return {
    add(piece) {
      buffer += piece;
      mayHaveEnded ||= MAY_END.test(piece);
      if (!mayHaveEnded) return NONE;
      const sentences = withoutBlanks(segment(code, buffer));
      buffer = sentences.pop() ?? '';
      mayHaveEnded = MAY_END.test(buffer);
      return sentences;
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

/** White space alone is no sentence; it belongs to the one before it, or to the first. */
function withoutBlanks(segments: readonly string[]): string[] {
  const sentences: string[] = [];
  for (const text of segments) {
    const last = sentences.at(-1);
    if (last !== undefined && (text.trim() === '' || last.trim() === '')) sentences[sentences.length - 1] = last + text;
    else sentences.push(text);
  }
  return sentences;
}
