import { parseJson } from '../json.ts';
import { readableJson } from './readable-json.ts';

/** Lines around a difference that are shown with it. */
const CONTEXT_LINES = 2;
/** Above this many pairs of lines a comparison takes too long; then everything is shown as different. */
const MOST_PAIRS = 4_000_000;

type Line = { readonly mark: ' ' | '-' | '+'; readonly text: string };

/**
 * Where two texts differ, by lines: `-` was expected, `+` came out, and what stands around them. XML and
 * JSON are laid out over lines before. Empty for equal texts.
 */
export function diff(expected: string, actual: string): readonly string[] {
  if (expected === actual) return [];
  const [before, after] = [linesOf(expected), linesOf(actual)];
  // What differs in blanks alone looks alike once it is laid out.
  const isVisible = before.join('\n') !== after.join('\n');
  const lines = isVisible ? compare(before, after) : compare([JSON.stringify(expected)], [JSON.stringify(actual)]);
  return shown(lines);
}

function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  return text.startsWith('<') ? laidOut(text) : json(text).replace(/\n$/, '').split('\n');
}

/** JSON as it is laid out everywhere; any other text as it is. */
function json(text: string): string {
  const parsed = /^[[{]/.test(text) ? parseJson(text) : undefined;
  return parsed?.ok === true && typeof parsed.value === 'object' && parsed.value !== null
    ? readableJson(parsed.value)
    : text;
}

/** XML with each element on a line of its own; one that holds nothing but text stays whole. */
function laidOut(xml: string): readonly string[] {
  const lines: string[] = [];
  let depth = 0;
  for (const [piece] of xml.matchAll(/<([\w.:-]+)[^<>]*>[^<]+<\/\1>|<[^>]*>|[^<]+/g)) {
    const text = piece.trim();
    if (text === '') continue;
    if (text.startsWith('</')) depth = Math.max(0, depth - 1);
    lines.push('  '.repeat(depth) + text);
    if (/^<[^/?!]/.test(text) && !text.endsWith('/>') && !text.includes('</')) depth += 1;
  }
  return lines;
}

function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  return [
    ...marked(' ', before.slice(0, start)),
    ...changed(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...marked(' ', before.slice(before.length - end)),
  ];
}

/** What lies between equal beginnings and ends, by the longest common subsequence. */
function changed(before: readonly string[], after: readonly string[]): readonly Line[] {
  if (before.length * after.length > MOST_PAIRS) return [...marked('-', before), ...marked('+', after)];
  const common = commonLengths(before, after);
  const lengthAt = (row: number, column: number): number => common[row]?.[column] ?? 0;
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [removed, added] = [before[row], after[column]];
    if (removed !== undefined && removed === added) {
      lines.push({ mark: ' ', text: removed });
      [row, column] = [row + 1, column + 1];
    } else if (removed !== undefined && lengthAt(row + 1, column) >= lengthAt(row, column + 1)) {
      lines.push({ mark: '-', text: removed });
      row += 1;
    } else {
      lines.push({ mark: '+', text: added ?? '' });
      column += 1;
    }
  }
  return lines;
}

/** For each pair of places, how many lines what follows them has in common. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const [here, below] = [table[row], table[row + 1]];
      if (here === undefined || below === undefined) continue;
      here[column] =
        before[row] === after[column]
          ? (below[column + 1] ?? 0) + 1
          : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  }
  return table;
}

function marked(mark: Line['mark'], texts: readonly string[]): readonly Line[] {
  return texts.map((text) => ({ mark, text }));
}

/** The changes, each with its context; the rest is left out. */
function shown(lines: readonly Line[]): readonly string[] {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1).some(({ mark }) => mark !== ' ');
  const shownLines: string[] = [];
  for (const [index, { mark, text }] of lines.entries()) {
    if (isNear(index)) shownLines.push(`${mark} ${text}`);
    else if (shownLines.at(-1) !== '  ...') shownLines.push('  ...');
  }
  return shownLines;
}
