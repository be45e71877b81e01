import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { createTranscript } from '../../src/cli/call-transcript.ts';

function written(...events: readonly object[]): readonly string[] {
  const transcript = createTranscript();
  return events.map((event, index) => transcript({ seq: index + 1, turn: 1, atMs: 0, ...event } as CallEvent));
}

const asked = (...names: readonly string[]): object => ({
  kind: 'model-end',
  hop: 0,
  text: '',
  finish: 'tool-calls',
  toolCalls: names.map((name) => ({ modelId: 'x', name, arguments: '{"a":1}' })),
});
const ended = (id: string, content: string, isError = false): object => ({
  kind: 'tool-end',
  id,
  result: { content, isError },
});

test('a tool call is told when it starts, and once', () => {
  const start = { kind: 'tool-start', call: { id: 'c/1/0/0', name: 'find', arguments: '{"a":1}' } };
  expect(written(asked('find'), start, ended('c/1/0/0', 'found'))).toEqual(['', '  -> find {"a":1}', '  <- found']);
});

test('one that was answered without being run is told with its answer', () => {
  expect(written(asked('find', 'hangup'), ended('c/1/0/1', 'bye'), ended('c/1/0/0', 'no', true))).toEqual([
    '',
    '  -> hangup {"a":1}\n  <- bye',
    '  -> find {"a":1}\n  <- error: no',
  ]);
});

test('what a model says cannot move the cursor', () => {
  expect(written({ kind: 'speech', role: 'reply', text: 'a\u001b[2Jb\r\u009bc\n' })).toEqual(['a[2Jbc\n']);
});

test('a verb that says something is told by its words, any other by its name and what is in it', () => {
  const verb = (name: string, ...children: readonly object[]): object => ({
    kind: 'passed-verb',
    markup: { name, attributes: {}, children },
  });
  const number = { name: 'Number', attributes: {}, children: ['+15551234567'] };
  expect(written(verb('Say', 'Hello.' as never), verb('Dial', number), verb('Pause'))).toEqual([
    'Hello.',
    '<Dial> +15551234567',
    '<Pause>',
  ]);
});

test('faults are told, and what nobody would notice is not', () => {
  const end = { kind: 'turn-end', outcome: 'failed', faults: ['one', 'two'] };
  expect(written(end, { kind: 'timer-fired', timer: 'filler' })).toEqual(['  !! one\n  !! two', '']);
});
