import { segment } from 'sentencex';

/** Where a sentence may have ended; anything else cannot finish one, so most pieces cost one scan. */
const MAY_END = /[.!?…。！？।؟\n]/;

/** Collects pieces of text and gives back whole sentences, exactly as they came, white space included. */
export type SentenceBuffer = {
  /** Adds a piece; the sentences that are now known to be finished, as one text, or ''. */
  add(piece: string): string;
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
      if (!mayHaveEnded) return '';
      const segments = segment(code, buffer);
      const last = segments.at(-1) ?? '';
      const finished = buffer.slice(0, buffer.length - last.length);
      buffer = last;
      mayHaveEnded = MAY_END.test(last);
      return finished.trim() === '' ? keep(finished) : finished;
    },
    rest() {
      const left = buffer;
      buffer = '';
      mayHaveEnded = false;
      return left;
    },
  };

  function keep(blank: string): string {
    buffer = blank + buffer;
    return '';
  }
}
