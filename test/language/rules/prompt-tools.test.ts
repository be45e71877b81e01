import { expect, test } from 'vitest';
import { readDocument } from '../../../src/compile/read-document.ts';
import { BASE, conversation, expectDiagnostics, expectValid, findings } from '../../support/language.ts';

const tool =
  '<Tool name="look_up" url="/t"><Description>Looks up an order.</Description><Parameter name="order_id" source="model"/></Tool>';
const document = (prompt: string): string => conversation(`${tool}<User>${prompt}</User>`);

test.each([
  ['quoted', 'Use the `lookup` tool.', '2:141', 'lookup', '; did you mean "look_up"?'],
  ['called', 'Then call book_it at once.', '2:142', 'book_it', ''],
  ['called with parentheses', 'Try cancel() first.', '2:136', 'cancel', ''],
  ['in camel case', 'The orderStatus tool helps.', '2:136', 'orderStatus', ''],
  ['as a function', 'Use function "refund".', '2:146', 'refund', ''],
  ['that is a session tool not asked for', 'Use the "redirect" tool.', '2:141', 'redirect', ''],
])('warns of a tool %s that is not declared', (_, prompt, at, text, near) => {
  expectDiagnostics(document(prompt)).toEqual([
    { code: 'undeclared-tool', at, text, message: `the prompt names the tool "${text}", which is not declared${near}` },
  ]);
});

test('reports each name once, at its first place', () => {
  const xml = conversation(
    '<User>Call the book_it tool.</User><Assistant><![CDATA[I use cancel_it, or call book_it.]]></Assistant>',
  );
  expect(findings(xml, readDocument(xml, BASE).diagnostics).map(({ at, text }) => [at, text])).toEqual([
    ['2:16', 'book_it'],
    ['2:62', 'cancel_it'],
  ]);
});

test.each([
  ['a declared one', 'Use the look_up tool, or call `look_up`, or look_up().'],
  ['an argument', 'Use order_id as it is.'],
  ['words', 'Call the doctor. Use the right tool. Use your tools. The API tool, run a test, call "Smile Dental".'],
  ['a name that nobody is told to use', 'The field customer_name is optional.'],
])('takes %s', (_, prompt) => {
  expectValid(document(prompt));
});

test('knows a tool by the name that models see, and session tools that are asked for', () => {
  const xml = `<Response><Converse sessionTools="hangup"><System>Use the "a_b" tool or the "hangup" tool.</System>${tool.replace('look_up', 'a b')}</Converse></Response>`;
  expectDiagnostics(xml).toEqual([
    { code: 'mapped-tool-name', at: '1:112', text: 'a b', message: 'models see the tool "a b" as "a_b"' },
  ]);
});
