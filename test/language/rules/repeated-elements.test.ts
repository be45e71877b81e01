import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

test.each([
  [
    'conversations in a Gather',
    '<Response><Gather input="speech"><Converse><User>a</User><Speech/></Converse><Converse><User>b</User><Speech/></Converse></Gather></Response>',
    '1:79',
    'Converse',
    'a second <Converse> in <Gather>; expected one',
  ],
  [
    'Speech in a conversation',
    conversation('<Speech/>'),
    '3:2',
    'Speech',
    'a second <Speech> in <Converse>; expected one',
  ],
  [
    'descriptions of a tool',
    conversation(
      '<Tool name="a" url="/a"><Description>Looks up an order.</Description><Description>Looks up an order.</Description></Tool>',
    ),
    '2:71',
    'Description',
    'a second <Description> in <Tool>; expected one',
  ],
])('refuses two %s', (_, document, at, text, message) => {
  const all = expectDiagnostics(document);
  all.toContainEqual({ code: 'repeated-element', at, text, message });
});

test('takes several conversations one after the other', () => {
  expectValid('<Response><Converse><User>a</User></Converse><Converse><User>b</User></Converse></Response>');
});
