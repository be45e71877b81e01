import type { Message } from '../../src/call/conversation.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { advance, newCall, type CallState } from '../../src/call/state.ts';
import type { Trigger } from '../../src/interpret/decision.ts';
import { modelMessages, NO_RESULT } from '../../src/interpret/history.ts';
import type { ModelMessage } from '../../src/interpret/ports.ts';
import { step } from '../../src/interpret/step.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import { AT_MS, documentOf, SETTINGS, turnStart } from '../support/story.ts';
import { AGENT, CALL_SID } from '../support/world.ts';

const ID = `${AGENT}/${CALL_SID}`;
const source = gatherDocument({ greeting: '', tools: toolMarkup('look'), converse: 'sessionTools="hangup"' });

/** Every reply with tool calls is followed by exactly one result for each of them, in their order, and no other results. */
function expectValidHistory(messages: readonly ModelMessage[]): void {
  const rest = [...messages];
  while (rest.length > 0) {
    const message = rest.shift();
    expect(message?.role).not.toBe('tool');
    if (message?.role !== 'assistant') continue;
    expect(message.content !== '' || message.toolCalls.length > 0).toBe(true);
    const results = rest.splice(0, message.toolCalls.length);
    expect(results.map((result) => (result.role === 'tool' ? result.callId : result.role))).toEqual(
      message.toolCalls.map(({ id }) => id),
    );
  }
  expect(messages.some(({ role }) => role === 'user')).toBe(true);
}

/** Something that may come next, whatever state the call is in. */
const anyInput: fc.Arbitrary<(state: CallState) => Trigger> = fc.oneof(
  fc
    .record({ words: fc.constantFrom('', 'Hello.', 'Where is it?'), known: fc.boolean() })
    .map(({ words, known }) => (state: CallState): Trigger => {
      const exit = [...state.exits.keys()].at(-1);
      return turnStart((state.turn?.number ?? 0) + 1, { SpeechResult: words }, known ? exit : undefined);
    }),
  fc.boolean().map((same) => (): Trigger => documentOf(same ? source : gatherDocument())),
  fc.constantFrom('One. ', ' ', 'Two').map((text) => (state: CallState): Trigger => ({
    kind: 'model-delta',
    hop: state.turn?.reply?.hop ?? 0,
    text,
  })),
  fc
    .record({
      text: fc.constantFrom('', ' ', 'That is all.'),
      calls: fc.array(fc.constantFrom('look {"order":"7"}', 'look {', 'hangup {}', 'none {}'), { maxLength: 3 }),
      fails: fc.boolean(),
    })
    .map(({ text, calls, fails }) => (state: CallState): Trigger => ({
      kind: 'model-end',
      hop: state.turn?.reply?.hop ?? 0,
      text,
      toolCalls: fails
        ? []
        : calls.map((call, index) => ({
            modelId: `${state.seq}-${index}`,
            name: call.split(' ')[0] ?? '',
            arguments: call.split(' ')[1] ?? '',
          })),
      finish: fails ? 'error' : calls.length > 0 ? 'tool-calls' : 'stop',
    })),
  fc
    .record({
      turn: fc.integer({ min: 0, max: 1 }),
      hop: fc.integer({ min: 0, max: 2 }),
      index: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ turn, hop, index }) => (state: CallState): Trigger => ({
      kind: 'tool-end',
      id: `${ID}/${(state.turn?.number ?? 0) - turn}/${hop}/${index}`,
      result: { content: `result at ${state.seq}`, isError: false },
    })),
  fc
    .constantFrom<Trigger>(
      { kind: 'timer-fired', timer: 'filler' },
      { kind: 'timer-fired', timer: 'turn-limit' },
      { kind: 'interrupted' },
      { kind: 'hung-up', status: 'completed' },
    )
    .map((input) => (): Trigger => input),
  fc.constant((state: CallState): Trigger => ({ kind: 'request', from: state.seq })),
);

/** Takes inputs as a turn does: none but its own while it runs, and none after its end but a new turn. */
function live(
  inputs: readonly ((state: CallState) => Trigger)[],
  see: (state: CallState, asked: readonly ModelMessage[] | undefined) => void,
): readonly CallEvent[] {
  let state = newCall(ID);
  const events: CallEvent[] = [];
  for (const next of inputs) {
    const input = next(state);
    const begins = input.kind === 'turn-start';
    if (begins === (state.phase === 'running')) continue;
    if (input.kind === 'model-delta' && state.turn?.reply?.streaming !== true) continue;
    if (input.kind === 'model-end' && state.turn?.reply?.streaming !== true) continue;
    const pending: Trigger[] = [input];
    for (let taken = pending.shift(); taken !== undefined; taken = pending.shift()) {
      if (state.phase !== 'running' && taken.kind !== 'turn-start') break;
      const after = step(state, taken, SETTINGS, AT_MS);
      state = after.state;
      events.push(...after.events);
      for (const decision of after.decisions) {
        if (decision.kind === 'settle-tool')
          pending.push({ kind: 'tool-end', id: decision.id, result: decision.result });
        see(state, decision.kind === 'ask-model' ? decision.request.messages : undefined);
      }
    }
  }
  return events;
}

describe('whatever happens in a call', () => {
  test('every request to the model has exactly one result per tool call', () => {
    let asked = 0;
    fc.assert(
      fc.property(fc.array(anyInput, { minLength: 5, maxLength: 60 }), (inputs) => {
        live(inputs, (state, request) => {
          if (request !== undefined) expectValidHistory(request);
          asked += request === undefined ? 0 : 1;
          expectValidHistory(modelMessages([], state.messages, 'Hello.'));
        });
      }),
      { numRuns: 600 },
    );
    expect(asked).toBeGreaterThan(100);
  });

  test('its events are numbered without a gap, turns never go back, and folding them gives the same call', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 60 }), (inputs) => {
        let last = newCall(ID);
        const events = live(inputs, (state) => {
          last = state;
        });
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1));
        expect(events.every((event, index) => index === 0 || event.turn >= (events[index - 1]?.turn ?? 0))).toBe(true);
        const folded = events.reduce(advance, newCall(ID));
        expect(folded.messages).toEqual(last.seq === folded.seq ? last.messages : folded.messages);
      }),
      { numRuns: 200 },
    );
  });

  test('a turn ends once, and nothing is said after its end', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 60 }), (inputs) => {
        const events = live(inputs, () => undefined);
        for (const turn of new Set(events.map((event) => event.turn))) {
          const kinds = events.filter((event) => event.turn === turn).map(({ kind }) => kind);
          const end = kinds.indexOf('turn-end');
          expect(end === -1 ? [] : kinds.slice(end + 1)).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('each dispatch follows its logged reply, under an id of its own', () => {
    fc.assert(
      fc.property(fc.array(anyInput, { maxLength: 60 }), (inputs) => {
        const ids = live(inputs, () => undefined).flatMap((event) =>
          event.kind === 'tool-start' ? [event.call.id] : [],
        );
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(new RegExp(`^${ID}/\\d+/\\d+/\\d+$`));
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  [
    'prompts in their order, then the conversation',
    [
      { role: 'system', text: 'S' },
      { role: 'user', text: 'U' },
      { role: 'assistant', text: 'A' },
    ] as const,
    'Hi',
    ['system S', 'user U', 'assistant A', 'user Hi'],
  ],
  ['a prompt of the user is nobody’s cue to open', [{ role: 'user', text: 'U' }] as const, undefined, ['user U']],
  [
    'nobody speaks as the user: the opening line does',
    [{ role: 'system', text: 'S' }] as const,
    undefined,
    ['system S', 'user (opening)'],
  ],
  ['no prompts at all', [], undefined, ['user (opening)']],
  [
    'the caller begins after an example of an answer',
    [
      { role: 'system', text: 'S' },
      { role: 'assistant', text: 'A' },
    ] as const,
    'Hi',
    ['system S', 'assistant A', 'user Hi'],
  ],
])('%s', (_name, prompts, heard, expected) => {
  const messages = modelMessages(prompts, heard === undefined ? [] : [{ role: 'user', text: heard }], '(opening)');
  expect(messages.map(({ role, content }) => `${role} ${content}`)).toEqual(expected);
});

const said = (text: string): Message => ({ role: 'assistant', text, toolCalls: [] });
const heard = (text: string): Message => ({ role: 'user', text });
const greeted: Message = { role: 'assistant', text: 'Welcome.', greeting: true, toolCalls: [] };
const called: Message = {
  role: 'assistant',
  text: '',
  toolCalls: [{ id: 'x/1/0/0', modelId: 'm', name: 'look', arguments: '{}' }],
};

test('a call that was cut off gets a result that says so', () => {
  const call = { id: 'x/1/0/0', modelId: 'm', name: 'look', arguments: '{}' };
  expect(
    modelMessages([], [{ role: 'assistant', text: '', toolCalls: [call] }], 'Hello.').filter(
      ({ role }) => role === 'tool',
    ),
  ).toEqual([{ role: 'tool', callId: 'm', content: NO_RESULT }]);
});

test.each<[string, readonly Message[], readonly string[]]>([
  ['the model opened it', [said('Good day.'), heard('Hi')], ['user (opening)', 'assistant Good day.', 'user Hi']],
  [
    'the model has called a tool first',
    [called, said('Good day.')],
    ['user (opening)', 'assistant ', 'tool ', 'assistant Good day.'],
  ],
  ['the document has greeted the caller, who answered', [greeted, heard('Hi')], ['assistant Welcome.', 'user Hi']],
  ['the document has greeted the caller, and the model goes on', [greeted], ['assistant Welcome.', 'user (opening)']],
])('where %s', (_name, messages, expected) => {
  const sent = modelMessages([], messages, '(opening)');
  expect(sent.map(({ role, content }) => `${role} ${role === 'tool' ? '' : content}`)).toEqual(expected);
});
