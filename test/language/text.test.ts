import { expect, test } from 'vitest';
import { dedent } from '../../src/language/text.ts';

test.each([
  ['one line', '  Hello  ', 'Hello'],
  ['a block', '\n    One\n    Two\n  ', 'One\nTwo'],
  ['a list inside a block', '\n    One:\n      - a\n\n      - b\n  ', 'One:\n  - a\n\n  - b'],
  ['text that begins behind the tag', 'One\n    Two\n    Three', 'One\nTwo\nThree'],
  ['blanks at the ends of lines', '\n  One  \n  Two\t\n', 'One\nTwo'],
  ['nothing', ' \n \n', ''],
])('dedents %s', (_, text, expected) => {
  expect(dedent(text)).toBe(expected);
});
