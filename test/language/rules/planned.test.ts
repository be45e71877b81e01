import { test } from 'vitest';
import { conversation, expectDiagnostics, expectValid } from '../../support/language.ts';

const tool = (attributes: string, content = ''): string =>
  conversation(`<Tool name="a" url="/a"${attributes}><Description>Looks up an order.</Description>${content}</Tool>`);

test.each([
  ['client tools', tool(' kind="client"'), '2:31', 'client', '"kind" of <Tool> is "client", which'],
  ['MCP tools', tool(' kind="mcp"'), '2:31', 'mcp', '"kind" of <Tool> is "mcp", which'],
  ['builtin tools', tool(' kind="builtin"'), '2:31', 'builtin', '"kind" of <Tool> is "builtin", which'],
  ['inline tools', tool(' kind="inline"'), '2:31', 'inline', '"kind" of <Tool> is "inline", which'],
  ['integrations', tool(' kind="integration"'), '2:31', 'integration', '"kind" of <Tool> is "integration", which'],
  ['the envelope', tool(' wire="envelope"'), '2:31', 'envelope', '"wire" of <Tool> is "envelope", which'],
  ['tool calls', tool(' wire="tool-calls"'), '2:31', 'tool-calls', '"wire" of <Tool> is "tool-calls", which'],
  ['a signature', tool(' signature="speechify"'), '2:36', 'speechify', '"signature" of <Tool> is "speechify", which'],
  ['another one', tool(' signature="flireo"'), '2:36', 'flireo', '"signature" of <Tool> is "flireo", which'],
  ['calls that nobody waits for', tool(' mode="async"'), '2:31', 'async', '"mode" of <Tool> is "async", which'],
  ['acknowledgements', tool(' ack="On it."'), '2:25', 'ack', '"ack" of <Tool>'],
  ['headers', tool('', '<Header name="X-A" value="1"/>'), '2:71', 'Header', '<Header>'],
  ['fillers', tool('', '<Filler after="0.5">One moment.</Filler>'), '2:71', 'Filler', '<Filler>'],
  ['words for a failure', tool('', '<Failure>That failed.</Failure>'), '2:71', 'Failure', '<Failure>'],
])('refuses %s, which the language has and this version does not carry out', (_, document, at, text, what) => {
  expectDiagnostics(document).toEqual([{ code: 'not-supported', at, text, message: `${what} is not supported yet` }]);
});

test('takes what is carried out when it is written', () => {
  expectValid(tool(' kind="webhook" method="POST" wire="arguments" signature="standard-webhooks" mode="sync"'));
});
