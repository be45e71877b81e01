import { describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import type { ToolCall } from '../../src/call/tool.ts';
import { advance, bindingEnvironment, newCall, pendingCalls, type CallState } from '../../src/call/state.ts';
import { DUPLICATE_WINDOW_MS } from '../../src/limits.ts';
import { record, type Happening } from '../../src/interpret/step.ts';
import { gatherDocument } from '../support/documents.ts';
import { fetched } from '../support/ports.ts';
import { AGENT, callRequest, CALL_SID } from '../support/world.ts';

const ID = `${AGENT}/${CALL_SID}`;

const start: Happening = {
  kind: 'turn-start',
  turn: 1,
  key: 'k1',
  origin: { kind: 'start' },
  request: callRequest({ SpeechResult: 'not kept', Extra: 'kept' }),
};
const document: Happening = { kind: 'document', document: fetched(gatherDocument()) };
const forgetful: Happening = { kind: 'document', document: fetched(gatherDocument({ converse: 'context="none"' })) };
const asked: Happening = { kind: 'model-start', verb: 0, hop: 0, heard: 'Where?' };
const listen: Happening = {
  kind: 'listen',
  markup: { name: 'Gather', attributes: {}, children: [] },
  exit: { kind: 'reply', verb: 0 },
};
const said = (text: string): Happening => ({ kind: 'model-delta', hop: 0, text });
const speech = (role: 'reply' | 'filler' | 'reprompt' | 'notice'): Happening => ({ kind: 'speech', role, text: 'x' });
const ended = (text: string, calls = 0, finish: 'stop' | 'length' | 'error' = 'stop'): Happening => ({
  kind: 'model-end',
  hop: 0,
  text,
  toolCalls: Array.from({ length: calls }, (_, index) => ({ modelId: `m${index}`, name: 'look', arguments: '{}' })),
  finish,
});
const call = (index: number): ToolCall => ({
  id: `${ID}/1/0/${index}`,
  modelId: `m${index}`,
  name: 'look',
  arguments: '{}',
});
const result = (index: number, content: string): Happening => ({
  kind: 'tool-end',
  id: `${ID}/1/0/${index}`,
  result: { content, isError: false },
});
const turnEnd = (outcome: 'listening' | 'hung-up' | 'interrupted'): Happening => ({
  kind: 'turn-end',
  outcome,
  faults: [],
});
const greeting: Happening = {
  kind: 'passed-verb',
  markup: { name: 'Say', attributes: {}, children: ['  Good\n day. '] },
  greeting: true,
};

function after(...happenings: readonly Happening[]): CallState {
  return record(newCall(ID), happenings, 5_000).state;
}

const assistant = (text: string, toolCalls: readonly object[] = []): object => ({ role: 'assistant', text, toolCalls });
const user = (text: string): object => ({ role: 'user', text });

/** Each row: what happened, and what must be true of the call then. */
const folds: { readonly [K in CallEvent['kind']]: readonly (readonly [string, readonly Happening[], object])[] } = {
  'turn-start': [
    [
      'makes the call run',
      [start],
      {
        phase: 'running',
        turn: {
          number: 1,
          seq: 1,
          key: 'k1',
          unchanged: false,
          replied: false,
          spoken: false,
          redirects: 0,
          cursor: 1,
        },
      },
    ],
    [
      'keeps what the session began with, without results of verbs',
      [start],
      { session: { Extra: 'kept', From: '+15550001111' } },
    ],
    [
      'keeps the first session',
      [start, turnEnd('listening'), { ...start, turn: 2, request: callRequest({ Extra: 'later' }) }],
      { session: { Extra: 'kept' }, turn: { number: 2 } },
    ],
    [
      'takes up the exit that it goes on from, and no other is open any more',
      [start, document, listen, turnEnd('listening'), { ...start, turn: 2, origin: { kind: 'exit', seq: 3 } }],
      { turn: { entry: { kind: 'reply', verb: 0 } }, exits: new Map() },
    ],
    [
      'an exit that does not exist is none',
      [start, { ...start, turn: 2, origin: { kind: 'exit', seq: 99 } }],
      { turn: { number: 2 } },
    ],
  ],
  request: [
    [
      'moves the cursor on, counts, and nothing was said since',
      [start, speech('filler'), { kind: 'request', from: 3 }],
      { turn: { cursor: 3, redirects: 1, spoken: false } },
    ],
  ],
  document: [
    [
      'is the running program',
      [start, document],
      { document: { url: 'https://app.example/voice.xml' }, turn: { unchanged: false } },
    ],
    ['is unchanged when it compiles alike', [start, document, document], { turn: { unchanged: true } }],
    ['is changed when it does not', [start, document, forgetful], { turn: { unchanged: false } }],
    [
      'that cannot be had leaves the one that runs',
      [start, document, { kind: 'document', document: { kind: 'unavailable', url: 'x', reason: 'gone' } }],
      { document: { url: 'https://app.example/voice.xml' } },
    ],
  ],
  'model-start': [
    [
      'adds the caller’s words',
      [start, document, asked],
      { messages: [user('Where?')], turn: { reply: { verb: 0, hop: 0, text: '', streaming: true } } },
    ],
    [
      'adds none where the caller said none',
      [start, document, { kind: 'model-start', verb: 0, hop: 0 }],
      { messages: [] },
    ],
    [
      'forgets what came before where the context is none',
      [start, forgetful, greeting, asked],
      { messages: [user('Where?')] },
    ],
    [
      'keeps it in later rounds of the same turn',
      [start, forgetful, asked, ended('', 1), { kind: 'model-start', verb: 0, hop: 1 }],
      { messages: [user('Where?'), assistant('', [{ modelId: 'm0' }])] },
    ],
    ['ends a row of silences', [start, document, speech('reprompt'), asked], { silences: 0 }],
  ],
  'model-delta': [
    [
      'is added to the reply as it was written',
      [start, document, asked, said('One. '), said('Two. ')],
      { turn: { reply: { text: 'One. Two. ' } } },
    ],
  ],
  'model-end': [
    [
      'is the assistant’s message',
      [start, document, asked, said('One. '), ended('Two.')],
      { messages: [user('Where?'), assistant('One. Two.')], turn: { reply: { streaming: false } } },
    ],
    [
      'with tool calls gives each an id of its own',
      [start, document, asked, ended('', 2)],
      {
        messages: [
          user('Where?'),
          assistant('', [
            { id: `${ID}/1/0/0`, modelId: 'm0' },
            { id: `${ID}/1/0/1`, modelId: 'm1' },
          ]),
        ],
      },
    ],
    ['without anything is no message', [start, document, asked, ended('  ')], { messages: [user('Where?')] }],
    [
      'in failure keeps finished sentences alone',
      [start, document, asked, said('One. '), ended('Tw', 0, 'error')],
      { messages: [user('Where?'), assistant('One.')], failures: 1 },
    ],
    [
      'in mid-sentence at its greatest length keeps finished sentences alone',
      [start, document, asked, said('One. '), ended('Tw', 0, 'length')],
      { messages: [user('Where?'), assistant('One.')], failures: 0 },
    ],
    [
      'in its first sentence at its greatest length keeps what there is',
      [start, document, asked, ended('On', 0, 'length')],
      { messages: [user('Where?'), assistant('On')] },
    ],
    [
      'in failure counts on',
      [start, document, asked, ended('', 0, 'error'), asked, ended('', 0, 'error')],
      { failures: 2 },
    ],
    ['in success forgives', [start, document, asked, ended('', 0, 'error'), asked, ended('Yes.')], { failures: 0 }],
  ],
  'tool-start': [
    [
      'marks the call as sent',
      [start, document, asked, ended('', 2), { kind: 'tool-start', call: call(1) }],
      { messages: [user('Where?'), assistant('', [{ id: `${ID}/1/0/0` }, { ...call(1), started: true }])] },
    ],
    [
      'of a call that nobody made changes nothing',
      [start, { kind: 'tool-start', call: call(0) }],
      { phase: 'running', messages: [] },
    ],
  ],
  'tool-end': [
    [
      'is put in its place',
      [start, document, asked, ended('', 2), result(1, 'b'), result(0, 'a')],
      { messages: [user('Where?'), assistant('', [{ result: { content: 'a' } }, { result: { content: 'b' } }])] },
    ],
    [
      'counts once: the first result stays',
      [start, document, asked, ended('', 1), result(0, 'first'), result(0, 'second')],
      { messages: [user('Where?'), assistant('', [{ result: { content: 'first' } }])] },
    ],
    [
      'of a call that nobody made changes nothing',
      [start, document, asked, ended('', 1), result(7, 'x')],
      { messages: [user('Where?'), assistant('', [{ id: `${ID}/1/0/0` }])] },
    ],
  ],
  'timer-fired': [
    [
      'changes nothing',
      [start, { kind: 'timer-fired', timer: 'filler' }],
      { phase: 'running', turn: { spoken: false } },
    ],
  ],
  interrupted: [['changes nothing by itself', [start, { kind: 'interrupted' }], { phase: 'running' }]],
  'taken-over': [
    [
      'makes the turn another node’s; nothing was said by that one yet',
      [start, speech('filler'), { kind: 'taken-over', ranMs: 4_000 }],
      { phase: 'running', turn: { number: 1, seq: 1, claim: 3, spoken: false } },
    ],
  ],
  'hung-up': [
    [
      'ends a call that is idle',
      [start, turnEnd('listening'), { kind: 'hung-up', status: 'completed' }],
      { phase: 'ended' },
    ],
    [
      'leaves the end of a running turn to the turn',
      [start, { kind: 'hung-up', status: 'completed' }],
      { phase: 'running' },
    ],
  ],
  speech: [
    ['of the model', [start, speech('reply')], { turn: { spoken: true, replied: true }, fillers: 0, silences: 0 }],
    ['that fills a wait is counted', [start, speech('filler')], { turn: { spoken: true, replied: false }, fillers: 1 }],
    [
      'that asks again is counted',
      [start, speech('reprompt')],
      { turn: { spoken: true, replied: false }, silences: 1 },
    ],
    ['of our own is no reply', [start, speech('notice')], { turn: { spoken: true, replied: false }, messages: [] }],
  ],
  'passed-verb': [
    [
      'as a greeting is what the assistant said',
      [start, greeting, greeting],
      { messages: [assistant('Good day. Good day.')], turn: { spoken: true } },
    ],
    ['that is no greeting is not', [start, { ...greeting, greeting: false }], { messages: [], turn: { spoken: true } }],
    [
      'with a stage opens an exit',
      [
        start,
        {
          kind: 'passed-verb',
          markup: { name: 'Dial', attributes: {}, children: [] },
          greeting: false,
          exit: { kind: 'stage', stage: { url: 'https://a.example/', method: 'POST' } },
        },
      ],
      { exits: new Map([[2, { kind: 'stage', stage: { url: 'https://a.example/', method: 'POST' } }]]) },
    ],
    [
      'of audio says nothing',
      [
        start,
        {
          kind: 'passed-verb',
          markup: { name: 'Play', attributes: {}, children: ['https://a.example/'] },
          greeting: true,
        },
      ],
      { messages: [] },
    ],
  ],
  listen: [['opens an exit', [start, listen], { exits: new Map([[2, { kind: 'reply', verb: 0 }]]) }]],
  redirect: [
    [
      'opens an exit',
      [start, listen, { kind: 'redirect', exit: { kind: 'verbs', from: 1 } }],
      {
        exits: new Map([
          [2, { kind: 'reply', verb: 0 }],
          [3, { kind: 'verbs', from: 1 }],
        ]),
      },
    ],
  ],
  hangup: [['ends the call with its turn', [start, { kind: 'hangup' }, turnEnd('listening')], { phase: 'ended' }]],
  answered: [
    [
      'is kept under its request',
      [start, { kind: 'answered', key: 'k1', from: 2, to: 3, body: '<A/>' }],
      { answers: new Map([['k1', { seq: 2, turn: 1, atMs: 5_000 }]]) },
    ],
    [
      'is kept for one more turn',
      [
        start,
        { kind: 'answered', key: 'k1', from: 2, to: 3, body: '<A/>' },
        turnEnd('listening'),
        { ...start, turn: 2, key: 'k2' },
      ],
      { answers: new Map([['k1', { seq: 2, turn: 1, atMs: 5_000 }]]) },
    ],
    [
      'is kept for as many turns as begin within 30 s',
      [
        start,
        { kind: 'answered', key: 'k1', from: 2, to: 3, body: '<A/>' },
        turnEnd('listening'),
        { ...start, turn: 2, key: 'k2' },
        turnEnd('listening'),
        { ...start, turn: 3, key: 'k3' },
      ],
      { answers: new Map([['k1', { seq: 2, turn: 1, atMs: 5_000 }]]) },
    ],
    [
      'is not the one of a later turn that begins with an equal request',
      [
        start,
        { kind: 'answered', key: 'k1', from: 2, to: 3, body: '<A/>' },
        turnEnd('listening'),
        { ...start, turn: 2 },
      ],
      { answers: new Map() },
    ],
  ],
  'turn-end': [
    ['leaves the call idle', [start, turnEnd('listening')], { phase: 'idle', turn: { endedAtMs: 5_000 } }],
    ['of a hung-up turn ends the call', [start, turnEnd('hung-up')], { phase: 'ended' }],
    [
      'keeps what was said of a reply that was cut off',
      [start, document, asked, said('One. '), turnEnd('interrupted')],
      { phase: 'idle', messages: [user('Where?'), assistant('One.')] },
    ],
    [
      'adds nothing to a reply that was whole',
      [start, document, asked, said('One. '), ended('Two.'), turnEnd('listening')],
      { messages: [user('Where?'), assistant('One. Two.')] },
    ],
  ],
};

describe.each(Object.entries(folds))('%s', (_kind, rows) => {
  test.each(rows)('%s', (_name, happenings, expected) => {
    expect(after(...happenings)).toMatchObject(expected);
  });
});

test('every event moves the number on and leaves the state before as it was', () => {
  for (const [, happenings] of Object.values(folds).flat()) {
    let state = newCall(ID);
    for (const event of record(state, happenings, 0).events) {
      const before = structuredClone(state);
      const next = advance(state, event);
      expect(next.seq).toBe(event.seq);
      expect(state).toEqual(before);
      state = next;
    }
  }
});

test('a recorded answer is forgotten once it is two turns and 30 s old', () => {
  const answered: Happening = { kind: 'answered', key: 'k1', from: 2, to: 3, body: '<A/>' };
  const old = after(start, answered, turnEnd('listening'), { ...start, turn: 2, key: 'k2' }, turnEnd('listening'));
  const later = 5_000 + DUPLICATE_WINDOW_MS + 1;
  expect(record(old, [{ ...start, turn: 3, key: 'k3' }], later).state.answers.size).toBe(0);
  expect(record(old, [{ ...start, turn: 3, key: 'k3' }], later - 2).state.answers.size).toBe(1);
});

test('a later request stands over what the session began with', () => {
  const later = {
    ...start,
    turn: 2,
    request: { ...callRequest(), parameters: { From: '+15559999999', Extra: null, New: '1' } },
  };
  const state = after(start, turnEnd('listening'), later);
  expect(bindingEnvironment(state)).toMatchObject({
    From: '+15559999999',
    To: '+15550002222',
    Extra: 'kept',
    New: '1',
  });
  expect(Object.keys(bindingEnvironment(state))).not.toContain('SpeechResult');
});

test('a tool call is pending until it has its result', () => {
  const ids = (...happenings: readonly Happening[]): readonly string[] =>
    pendingCalls(after(...happenings)).map(({ modelId }) => modelId);
  expect(ids(start, document, asked)).toEqual([]);
  expect(ids(start, document, asked, ended('', 2))).toEqual(['m0', 'm1']);
  expect(ids(start, document, asked, ended('', 2), result(0, 'a'))).toEqual(['m1']);
  expect(ids(start, document, asked, ended('', 2), result(0, 'a'), result(1, 'b'))).toEqual([]);
});

describe('what the caller has not heard is not in the history', () => {
  const answered = (from: number, to: number): Happening => ({ kind: 'answered', key: `${from}`, from, to, body: '' });
  const next: Happening = { ...start, turn: 2, key: 'k2' };
  // 1 turn-start, 2 document, 3 model-start, 4 delta, 5 speech, 6 delta, 7 speech.
  const two = [start, document, asked, said('One. '), speech('reply'), said('Two. '), speech('reply')] as const;
  const whole = [...two, ended('Three.', 1), speech('reply')] as const;

  test.each<readonly [string, readonly Happening[], readonly object[]]>([
    [
      'an interrupted reply is cut where its answers end',
      [...two, answered(2, 6), turnEnd('interrupted'), next],
      [user('Where?'), assistant('One.')],
    ],
    [
      'a sentence whose speech is the next to be fetched is not heard',
      [...two, answered(2, 7), turnEnd('interrupted'), next],
      [user('Where?'), assistant('One.')],
    ],
    [
      'all of it, when all was fetched',
      [...two, answered(2, 6), turnEnd('interrupted'), answered(6, 9), next],
      [user('Where?'), assistant('One. Two.')],
    ],
    ['nothing, when nothing was', [...two, turnEnd('interrupted'), next], [user('Where?')]],
    [
      'a finished reply whose rest was never fetched',
      [...whole, turnEnd('listening'), answered(2, 8), next],
      [user('Where?'), assistant('One. Two.', [{ modelId: 'm0' }])],
    ],
    [
      'tool calls stay without the words',
      [...whole, turnEnd('interrupted'), next],
      [user('Where?'), assistant('', [{ modelId: 'm0' }])],
    ],
    [
      'a greeting too',
      [start, document, greeting, greeting, listen, answered(2, 4), turnEnd('listening'), next],
      [assistant('Good day.')],
    ],
    [
      'a late answer to the turn before tells nothing of this one',
      [...two, turnEnd('interrupted'), next, answered(2, 9), turnEnd('interrupted'), { ...start, turn: 3 }],
      [user('Where?')],
    ],
    [
      'nor does it take back what this one has been heard to say',
      [
        ...two,
        turnEnd('interrupted'),
        next,
        greeting,
        answered(10, 11),
        answered(2, 8),
        turnEnd('interrupted'),
        { ...start, turn: 3 },
      ],
      [user('Where?'), assistant('Good day.')],
    ],
    [
      'what an earlier turn has said stays',
      [
        start,
        document,
        greeting,
        answered(2, 4),
        turnEnd('listening'),
        next,
        greeting,
        turnEnd('interrupted'),
        { ...start, turn: 3 },
      ],
      [assistant('Good day.')],
    ],
  ])('%s', (_name, happenings, messages) => {
    expect(after(...happenings).messages).toMatchObject(messages);
    expect(after(...happenings).messages).toHaveLength(messages.length);
  });
});
