import { expect, test } from 'vitest';
import { refusals } from '../support/refusals.ts';

const user = { role: 'user', content: 'Hi' };
const call = (id: unknown, name: unknown = 'now', args: unknown = '{}'): object => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const asks = (...calls: readonly object[]): object => ({ role: 'assistant', content: null, tool_calls: calls });
const answers = (id: string): object => ({ role: 'tool', tool_call_id: id, content: 'noon' });
const request = (...messages: readonly object[]): object => ({ model: 'm', stream: true, messages });
const tool = (name: string): object => ({ type: 'function', function: { name, parameters: {} } });

test.each<[string, object]>([
  ['words', request({ role: 'system', content: 'Be kind.' }, user, { role: 'assistant', content: 'Hello' }, user)],
  ['calls and their answers in order', request(user, asks(call('a'), call('b')), answers('a'), answers('b'), user)],
  ['tools', { ...request(user), tools: [tool('now'), tool('weather')] }],
])('a strict server takes %s', (_, body) => {
  expect(refusals(body)).toEqual([]);
});

test.each<[string, unknown]>([
  ['no object', 'x'],
  ['no messages', { model: 'm', stream: true, messages: [] }],
  ['no model', { stream: true, messages: [user] }],
  ['no stream', { model: 'm', messages: [user] }],
  ['a message that is none', request(user, 'x' as unknown as object)],
  ['an unknown role', request(user, { role: 'caller', content: 'Hi' })],
  ['an empty text', request(user, { role: 'assistant', content: '' })],
  ['no text and no call', request(user, { role: 'assistant', content: null })],
  ['content of another type', request(user, { role: 'assistant', content: 7 })],
  ['an empty list of calls', request(user, { role: 'assistant', content: 'x', tool_calls: [] })],
  ['a call by the user', request({ ...user, tool_calls: [call('a')] }, answers('a'))],
  ['a call without an answer', request(user, asks(call('a')))],
  ['a call whose answer comes later', request(user, asks(call('a')), user, answers('a'))],
  ['a call that is answered twice', request(user, asks(call('a')), answers('a'), answers('a'))],
  ['answers in another order', request(user, asks(call('a'), call('b')), answers('b'), answers('a'))],
  ['an answer without a call', request(user, answers('a'))],
  ['an answer at the beginning', request(answers('a'), user)],
  ['nobody but the system', request({ role: 'system', content: 'x' })],
  ['one id for two calls', request(user, asks(call('a')), answers('a'), asks(call('a')), answers('a'))],
  ['an id that is too long', request(user, asks(call('x'.repeat(41))), answers('x'.repeat(41)))],
  ['an id of another type', request(user, asks(call(7)), answers('7'))],
  ['a name with a space', request(user, asks(call('a', 'no such')), answers('a'))],
  ['arguments that are not JSON', request(user, asks(call('a', 'now', '{"x":')), answers('a'))],
  ['arguments that are no object', request(user, asks(call('a', 'now', '[]')), answers('a'))],
  ['no arguments', request(user, asks(call('a', 'now', '')), answers('a'))],
  ['an empty list of tools', { ...request(user), tools: [] }],
  ['a tool with a space in its name', { ...request(user), tools: [tool('no such')] }],
  ['two tools of one name', { ...request(user), tools: [tool('now'), tool('now')] }],
])('a strict server refuses %s', (_, body) => {
  expect(refusals(body)).not.toEqual([]);
});
