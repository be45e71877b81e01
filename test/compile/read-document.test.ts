import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../../src/compile/read-document.ts';
import { hasErrors } from '../../src/language/diagnostics.ts';
import { parse } from '../../src/language/parse.ts';
import { print } from '../../src/language/print.ts';
import { BASE, findings } from '../support/language.ts';

const FIXTURES = new URL('../../fixtures/documents/', import.meta.url);

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

// A directory is a test: input.xml, and what it compiles to or what is wrong with it.
const CASES = readdirSync(FIXTURES).filter((name) => existsSync(new URL(`${name}/input.xml`, FIXTURES)));

describe.each(CASES)('the document %s', (name) => {
  const file = (part: string): URL => new URL(`${name}/${part}`, FIXTURES);
  const input = readFileSync(file('input.xml'));
  const reading = readDocument(input, BASE);

  test('is read as expected', async () => {
    const isExpected = (part: string, value: unknown): Promise<void> =>
      expect(json(value)).toMatchFileSnapshot(file(part).pathname);
    if (reading.kind === 'program') await isExpected('program.json', reading.program);
    if (reading.diagnostics.length > 0) await isExpected('diagnostics.json', findings(input, reading.diagnostics));
    // A file that is no longer expected would pass unseen.
    expect(existsSync(file('program.json')) && reading.kind !== 'program').toBe(false);
    expect(existsSync(file('diagnostics.json')) && reading.diagnostics.length === 0).toBe(false);
  });

  test('has errors exactly when it is invalid', () => {
    expect(hasErrors(reading.diagnostics)).toBe(reading.kind === 'invalid');
  });

  test('is printed in one way, which compiles alike', async () => {
    const parsed = parse(input);
    if (!parsed.ok) return;
    const printed = print(parsed.document);
    await expect(printed).toMatchFileSnapshot(file('printed.xml').pathname);
    const again = parse(printed);
    expect(again.ok && print(again.document)).toBe(printed);
    const reread = readDocument(printed, BASE);
    expect(reread.kind).toBe(reading.kind);
    expect(reread.kind === 'program' && reread.program.hash).toBe(reading.kind === 'program' && reading.program.hash);
  });
});

test('reads text and bytes alike', () => {
  const text = '<Response><Say>Grüße, 😀</Say></Response>';
  expect(readDocument(new TextEncoder().encode(`\uFEFF${text}`), BASE)).toEqual(readDocument(text, BASE));
});

test('refuses bytes whose declaration names another encoding', () => {
  const text = '<?xml version="1.0" encoding="ISO-8859-1"?><Response/>';
  const bytes = new TextEncoder().encode(text);
  expect(findings(bytes, readDocument(bytes, BASE).diagnostics)).toEqual([
    { code: 'encoding', at: '1:31', text: 'ISO-8859-1', message: 'encoding is "ISO-8859-1"; expected "UTF-8"' },
  ]);
  expect(readDocument(text, BASE).kind).toBe('program');
});

test.each([
  ['a fetched document goes on with itself', 'https://app.example.com/a?b=1', 'https://app.example.com/a?b=1'],
  ['a file goes on with itself', 'file:///srv/app.xml', 'file:///srv/app.xml'],
  ['an inline document has no address', undefined, ''],
])('%s', (_, url, expected) => {
  const reading = readDocument('<Response><Gather/></Response>', url);
  expect(reading).toMatchObject({ program: { verbs: [{ stage: { url: expected, method: 'POST' } }] } });
});

describe('the hash', () => {
  const hash = (document: string, url: string = BASE): unknown => {
    const reading = readDocument(document, url);
    return reading.kind === 'program' && reading.program.hash;
  };
  const document = '<Response><Say voice="man" loop="2">Hi there</Say><Pause/></Response>';

  test.each([
    ['layout', '<Response>\n\n  <Say voice="man" loop="2">\n    Hi   there\n  </Say>\n  <Pause></Pause></Response>'],
    ['the order of attributes', '<Response><Say loop="2" voice="man">Hi there</Say><Pause/></Response>'],
    ['comments', '<Response><!-- a --><Say voice="man" loop="2">Hi <!-- b -->there</Say><Pause/></Response>'],
    ['case', '<RESPONSE><SAY voice="man" loop="2">Hi there</SAY><pause/></RESPONSE>'],
    [
      'how a character is written',
      '<Response><Say voice="man" loop="2">&#72;<![CDATA[i]]> there</Say><Pause/></Response>',
    ],
  ])('does not change with %s', (_, other) => {
    expect(hash(other)).toBe(hash(document));
  });

  test.each([
    ['a word', document.replace('Hi', 'Ho')],
    ['an attribute', document.replace('loop="2"', 'loop="3"')],
    ['the order of verbs', '<Response><Pause/><Say voice="man" loop="2">Hi there</Say></Response>'],
  ])('changes with %s', (_, other) => {
    expect(hash(other)).not.toBe(hash(document));
  });
});
