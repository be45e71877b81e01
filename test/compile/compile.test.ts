import { expect, test } from 'vitest';
import type { Verb } from '../../src/call/program.ts';
import { readDocument } from '../../src/compile/read-document.ts';
import { BASE, conversation, expectValid } from '../support/language.ts';

/** The first verb of a document, warnings allowed. */
function firstVerb(document: string): Verb | undefined {
  const reading = readDocument(document, BASE);
  return reading.kind === 'program' ? reading.program.verbs[0] : undefined;
}

test('only what stands before the conversation greets', () => {
  const document =
    '<Response><Gather input="speech"><Say>Hi</Say><Converse><User>a</User><Speech/></Converse><Say>Ho</Say></Gather></Response>';
  expect(firstVerb(document)).toMatchObject({ kind: 'gather', greeting: [{ name: 'Say', children: ['Hi'] }] });
  expect(firstVerb(document)).toHaveProperty('greeting.length', 1);
});

test('an unknown session tool is left out', () => {
  const document = '<Response><Converse sessionTools="transfer,dial hangup"><User>a</User></Converse></Response>';
  expect(firstVerb(document)).toMatchObject({ conversation: { sessionTools: ['hangup', 'dial'] } });
});

test('the language of speech markup is kept, and attributes of other namespaces are not', () => {
  const document =
    '<Response xmlns:x="urn:x"><Say x:id="1">A <lang xml:lang="de-DE" x:id="2">Gruß</lang></Say></Response>';
  expect(expectValid(document).verbs[0]).toMatchObject({
    markup: {
      attributes: {},
      children: ['A ', { name: 'lang', attributes: { 'xml:lang': 'de-DE' }, children: ['Gruß'] }],
    },
  });
});

test('a name that is too long for models is cut', () => {
  const document = conversation(
    `<Tool name="${'a'.repeat(70)}" url="/t"><Description>Looks up an order.</Description></Tool>`,
  );
  expect(firstVerb(document)).toMatchObject({ conversation: { tools: [{ name: 'a'.repeat(64) }] } });
});

test('a prompt without words is no prompt', () => {
  expect(firstVerb('<Response><Converse><System> </System><User>a</User></Converse></Response>')).toMatchObject({
    conversation: { prompts: [{ role: 'user', text: 'a' }] },
  });
});

test.each([
  ['https://app.example.com/', 'wss://app.example.com/media'],
  ['http://app.example.com/', 'ws://app.example.com/media'],
])('a relative socket of %s is %s', (base, expected) => {
  const [verb] = expectValid('<Response><Connect><Stream url="/media"/></Connect></Response>', base).verbs;
  expect(verb).toMatchObject({ markup: { children: [{ attributes: { url: expected } }] } });
});
