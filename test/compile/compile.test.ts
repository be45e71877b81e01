import { expect, test } from 'vitest';
import type { Verb } from '../../src/call/program.ts';
import { readDocument } from '../../src/compile/read-document.ts';
import { readXml } from '../../src/language/xml.ts';
import { printXml } from '../../src/render/xml.ts';
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

test.each([
  [
    'of the document',
    '<Response xmlns:mstts="urn:m"><Say>A <mstts:silence value="1"/></Say></Response>',
    '<Say>A <mstts:silence xmlns:mstts="urn:m" value="1"/></Say>',
  ],
  [
    'of the verb, for markup that the grammar knows',
    '<Response><Say xmlns:amazon="urn:a">A <amazon:effect name="whispered">b</amazon:effect></Say></Response>',
    '<Say>A <amazon:effect xmlns:amazon="urn:a" name="whispered">b</amazon:effect></Say>',
  ],
  [
    'of the nearest element',
    '<Response xmlns:x="urn:1"><x:A><x:B xmlns:x="urn:2"/><x:C/></x:A></Response>',
    '<x:A xmlns:x="urn:1"><x:B xmlns:x="urn:2"/><x:C xmlns:x="urn:1"/></x:A>',
  ],
  [
    'beside another',
    '<Response xmlns:x="urn:1"><x:A xmlns:y="urn:2"><x:B/></x:A></Response>',
    '<x:A xmlns:x="urn:1" xmlns:y="urn:2"><x:B xmlns:x="urn:1"/></x:A>',
  ],
  [
    'of attributes of unknown elements',
    '<Response xmlns:x="urn:1"><Foo x:a="1" xml:space="preserve"/></Response>',
    '<Foo xmlns:x="urn:1" x:a="1" xml:space="preserve"/>',
  ],
  [
    'that is named like a property of objects',
    '<Response xmlns:__proto__="urn:1"><__proto__:a/></Response>',
    '<__proto__:a xmlns:__proto__="urn:1"/>',
  ],
  ['that is not used, not', '<Response xmlns:x="urn:1"><Say x:a="1">A</Say></Response>', '<Say>A</Say>'],
])('a prefix is passed on with its declaration: one %s', (_, document, expected) => {
  const verb = firstVerb(document);
  const written = printXml({
    name: 'Response',
    attributes: {},
    children: verb?.kind === 'passed' ? [verb.markup] : [],
  });
  expect(written).toBe(`<?xml version="1.0" encoding="UTF-8"?><Response>${expected}</Response>`);
  expect(readXml(written)).toMatchObject({ ok: true });
});

test('what greets has the declarations of the document', () => {
  const document =
    '<Response xmlns:x="urn:1"><Gather input="speech"><Say><x:a/></Say><Converse><User>a</User><Speech/></Converse></Gather></Response>';
  expect(firstVerb(document)).toMatchObject({ greeting: [{ children: [{ attributes: { 'xmlns:x': 'urn:1' } }] }] });
});
