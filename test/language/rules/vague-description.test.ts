import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const tool = (name: string, description: string): string =>
  conversation(`<Tool name="${name}" url="/t"><Description>${description}</Description></Tool>`);

test.each([
  ['repeats the name', 'book_table', 'Books the table.', '2:47', 'only repeats the name'],
  ['repeats a name in camel case', 'bookTable', 'book table', '2:46', 'only repeats the name'],
  ['says nothing', 'book', 'Does it.', '2:41', 'only repeats the name'],
  ['has a word or two', 'book', 'Orders.', '2:41', 'is too short to choose by'],
])('warns of a description that %s', (_, name, text, at, fault) => {
  expectDiagnostics(tool(name, text)).toEqual([
    {
      code: 'vague-description',
      at,
      text,
      message: `the description "${text}" ${fault}; expected what the tool does and when to use it`,
    },
  ]);
});

test.each([
  ['three words', 'book', 'Books one table.'],
  ['two long words', 'reserve', 'Reserves restaurant tables.'],
  ['a script without spaces', 'order', '注文の状態を調べる'],
])('takes %s', (_, name, description) => {
  expectValid(tool(name, description));
});
