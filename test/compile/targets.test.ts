import { expect, test } from 'vitest';
import type { Conversation, Program } from '../../src/call/program.ts';
import { readDocument } from '../../src/compile/read-document.ts';

const BASE = 'https://app.example/voice/start.xml';

function programOf(content: string, attributes = 'sessionTools="dial redirect"', verbs = ''): Program {
  const text = `<Response><Converse ${attributes}><System>Help.</System>${content}</Converse>${verbs}</Response>`;
  const reading = readDocument(text, BASE);
  if (reading.kind === 'invalid') throw new Error(reading.diagnostics.map(({ message }) => message).join('\n'));
  return reading.program;
}

function conversationOf(content: string, attributes?: string): Conversation | undefined {
  const [verb] = programOf(content, attributes).verbs;
  return verb?.kind === 'converse' ? verb.conversation : undefined;
}

test.each([
  [
    '<Destination>+15550100</Destination>',
    { name: '+15550100', kind: 'dial', dialled: { noun: 'Number', text: '+15550100' } },
  ],
  [
    '<Destination name=" desk "> 1004 </Destination>',
    { name: 'desk', kind: 'dial', dialled: { noun: 'Number', text: '1004' } },
  ],
  [
    '<Destination name="desk" description="a" message="b">sip:a@b.example</Destination>',
    { name: 'desk', description: 'a', message: 'b', kind: 'dial', dialled: { noun: 'Sip', text: 'sip:a@b.example' } },
  ],
  [
    '<Destination name="shop">https://shop.example/a</Destination>',
    { name: 'shop', kind: 'redirect', url: 'https://shop.example/a' },
  ],
  [
    '<Destination name="shop">../shop.xml</Destination>',
    { name: 'shop', kind: 'redirect', url: 'https://app.example/shop.xml' },
  ],
  [
    '<Destination name="shop">/shop.xml</Destination>',
    { name: 'shop', kind: 'redirect', url: 'https://app.example/shop.xml' },
  ],
])('%s is a destination', (markup, expected) => {
  expect(conversationOf(markup)?.destinations).toEqual([expected]);
});

test('without destinations there are none', () => {
  expect(conversationOf('')).not.toHaveProperty('destinations');
});

test('what is written in the document is gathered wherever it stands, once a conversation may lead away', () => {
  const { written } = programOf(
    '<User>Or +15550101.</User><Destination>+15550109</Destination>',
    undefined,
    '<Say>Call 555-0102.</Say><Dial><Number>1004</Number></Dial><Redirect>next.xml</Redirect><Play>https://cdn.example/a.mp3</Play>',
  );
  expect(written).toEqual({
    dialled: [
      { noun: 'Number', text: '+15550101' },
      { noun: 'Number', text: '555-0102' },
      { noun: 'Number', text: '1004' },
    ],
    urls: ['https://app.example/voice/next.xml'],
  });
});

test('a document whose conversations only hang up gathers nothing', () => {
  expect(programOf('<User>Or +15550101.</User>', 'sessionTools="hangup"')).not.toHaveProperty('written');
});

test.each([
  ['', undefined],
  ['statusCallback="/s"', { url: 'https://app.example/s', method: 'POST', events: ['in-progress', 'completed'] }],
  [
    'statusCallback="s" statusCallbackMethod="GET" statusCallbackEvent="tool-response,llm-response other"',
    { url: 'https://app.example/voice/s', method: 'GET', events: ['llm-response', 'tool-response'] },
  ],
])('the status callback of %j', (attributes, expected) => {
  expect(conversationOf('', attributes)?.statusCallback).toEqual(expected);
});
