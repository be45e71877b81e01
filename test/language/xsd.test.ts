import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { describe, expect, test } from 'vitest';
import { cxml, type ElementGrammar } from '../../grammars/cxml.ts';
import { readDocument } from '../../src/compile/read-document.ts';
import { parse } from '../../src/language/parse.ts';
import { print } from '../../src/language/print.ts';
import { xsd } from '../../src/language/xsd.ts';
import { BASE } from '../support/language.ts';

const SCHEMA = new URL('../../grammars/cxml.xsd', import.meta.url);
const FIXTURES = new URL('../../fixtures/documents/', import.meta.url);

test('the schema in the tree is the one of the grammar', async () => {
  await expect(xsd(cxml)).toMatchFileSnapshot(SCHEMA.pathname);
});

using schema = XmlDocument.fromString(xsd(cxml));
const validator = XsdValidator.fromDoc(schema);

/** What libxml2 has against a document in canonical case; prefixes that platforms take undeclared are declared. */
function faultsOf(text: string): readonly string[] {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message);
  const declared = print(parsed.document).replace(
    /<Response/,
    '<Response xmlns:amazon="urn:amazon" xmlns:google="urn:google"',
  );
  using document = XmlDocument.fromString(declared);
  try {
    validator.validate(document);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

const inputs = readdirSync(FIXTURES, { withFileTypes: true })
  .filter(({ name }) => existsSync(new URL(`${name}/input.xml`, FIXTURES)))
  .map(({ name }): [string, string] => [name, readFileSync(new URL(`${name}/input.xml`, FIXTURES), 'utf8')]);

test.each(inputs.filter(([, text]) => readDocument(text, BASE).diagnostics.length === 0))(
  'the document %s, which has no fault, is valid',
  (_, text) => {
    expect(faultsOf(text)).toEqual([]);
  },
);

const of = (content: string): string => `<Response>${content}</Response>`;
const converse = (content: string): string =>
  of(`<Gather input="speech"><Converse><System>Help.</System>${content}<Speech/></Converse></Gather>`);
const tool = (attributes: string, content = ''): string =>
  converse(`<Tool name="a" url="/a" ${attributes}><Description>Looks up an order.</Description>${content}</Tool>`);

describe('both refuse', () => {
  test.each([
    ['another root', '<Say>Hi</Say>'],
    ['a noun at the top', of('<Number>1</Number>')],
    ['a verb in a verb', of('<Gather><Dial>1</Dial></Gather>')],
    ['a verb in speech', of('<Say>a<Pause/></Say>')],
    ['a noun of another verb', of('<Connect><Number>1</Number></Connect>')],
    ['a noun of another place of the same name', of('<Stop><Stream><Language code="a"/></Stream></Stop>')],
    ['a document in a document', of('<Response/>')],
    [
      'a second conversation',
      of('<Gather><Converse><User>a</User></Converse><Converse><User>a</User></Converse></Gather>'),
    ],
    ['a second Speech', converse('<Speech/>')],
    ['a second description', tool('', '<Description>Looks it up.</Description>')],
    ['text among verbs', of('Hello')],
    ['text in a conversation', converse('Be kind.')],
    ['text in an empty element', of('<Hangup>now</Hangup>')],
    ['a child of an empty element', of('<Hangup><Say>a</Say></Hangup>')],
    ['a missing target', of('<Redirect/>')],
    ['a target of another scheme', of('<Redirect>tel:1</Redirect>')],
    ['audio of another scheme', of('<Play>ftp://a.example/b</Play>')],
    ['a missing attribute', of('<Connect><Stream/></Connect>')],
    ['a tool without a name', converse('<Tool url="/a"><Description>Looks up an order.</Description></Tool>')],
    ['a truth value', of('<Gather actionOnEmptyResult="yes"/>')],
    ['a truth value in digits', of('<Gather actionOnEmptyResult="1"/>')],
    ['seconds in words', of('<Pause length="soon"/>')],
    ['parts of seconds', of('<Pause length="1.5"/>')],
    ['no seconds', of('<Pause length=""/>')],
    ['less than the least', of('<Gather numDigits="0"/>')],
    ['more than the most', of('<Dial><Conference maxParticipants="251">a</Conference></Dial>')],
    ['a negative time', of('<Gather speechTimeout="-1"/>')],
    ['a number beyond its range', of('<Converse temperature="3"><User>a</User></Converse>')],
    ['a number with an exponent', of('<Converse temperature="1e0"><User>a</User></Converse>')],
    ['a sign', of('<Say loop="+1">a</Say>')],
    [
      'milliseconds below the least',
      of('<Connect><ConversationRelay url="wss://a.example" speechTimeout="1"/></Connect>'),
    ],
    ['a word', of('<Reject reason="bussy"/>')],
    ['a word in another case', of('<Gather method="post"/>')],
    ['a word of a list', of('<Gather input="dtmf speach"/>')],
    ['an empty list', of('<Gather input=" "/>')],
    ['keys', of('<Gather finishOnKey="A"/>')],
    ['a name with blanks', of('<Converse model=" gpt"><User>a</User></Converse>')],
    ['an empty name', tool('secret=""')],
    ['a URL without a host', of('<Gather action="http://"/>')],
    ['a URL of another scheme', of('<Gather action="ftp://a.example/"/>')],
    ['no URL', of('<Say statusCallback="">a</Say>')],
    ['a socket over https', of('<Connect><Stream url="https://a.example/"/></Connect>')],
    ['a kind of tool not carried out', tool('kind="mcp"')],
    ['an attribute not carried out', tool('ack="On it."')],
    [
      'an element not carried out',
      converse('<Tool name="a" url="/a"><Description>Looks up.</Description><Failure>That failed.</Failure></Tool>'),
    ],
  ])('%s', (_, document) => {
    expect(readDocument(document, BASE).kind).toBe('invalid');
    expect(faultsOf(document)).toHaveLength(1);
  });
});

describe('both take', () => {
  test.each([
    [
      'children in any order',
      converse(
        '<Tool name="a" url="/a"><Parameter name="From"/><Description>Looks up an order.</Description><Parameter name="To"/></Tool>',
      ),
    ],
    ['blanks around a URL', of('<Play> https://a.example/b.mp3\n</Play>')],
    ['a scheme in capitals', of('<Play>HTTPS://a.example/b.mp3</Play>')],
    ['a colon behind the path', of('<Gather action="?at=10:30"/>')],
    ['the document’s own URL', of('<Gather action=""/>')],
    ['keys without text', of('<Play digits="1w*#"/>')],
    ['an extreme', of('<Converse temperature="2"><User>a</User></Converse>')],
    ['a word beside numbers', of('<Gather speechTimeout="auto" timeout="auto"/>')],
    ['lists with commas', of('<Gather input="dtmf, speech"/>')],
    ['speech of other namespaces', of('<Say>a <amazon:effect name="whispered">b</amazon:effect></Say>')],
    ['the language of speech', of('<Say>a <lang xml:lang="de-DE">b</lang></Say>')],
    [
      'elements of one name',
      of('<Start><Stream url="wss://a.example" name="s"/></Start><Stop><Stream name="s"/></Stop>'),
    ],
  ])('%s', (_, document) => {
    expect(readDocument(document, BASE).diagnostics).toEqual([]);
    expect(faultsOf(document)).toEqual([]);
  });

  test('a word that some platform may know', () => {
    const document = of('<Gather speechEngine="deepgram"/>');
    expect(readDocument(document, BASE).diagnostics.map(({ code }) => code)).toEqual(['unknown-value']);
    expect(faultsOf(document)).toEqual([]);
  });
});

test('each row that has no prefix and is carried out has a type', () => {
  const rows: readonly [string, ElementGrammar][] = Object.entries(cxml);
  const expected = rows.filter(([row, { planned }]) => !row.includes(':') && planned !== true).map(([row]) => row);
  expect([...xsd(cxml).matchAll(/<xs:complexType name="([^"]+)"/g)].map(([, row]) => row)).toEqual(expected);
});
