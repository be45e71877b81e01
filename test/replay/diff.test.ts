import { describe, expect, test } from 'vitest';
import { diff } from '../../src/replay/diff.ts';

const LINES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('a difference', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['of equal texts is none', 'a\nb', 'a\nb', []],
    ['of a changed line', 'a\nb\nc', 'a\nx\nc', ['  a', '- b', '+ x', '  c']],
    ['of an added line', 'a\nc', 'a\nb\nc', ['  a', '+ b', '  c']],
    ['of a removed line', 'a\nb\nc', 'a\nc', ['  a', '- b', '  c']],
    ['with what is not there yet', '', 'a\nb', ['+ a', '+ b']],
    ['with what does not come any more', 'a', '', ['- a']],
    ['in two places', 'a\nb\nc\nd', 'x\nb\nc\ny', ['- a', '+ x', '  b', '  c', '- d', '+ y']],
    ['in nothing but the end of a line', 'a\n', 'a', ['- "a\\n"', '+ "a"']],
    [
      'far from everything',
      LINES.join('\n'),
      LINES.join('\n').replace('d', 'x'),
      ['  ...', '  b', '  c', '- d', '+ x', '  e', '  f', '  ...'],
    ],
    [
      'in mid-line XML',
      '<R><Say>a</Say></R>',
      '<R><Say>b</Say></R>',
      ['  <R>', '-   <Say>a</Say>', '+   <Say>b</Say>', '  </R>'],
    ],
    [
      'of an attribute',
      '<R><G x="1"><Say>a</Say></G></R>',
      '<R><G x="2"><Say>a</Say></G></R>',
      ['  <R>', '-   <G x="1">', '+   <G x="2">', '      <Say>a</Say>', '    </G>', '  ...'],
    ],
    ['of an empty element', '<R><A/></R>', '<R><A/><B/></R>', ['  <R>', '    <A/>', '+   <B/>', '  </R>']],
    ['of a declaration', '<?xml version="1.0"?><R/>', '<R/>', ['- <?xml version="1.0"?>', '  <R/>']],
    ['of blanks that the layout hides', '<R><A/></R>', '<R> <A/></R>', ['- "<R><A/></R>"', '+ "<R> <A/></R>"']],
    [
      'of JSON on one line',
      '[{"verb":"say","text":"a"}]',
      '[{"verb":"say","text":"b"}]',
      ['- [{ "verb": "say", "text": "a" }]', '+ [{ "verb": "say", "text": "b" }]'],
    ],
    [
      'of text beside elements',
      '<R>a<B/>c</R>',
      '<R>a<B/>d</R>',
      ['  ...', '    a', '    <B/>', '-   c', '+   d', '  </R>'],
    ],
  ])('%s', (_name, expected, actual, lines) => {
    expect(diff(expected, actual)).toEqual(lines);
  });

  test('shows no more of long texts than it must, and in time', () => {
    const text = (word: string): string => Array.from({ length: 3_000 }, (_, line) => `${word} ${line}`).join('\n');
    expect(diff(text('a'), text('b'))).toHaveLength(6_000);
    expect(diff(text('a'), text('a').replace('a 1500', 'b'))).toHaveLength(8);
  });
});
