// Models write for a screen. What they write is made into something that can be heard, one sentence at a time; a table of
// rules does it, because parsers of whole documents take "3. May" for a list, lose what stands behind a "<", know nothing
// of URLs, emoji and citations, and cost 2.7 µs (remove-markdown) to 200 µs (mdast) for each sentence that needs nothing.

/**
 * Whether any rule may have something to do: most sentences cost this one scan. It may be true for nothing; it is never
 * false for something.
 */
const SUSPICIOUS = new RegExp(
  [
    '[*_`~#<>[\\]|{\\\\【•▪◦‣●]',
    // Emoji, by halves and by what joins them; some arrows and signs are among them.
    '[\\u2190-\\u21ff\\u2300-\\u27bf\\u2900-\\u2bff\\u3030\\u303d\\u3297\\u3299\\ud83c-\\ud83e]|\\u200d|\\u20e3|\\ufe0f',
    '://|www\\.|&[a-z#]|:[a-z]|==|[!?]{2}|\\.{4}|,,|\\(\\)|-{3}',
    '\\s\\s|\\n\\s*\\S|^\\s*[-+–—]\\s|^\\s*\\d{1,3}[.)]\\s.*\\n',
  ].join('|'),
  'i',
);

type Rule = readonly [pattern: RegExp, replacement: string | ((...parts: string[]) => string)];

/** Signs that stand for a word are none of them: ©, ®, ™, ℹ, ‼ and ⁉; nor are arrows. */
const EMOJI =
  '(?:(?![©®™ℹ‼⁉\\u2190-\\u21ff])\\p{Extended_Pictographic}|\\p{Regional_Indicator}|[\\u{1f3fb}-\\u{1f3ff}\\u{e0020}-\\u{e007f}\\u200d\\u20e3\\ufe0f])+';

/** Elements that part words from each other. */
const PARTING = /^(?:br|p|li|ul|ol|div|tr|t[dh]|h[1-6]|hr|break)$/i;
const ATTRIBUTE = '\\s+[\\w:-]+\\s*=\\s*(?:"[^"<>]*"|\'[^\'<>]*\'|[^\\s"\'<>]+)';
const ENTITIES: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** In their order; each takes what the ones before it have left. */
const INLINE: readonly Rule[] = [
  // Code: its fences and ticks go, its words stay. A call or an answer in JSON is not for the ear at all.
  [/```[\w+-]*|`+/g, ''],
  [/\{\s*"[\w-]+"\s*:(?:[^{}]|\{[^{}]*\})*\}?/g, ''],
  // Images and links: what is written for people.
  [/!?\[([^[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+["'][^"']*["'])?\)/g, '$1'],
  [/!?\[([^[\]]*\p{L}[^[\]]*)\]\[[^[\]]*\]/gu, '$1'],
  [/\]\((?:https?:\/\/[^()\s]*\)?)?/gi, ''],
  [/<((?:https?:\/\/|mailto:)?[^\s<>]+[@/.][^\s<>]+\w)>/gi, '$1'],
  // Citations and footnotes.
  [/\s*【[^【】]*】/g, ''],
  [/\s*\[(?:\^[\w-]+|\d+(?:\s*[,–-]\s*\d+)*)\]/g, ''],
  // Markup, whole or cut off at the end.
  [/<!--[^]*?-->|<[!?][a-z][^<>]*>|<!\[CDATA\[|\]\]>/gi, ''],
  [new RegExp(`</?([a-z][\\w:-]*)(?:${ATTRIBUTE})*\\s*/?>`, 'gi'), (_, name = '') => (PARTING.test(name) ? ' ' : '')],
  [/<\/?[a-z][\w:-]*\s+[\w:-]+\s*=\s*["'][^<>]*$/i, ''],
  [/&(amp|lt|gt|quot|apos|nbsp);/gi, (_, name = '') => ENTITIES[name.toLowerCase()] ?? ''],
  [/&#(?:39|x27);/gi, "'"],
  // URLs: their host.
  [
    /(?:https?|ftp|wss?):\/\/(?:[^\s/@<>]+@)?(?:www\.)?([^\s/?#:()<>"'\]]*[^\s/?#:()<>"'\].,;!])(?::\d+)?(?:[/?#][^\s<>"']*[^\s<>"'.,;:!?)\]]|\/)?/gi,
    '$1',
  ],
  [/\bwww\.([\w-]+(?:\.[\w-]+)+)(?:[/?#][^\s<>"']*[^\s<>"'.,;:!?)\]]|\/)?/gi, '$1'],
  [/(?:https?|ftp|wss?):\/\/|\bwww\.(?=\s|$)/gi, ''],
  // Signs that a backslash protects are signs.
  [/\\([*_`~#[\](){}|>+.!\\-])/g, '$1'],
  // Emphasis. A word of which asterisks are a part, a product and a name with underscores are left alone.
  [/(?<![\w*])(\*{2,3})(?=[^\s*])([^*\n]*?[^\s*])\1(?![\w*])/g, '$2'],
  [/(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])/g, '$1'],
  [/(?<!\w)(_{1,3})(?=[^\s_])([^\n]*?[^\s_])\1(?!\w)/g, '$2'],
  [/~~([^~\n]+)~~/g, '$1'],
  [/==([^=\n]+)==/g, '$1'],
  // Halves of an emphasis whose other half is in another sentence.
  [
    /(?<![A-Za-z\d*])\*+(?=[^\s\d*])|(?<=[A-Za-z]{3}|[^\sA-Za-z\d*])\*+(?=\s|$)|(?<=[A-Za-z]{3})\*{2,}(?=[.,;:!?)])/g,
    '',
  ],
  [/(?<!\w)_{1,3}(?=\w)|(?<=[^\W_][^\W_])_{1,3}(?!\w)|~~/g, ''],
  // Emoji, with the space before a sign that then follows.
  [new RegExp(`\\s*${EMOJI}(?=\\s*(?:[.,!?;:]|$))`, 'gu'), ''],
  [new RegExp(EMOJI, 'gu'), ' '],
  [/(?<!\w):[a-z][a-z_+]*[a-z]:(?!\w)/g, ''],
  // What the rest has left behind.
  [/\(\s*\)/g, ''],
  [/([!?])\1+/g, '$1'],
  [/(?:\?!|!\?)[!?]+/g, '?!'],
  [/\.{4,}/g, '...'],
  [/,(?:\s*,)+/g, ','],
  [/\s+/g, ' '],
];

type Line = { readonly text: string; readonly kind: 'text' | 'item' | 'heading' };

/** What a line of a block is; the first pattern that fits counts. */
const BLOCKS: readonly (readonly [pattern: RegExp, read: (parts: RegExpExecArray) => Line])[] = [
  [/^\s*(?:([-*_=])\s*)(?:\1\s*){2,}$|^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-*:?\s*)+$/, () => ({ text: '', kind: 'text' })],
  [/^\s*#{1,6}\s+(.*?)(?:\s+#+)?\s*$/, ([, text = '']) => ({ text, kind: 'heading' })],
  [/^\s*\|(.*?)\|?\s*$/, ([, cells = '']) => ({ text: cellsOf(cells), kind: 'item' })],
  [/^\s*(?:>\s*)+(.*)$/, ([, text = '']) => ({ text, kind: 'text' })],
  [/^\s*[-*+•▪◦‣●–—]\s+(?:\[[ xX]\]\s+)?(.*)$/, ([, text = '']) => ({ text, kind: 'item' })],
  [/^\s*(\d{1,3}[.)]\s+.*)$/, ([, text = '']) => ({ text, kind: 'item' })],
];

function cellsOf(cells: string): string {
  const texts = cells.split('|').map((cell) => cell.trim());
  return texts.filter((cell) => cell !== '').join(', ');
}

function readLine(text: string): Line {
  for (const [pattern, read] of BLOCKS) {
    const parts = pattern.exec(text);
    if (parts !== null) return read(parts);
  }
  return { text, kind: 'text' };
}

/**
 * The lines as one; items of a list are parted by commas, a heading from what it heads by a stop. A last line that has
 * ended is followed by another, which comes as a sentence of its own.
 */
function joinLines(lines: readonly Line[]): string {
  let joined = '';
  let last: Line['kind'] = 'text';
  const markBefore = (next: Line['kind']): string => {
    const isOpen = /[^\s.,;:!?…。！？،]$/.test(joined.trimEnd());
    return !isOpen ? '' : last === 'heading' ? '.' : last === 'item' && next === 'item' ? ',' : '';
  };
  for (const { text, kind } of lines) {
    if (text.trim() === '') continue;
    joined = joined === '' ? text : `${joined.trimEnd()}${markBefore(kind)} ${text.trim()}`;
    last = kind;
  }
  const hasEnded = lines.length > 1 && lines.at(-1)?.text.trim() === '';
  return hasEnded ? `${joined.trimEnd()}${markBefore('item')}` : joined;
}

function clean(text: string): string {
  const joined = joinLines(text.split('\n').map(readLine));
  return INLINE.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement as string), joined).trim();
}

/** Markup within markup is a joke or an attack; deeper than this it may be heard. */
const PASSES = 8;

/**
 * The text as it can be said: without markdown, markup, emoji and citations, a URL as its host. A sentence that has none
 * of them comes back as it is; one that is nothing else comes back empty.
 */
export function speakable(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let current = text;
  for (let pass = 0; pass < PASSES; pass += 1) {
    const next = clean(current);
    if (next === current) break;
    current = next;
  }
  if (current === text.trim()) return text;
  return /[\p{L}\p{N}]/u.test(current) ? current : '';
}
