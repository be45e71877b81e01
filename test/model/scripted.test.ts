import { expect, test } from 'vitest';
import type { ModelRequest } from '../../src/interpret/ports.ts';
import { createScriptedModel } from '../../src/model/scripted.ts';
import type { ScriptedReply } from '../../src/model/scripted.ts';

const REQUEST: ModelRequest = { messages: [{ role: 'user', content: 'Hi' }], tools: [] };

async function replyTo(step: ScriptedReply, signal = new AbortController().signal) {
  const pieces: string[] = [];
  const reply = await createScriptedModel([step]).reply(REQUEST, (piece) => pieces.push(piece), signal);
  return { pieces, ...reply };
}

test.each<[string, ScriptedReply, object]>([
  ['says a text', { text: 'Hello' }, { pieces: ['Hello'], toolCalls: [], finish: 'stop' }],
  [
    'says pieces, some later',
    { text: ['One. ', { text: 'Two.', afterMs: 2 }] },
    { pieces: ['One. ', 'Two.'], toolCalls: [], finish: 'stop' },
  ],
  [
    'calls tools',
    {
      text: 'Wait.',
      toolCalls: [
        { name: 'now' },
        { name: 'weather', arguments: { city: 'Bonn' }, modelId: 'x' },
        { name: 'bad', arguments: '{' },
      ],
    },
    {
      pieces: ['Wait.'],
      toolCalls: [
        { modelId: 'call_1_0', name: 'now', arguments: '{}' },
        { modelId: 'x', name: 'weather', arguments: '{"city":"Bonn"}' },
        { modelId: 'call_1_2', name: 'bad', arguments: '{' },
      ],
      finish: 'tool-calls',
    },
  ],
  [
    'fails after some words, without a call',
    { text: 'Well', toolCalls: [{ name: 'now' }], finish: 'error', reason: 'down' },
    { pieces: ['Well'], toolCalls: [], finish: 'error', reason: 'down' },
  ],
])('a scripted model %s', async (_, step, expected) => {
  expect(await replyTo(step)).toEqual(expected);
});

test('a scripted model follows its script, records what it was asked, and fails when the script is over', async () => {
  const model = createScriptedModel([{ text: 'One' }, (request) => ({ text: `${request.messages.length} messages` })]);
  const pieces: string[] = [];
  const { signal } = new AbortController();
  for (let time = 0; time < 2; time += 1) await model.reply(REQUEST, (piece) => pieces.push(piece), signal);
  expect(await model.reply(REQUEST, (piece) => pieces.push(piece), signal)).toEqual({
    toolCalls: [],
    finish: 'error',
    reason: 'the script of the model has no further reply',
  });
  expect(pieces).toEqual(['One', '1 messages']);
  expect(model.requests).toEqual([REQUEST, REQUEST, REQUEST]);
});

test('an abort ends a scripted reply at once, and nothing more is said', async () => {
  const abort = new AbortController();
  const pending = replyTo({ text: ['One', { text: 'Two', afterMs: 60_000 }] }, abort.signal);
  abort.abort();
  expect(await pending).toEqual({ pieces: ['One'], toolCalls: [], finish: 'error', reason: 'cancelled' });
  expect(await replyTo({ text: 'One' }, AbortSignal.abort())).toMatchObject({ pieces: [], reason: 'cancelled' });
});
