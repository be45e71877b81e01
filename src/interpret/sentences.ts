import { endsWhole } from '../call/conversation.ts';
import { SENTENCE_MAX_CHARACTERS } from '../limits.ts';
import { endsSentence } from './abbreviations.ts';

/** What may end a sentence; anything else cannot finish one, so most pieces cost one scan. */
const TERMINAL = /[.!?…。！？।؟\n]/;
/** The text ends where a sentence may have ended: white space has come, or a full stop that needs none. */
const MAY_END_HERE = /[.!?…]["'”’»)\]]*\s+$|[。！？।؟]["'”’»」）)]*\s*$|\n\s*$/;
/** The text goes on behind such a place. */
const MAY_END_BEFORE = /[.!?…]["'”’»)\]]*\s+\S|[。！？।؟\n]\s*\S/;
/** The number of an item in a list. */
const ITEM_NUMBER = /^\s*\d+\.\s+$/;
const NONE: readonly string[] = [];

/** Collects pieces of text and gives back whole sentences, exactly as they came, white space included. */
export type SentenceBuffer = {
  /** Adds a piece; gives the sentences that are now known to be finished. */
  add(piece: string): readonly string[];
  /** Whether what is left looks like a whole sentence, so that it need not wait for the next one to begin. */
  isWhole(): boolean;
  /** What is left, emptied. */
  rest(): string;
};

/**
 * Cuts a stream at sentence ends; a full stop alone is none ("3." may go on as "3.50"), and neither is "Dr. ". What goes on
 * for too long without one is cut at white space, so that a piece never costs more than a sentence does.
 */
export function createSentenceBuffer(language = 'en'): SentenceBuffer {
  const [code = 'en'] = language.toLowerCase().split('-');
  const segmenter = segmenterOf(code);
  let buffer = '';
  let hasTerminal = false;

  function take(piece: string): readonly string[] {
    buffer += piece;
    hasTerminal ||= TERMINAL.test(piece);
    const mayHaveEnded = hasTerminal && (MAY_END_HERE.test(buffer) || MAY_END_BEFORE.test(buffer));
    if (!mayHaveEnded && buffer.length <= SENTENCE_MAX_CHARACTERS) return NONE;
    const sentences = mayHaveEnded ? sentencesOf(segmenter, code, buffer) : [buffer];
    let left = sentences.pop() ?? '';
    // A flood of line ends says nothing, and is not worth keeping.
    if (left.trim() === '') left = left.slice(-SENTENCE_MAX_CHARACTERS);
    else if (MAY_END_HERE.test(left) && !ITEM_NUMBER.test(left) && endsSentence(lastWord(left), code) === 'yes') {
      sentences.push(left);
      left = '';
    }
    while (left.length > SENTENCE_MAX_CHARACTERS) {
      const end = endOfWords(left);
      sentences.push(left.slice(0, end));
      left = left.slice(end);
    }
    keep(left);
    return sentences;
  }

  function keep(left: string): void {
    buffer = left;
    hasTerminal = TERMINAL.test(left);
  }

  return {
    add(piece) {
      if (piece.length <= SENTENCE_MAX_CHARACTERS) return take(piece);
      const finished: string[] = [];
      for (let at = 0; at < piece.length; at += SENTENCE_MAX_CHARACTERS) {
        finished.push(...take(piece.slice(at, at + SENTENCE_MAX_CHARACTERS)));
      }
      return finished;
    },
    isWhole() {
      return hasTerminal && endsWhole(buffer) && endsSentence(lastWord(buffer), code) !== 'no';
    },
    rest() {
      const left = buffer;
      keep('');
      return left;
    },
  };
}

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known !== undefined) return known;
  const locale = /^[a-z]{2,3}$/.test(language) ? language : 'en';
  const segmenter = new Intl.Segmenter(locale, { granularity: 'sentence' });
  if (segmenters.size < 200) segmenters.set(language, segmenter);
  return segmenter;
}

/** The sentences of `text`, which join up to it again; the last may be unfinished. */
function sentencesOf(segmenter: Intl.Segmenter, language: string, text: string): string[] {
  const sentences: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const last = sentences.at(-1);
    if (last !== undefined && goesOn(last, segment, language)) sentences[sentences.length - 1] = last + segment;
    else sentences.push(segment);
  }
  return sentences;
}

/** Whether what the segmenter cut belongs together: behind an abbreviation or the number of an item, or white space. */
function goesOn(last: string, next: string, language: string): boolean {
  if (next.trim() === '' || last.trim() === '') return true;
  return ITEM_NUMBER.test(last) || endsSentence(lastWord(last), language) === 'no';
}

function lastWord(text: string): string {
  return /\S+(?=\s*$)/.exec(text.slice(-40))?.[0] ?? '';
}

/** Where to cut what has no end: behind the last white space, else anywhere but within a character. */
function endOfWords(text: string): number {
  const words = /^[\s\S]*\s/.exec(text.slice(0, SENTENCE_MAX_CHARACTERS))?.[0].length ?? 0;
  if (words > 0) return words;
  const code = text.charCodeAt(SENTENCE_MAX_CHARACTERS - 1);
  return code >= 0xd800 && code < 0xdc00 ? SENTENCE_MAX_CHARACTERS - 1 : SENTENCE_MAX_CHARACTERS;
}
