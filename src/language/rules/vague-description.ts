import { valueOf } from '../attributes.ts';
import { quote } from '../quote.ts';
import type { Rule } from '../rule.ts';
import { ownText, textSpan } from '../text.ts';
import { wordsOfName } from '../tool-name.ts';

/** Fewer words than this, in fewer characters than that, cannot say what a tool does and when to use it. */
const MIN_WORDS = 3;
const MIN_CHARACTERS = 15;

/** A longer one says something. */
const MAX_VAGUE_CHARACTERS = 100;

/** Words that add nothing to a name. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  'a an the this that it is to of for and or in on do does call calls use used uses run runs tool function api'.split(
    ' ',
  ),
);
/** A character of a script without spaces counts as a word. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[\p{L}\p{N}]+/gu;

/** Descriptions that are too short, or say no more than the tool's name. */
export const vagueDescription: Rule = {
  rows: ['Tool'],
  check: ({ element, elements, text }, report) => {
    const description = elements.find((child) => child.row === 'Description');
    const written = description === undefined ? '' : ownText(description.children).trim();
    if (description === undefined || written === '' || written.length > MAX_VAGUE_CHARACTERS) return;
    const words = (written.toLowerCase().match(WORD) ?? []).map((word) => word);
    const name = new Set(wordsOfName(valueOf(element, 'name') ?? ''));
    const isRepetition = words.every(
      (word) => EMPTY_WORDS.has(word) || name.has(word) || name.has(word.replace(/s$/, '')),
    );
    const isShort = words.length < MIN_WORDS && written.length < MIN_CHARACTERS;
    if (!isRepetition && !isShort) return;
    const fault = isRepetition ? 'only repeats the name' : 'is too short to choose by';
    report(
      'vague-description',
      textSpan(text, description),
      `the description ${quote(written)} ${fault}; expected what the tool does and when to use it`,
    );
  },
};
