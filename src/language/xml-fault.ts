import type { Span } from './ast.ts';
import { trimSpan } from './text.ts';

type Explanation = {
  readonly message: string;
  readonly span: Span;
  readonly related?: { readonly message: string; readonly span: Span };
};

type Place = {
  readonly text: string;
  /** The next character that the reader would take. */
  readonly at: number;
  /** Where the start tags of the open elements begin, outermost first. */
  readonly open: readonly number[];
};

type Row = readonly [pattern: RegExp, explain: (place: Place, groups: readonly string[]) => Explanation];

const CDATA = '<![CDATA[';

// The first row whose pattern fits the reader's words wins; what none fits is passed on with the last character read.
const ROWS: readonly Row[] = [
  [
    /^unclosed tag: (.+)$/,
    ({ text, open }, [name = '']) => ({
      message: `<${name}> is never closed`,
      span: startTagSpan(text, open.findLast((start) => tagName(text, start + 1) === name) ?? 0),
    }),
  ],
  [
    /^(unexpected close tag|unmatched closing tag: .+)\.$/,
    ({ text, at, open }) => {
      const start = text.lastIndexOf('</', at - 1);
      const opener = open.at(-1);
      const found = tagName(text, start + 2);
      if (opener === undefined) return { message: `found </${found}>, but nothing is open`, span: { start, end: at } };
      const expected = tagName(text, opener + 1);
      return {
        message: `found </${found}>, expected </${expected}>`,
        span: { start, end: at },
        related: { message: `<${expected}> is opened here`, span: startTagSpan(text, opener) },
      };
    },
  ],
  [
    /^duplicate attribute: (?:\{.*\})?(.+)\.$/,
    ({ text, at, open }, [name = '']) => ({
      message: `a second "${name}" attribute`,
      span: lastAttribute(text, open.at(-1) ?? 0, at, name),
    }),
  ],
  [
    /^unbound namespace prefix: "(.*)"\.$/,
    ({ text, at, open }, [prefix = '']) => ({
      message: `the prefix "${prefix}" is not declared`,
      span: find(text, `${prefix}:`, open.at(-1) ?? 0, at),
    }),
  ],
  [
    /^undefined entity\.$/,
    ({ text, at }) => {
      const start = text.lastIndexOf('&', at - 1);
      const end = Math.max(start + 1, Math.min(at, text.length));
      return { message: `unknown reference ${text.slice(start, end)}; write & as &amp;`, span: { start, end } };
    },
  ],
  [
    /^malformed character entity\.$/,
    ({ text, at }) => {
      const start = Math.max(0, text.lastIndexOf('&', at - 1));
      return { message: `${text.slice(start, at)} is no character of XML`, span: { start, end: at } };
    },
  ],
  [
    /^disallowed character\.$/,
    (place) => {
      const span = lastCharacter(place);
      return { message: `${describe(place.text.slice(span.start, span.end))} is not allowed here`, span };
    },
  ],
  [
    /^document must contain a root element\.$/,
    ({ text }) => ({
      message: 'the document has no element; expected <Response>',
      span: { start: text.length, end: text.length },
    }),
  ],
  [/^attribute without value\.$/, (place) => ({ message: 'an attribute without a value', span: lastCharacter(place) })],
  [
    /^unquoted attribute value\.$/,
    (place) => ({ message: 'an attribute value without quotes', span: lastCharacter(place) }),
  ],
  [
    /^text data outside of root node\.$/,
    ({ text, at }) => {
      const start = text.lastIndexOf('>', at - 2) + 1;
      const end = text.indexOf('<', start);
      const outside = { start, end: end === -1 ? text.length : end };
      // Blanks are allowed there, so it is the character data behind them.
      const isBlank = /^[ \t\r\n]*$/.test(text.slice(outside.start, outside.end)) && text.startsWith(CDATA, end);
      const span = isBlank ? { start: end, end: end + CDATA.length } : trimSpan(text, outside);
      return { message: 'text outside the root element', span };
    },
  ],
  [
    /^disallowed character in .*name\.?$|^disallowed character in closing tag\.$/,
    (place) => {
      const span = lastCharacter(place);
      const character = place.text.slice(span.start, span.end);
      if (character === '>' || character === '/') return { message: 'an attribute without a value', span };
      return { message: `${describe(character)} is not allowed in a name`, span };
    },
  ],
  [
    /^(?:expected |did not expect|value required|value must be quoted|version number|encoding value|standalone value|XML declaration)/,
    (place) => ({
      message: 'the XML declaration is malformed; expected <?xml version="1.0" encoding="UTF-8"?>',
      span: lastCharacter(place),
    }),
  ],
  [
    /^incorrect syntax\.$/,
    ({ text, at }) => {
      const start = Math.max(0, text.lastIndexOf('<!', at));
      const span = { start, end: Math.max(start + 1, at) };
      // The page of an error, or of a login, is what a wrong URL mostly answers.
      const isHtml = /^<!doctype html/i.test(text.slice(start));
      return { message: isHtml ? 'this is a page in HTML; expected XML' : '<! that begins no comment', span };
    },
  ],
  [
    /^documents may contain only one root\.$/,
    ({ text, at }) => {
      const start = text.lastIndexOf('<', at - 1);
      return { message: 'a second root element', span: startTagSpan(text, start) };
    },
  ],
];

/** What is wrong and where, in our words: `reason` is the reader's, `at` the offset that it had come to. */
export function explainXmlFault(text: string, reason: string, at: number, open: readonly number[]): Explanation {
  const place = { text, at: Math.max(0, Math.min(at, text.length)), open };
  const ampersand = LOSES_ITS_WAY.test(reason) ? bareAmpersand(text, place.at) : undefined;
  if (ampersand !== undefined) {
    return {
      message: 'a & that begins no reference; write it as &amp;',
      span: { start: ampersand, end: ampersand + 1 },
    };
  }
  const unfinished = ENDS_EARLY.test(reason) ? findUnfinished(text) : undefined;
  if (unfinished !== undefined) return unfinished;
  for (const [pattern, explain] of ROWS) {
    const match = pattern.exec(reason);
    if (match !== null) return explain(place, match.slice(1));
  }
  return { message: reason.replace(/\.$/, ''), span: lastCharacter(place) };
}

/** After a bare & the reader takes everything up to the next semicolon, or the end, for a name. */
const LOSES_ITS_WAY = /entity|^unclosed tag|^unexpected end/;
const OPAQUE_OR_BARE_AMPERSAND =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<\?[^]*?(?:\?>|$)|&(?!(?:#[0-9]+|#x[0-9A-Fa-f]+|[\p{L}_:][\p{L}\p{N}_:.-]*);)/gu;

function bareAmpersand(text: string, before: number): number | undefined {
  for (const { 0: match, index } of text.matchAll(OPAQUE_OR_BARE_AMPERSAND)) {
    if (index >= before) return undefined;
    if (match === '&') return index;
  }
  return undefined;
}

/** At the end of the text the reader names the open elements, whatever it was in the midst of. */
const ENDS_EARLY = /^unclosed tag|^unexpected end/;
const OPAQUE_OR_UNFINISHED =
  /<!--(?:[^]*?-->|(?<comment>[^]*$))|<!\[CDATA\[(?:[^]*?\]\]>|(?<data>[^]*$))|<\?(?:[^]*?\?>|(?<instruction>[^]*$))|<[^!?](?:"[^"]*"|'[^']*'|[^"'>])*(?:>|(?<tag>["'][^]*$|$))/g;
const UNFINISHED = {
  comment: 'a comment is never closed; expected -->',
  data: 'character data is never closed; expected ]]>',
  instruction: 'an instruction is never closed; expected ?>',
  tag: 'a tag is never closed; expected >',
} as const;

/** The construct in which the text ends. */
function findUnfinished(text: string): Explanation | undefined {
  for (const { 0: match, index, groups = {} } of text.matchAll(OPAQUE_OR_UNFINISHED)) {
    const kind = (Object.keys(UNFINISHED) as (keyof typeof UNFINISHED)[]).find((each) => groups[each] !== undefined);
    if (kind === undefined) continue;
    const opening = /^<(?:!--|!\[CDATA\[|\?|\/?[^\s/>"'=]*)/.exec(match)?.[0] ?? '<';
    return { message: UNFINISHED[kind], span: { start: index, end: index + opening.length } };
  }
  return undefined;
}

function describe(character: string): string {
  const isVisible = /^[!-~\p{L}\p{N}\p{P}\p{S}]$/u.test(character);
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isVisible ? `"${character}"` : `the character U+${code}`;
}

/** The character just read, whole even when it takes two UTF-16 units. */
function lastCharacter({ text, at }: Place): Span {
  if (text === '') return { start: 0, end: 0 };
  let start = Math.max(0, at - 1);
  if (start > 0 && isLowSurrogate(text, start) && isHighSurrogate(text, start - 1)) start -= 1;
  const end = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
  return { start, end: Math.min(end, text.length) };
}

function isHighSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800;
}

function isLowSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

function tagName(text: string, start: number): string {
  const pattern = /[^\s/>]*/y;
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0] ?? '';
}

/** The span of `<` and the name of the tag at `start`. */
export function startTagSpan(text: string, start: number): Span {
  return { start, end: Math.min(text.length, start + 1 + tagName(text, start + 1).length) };
}

function find(text: string, part: string, from: number, to: number): Span {
  const start = text.indexOf(part, from);
  return start === -1 || start >= to ? { start: from, end: to } : { start, end: start + part.length - 1 };
}

function lastAttribute(text: string, from: number, to: number, name: string): Span {
  const tag = text.slice(from, to);
  const names = [...tag.matchAll(/\s([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')/g)];
  const last = names.findLast(([, written = '']) => written === name || written.endsWith(`:${name}`));
  if (last === undefined) return { start: from, end: to };
  const start = from + last.index + 1;
  return { start, end: start + (last[1] ?? '').length };
}
