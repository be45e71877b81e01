import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/compile/read-document.ts';
import { formatDiagnostics } from '../../src/language/diagnostics.ts';
import { BASE, conversation } from '../support/language.ts';

const QUARTER = 262_144;
const WHOLE = 4 * QUARTER - 1024;
/** Four times the text takes four times as long; the rest is noise of a busy machine. */
const MAX_GROWTH = 12;
/** Less than this cannot be measured, and is fast whatever its growth. */
const MEASURABLE_MS = 40;

const filled = (lead: string, part: string, length: number, tail = ''): string =>
  lead + part.repeat(Math.floor((length - lead.length - tail.length) / part.length)) + tail;

// Each shape, of a given length, and what is made of it.
const SHAPES: readonly (readonly [string, (length: number) => string, string])[] = [
  ['entities', (length) => filled('<!DOCTYPE a [', '<!ENTITY a "&a;&a;">', length, ']><a>&a;</a>'), 'doctype'],
  ['depth', (length) => filled('', '<a>', length), 'document-limit'],
  ['elements', (length) => filled('<Response>', '<X/>', length, '</Response>'), 'document-limit'],
  ['attributes', (length) => filled('<Response ', 'a="" ', length, '/>'), 'document-limit'],
  [
    'attributes of names of their own',
    (length) => `<Response ${Array.from({ length: length / 12 }, (_, i) => `a${i}=""`).join(' ')}/>`,
    'document-limit',
  ],
  ['a long element name', (length) => filled('<', 'a', length, '/>'), 'wrong-root'],
  [
    'a long attribute name',
    (length) => filled('<Response><Say ', 'a', length, '="">x</Say></Response>'),
    'unknown-attribute',
  ],
  ['a long value', (length) => filled('<Response><Say voice="', 'a', length, '">x</Say></Response>'), 'document-limit'],
  ['a long text', (length) => filled('<Response><Say>', 'a', length, '</Say></Response>'), 'document-limit'],
  [
    'long character data',
    (length) => filled('<Response><Say><![CDATA[', ']', length, ']]></Say></Response>'),
    'document-limit',
  ],
  ['a long comment', (length) => filled('<Response><!--', ' -', length, ' --></Response>'), 'none'],
  ['many comments', (length) => filled('<Response>', '<!---->', length, '</Response>'), 'none'],
  ['many instructions', (length) => filled('<Response>', '<?a b?>', length, '</Response>'), 'none'],
  ['many ampersands', (length) => filled('<Response>', '&', length, '</Response>'), 'malformed-xml'],
  ['many references', (length) => filled('<Response><Say>', '&#65;', length, '</Say></Response>'), 'long-text'],
  ['many starts', (length) => filled('<Response>', '<', length), 'malformed-xml'],
  ['quotes without a partner', (length) => filled(`<Response a='`, '"', length), 'malformed-xml'],
  ['quotes in text that ends early', (length) => filled('<Response>', `"'`, length), 'malformed-xml'],
  ['character data that ends early', (length) => filled('<Response><![CDATA[', ']]', length), 'malformed-xml'],
  ['a tag that ends early', (length) => filled('<Response', ' ', length), 'malformed-xml'],
  ['blanks', (length) => filled('<Response>', ' ', length, '</Response>'), 'document-limit'],
  ['line ends', (length) => filled('<Response>', '\r\n', length, '</Response>'), 'document-limit'],
  [
    'verbs with faults',
    (length) => filled('<Response>', `<Say loop="x" vioce="y"${' '.repeat(80)}>a</Say>`, length, '</Response>'),
    'bad-attribute',
  ],
  [
    'tools of one name',
    (length) =>
      filled('<Response><Converse>', `<Tool name="a" url="/a"/>${' '.repeat(60)}`, length, '</Converse></Response>'),
    'duplicate-tool',
  ],
  [
    'prompts that name tools',
    (length) =>
      filled(
        '<Response><Converse>',
        `<User>${'use `a_b` tool, '.repeat(500)}</User>`,
        length,
        '</Converse></Response>',
      ),
    'undeclared-tool',
  ],
  [
    'prompts that never hang up',
    (length) =>
      filled('<Response><Converse>', `<User>${'never hang up '.repeat(500)}</User>`, length, '</Converse></Response>'),
    'none',
  ],
  [
    'prompts of digits',
    (length) =>
      filled(
        '<Response><Converse sessionTools="dial">',
        `<User>${'1 2 3 4 5-'.repeat(500)}x</User>`,
        length,
        '</Converse></Response>',
      ),
    'none',
  ],
  [
    'conversations that dial',
    (length) =>
      filled(
        '<Response>',
        `<Converse sessionTools="dial"><User>a</User></Converse>${' '.repeat(60)}`,
        length,
        '</Response>',
      ),
    'no-target',
  ],
  [
    'lists of values',
    (length) => filled('<Response>', `<Gather input="${'dtmf,'.repeat(5000)}"/>`, length, '</Response>'),
    'none',
  ],
  ['bytes of no encoding', (length) => filled('<Response>', '\uFFFF', length / 3), 'malformed-xml'],
];

/** The least of three times, in milliseconds, and the codes that were found. */
function measure(text: string): { readonly ms: number; readonly codes: readonly string[] } {
  const bytes = new TextEncoder().encode(text);
  let ms = Infinity;
  let codes: readonly string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const start = performance.now();
    const { diagnostics } = readDocument(bytes, BASE);
    formatDiagnostics(bytes, 'input', diagnostics.slice(0, 3));
    ms = Math.min(ms, performance.now() - start);
    codes = diagnostics.map(({ code }) => code);
  }
  return { ms, codes };
}

describe('a megabyte of', () => {
  test.each(SHAPES)('%s takes no more than its share of time', (_, shape, expected) => {
    const quarter = measure(shape(QUARTER));
    const whole = measure(shape(WHOLE));
    expect(expected === 'none' ? whole.codes : whole.codes.slice(0, 1)).toEqual(expected === 'none' ? [] : [expected]);
    expect(whole.ms).toBeLessThan(Math.max(MEASURABLE_MS, MAX_GROWTH * quarter.ms));
  });
});

test('a document cut off after any byte has one fault, with a place in what is left', () => {
  const document = conversation(
    '<!-- c --><?p i?><Tool name="a" url="/ä?b=1&amp;c"><Description><![CDATA[Looks up 😀.]]></Description><Parameter name=\'x\'/></Tool>',
  );
  const bytes = new TextEncoder().encode(`\uFEFF<?xml version="1.0"?>\r\n${document}`);
  for (let end = 0; end < bytes.length; end += 1) {
    const cut = bytes.slice(0, end);
    const { kind, diagnostics } = readDocument(cut, BASE);
    expect([kind, diagnostics.length, diagnostics[0]?.severity]).toEqual(['invalid', 1, 'error']);
    expect(diagnostics[0]?.code).toMatch(/^(?:malformed-xml|encoding)$/);
    expect(diagnostics[0]?.span.end).toBeLessThanOrEqual(new TextDecoder().decode(cut).length);
  }
  expect(readDocument(bytes, BASE).kind).toBe('program');
});
