import { describe, expect, test } from 'vitest';
import type { Parameters } from '../../src/call/request.ts';
import type { Trigger } from '../../src/interpret/decision.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import {
  FILLER_AFTER_MS,
  MAX_PARALLEL_TOOL_CALLS,
  MAX_TOOL_HOPS,
  TURN_MAX_MS,
  TURN_MAX_REDIRECTS,
} from '../../src/limits.ts';
import { gatherDocument, standAloneDocument, toolMarkup } from '../support/documents.ts';
import {
  brief,
  delta,
  documentOf,
  lastOutput,
  modelEnd,
  SETTINGS,
  tell,
  toolEnd,
  turnStart,
} from '../support/story.ts';
import { callRequest } from '../support/world.ts';

const OWN = 'https://app.example/voice.xml';
const TIMERS = [`turn-limit in ${TURN_MAX_MS}`, `filler in ${FILLER_AFTER_MS}`];
const takenOver: Trigger = { kind: 'taken-over', ranMs: 4_000 };
const LEFT = [`turn-limit in ${TURN_MAX_MS - 4_000}`, `filler in ${FILLER_AFTER_MS}`];
const FAILURE = [`notice "${ENGLISH.failure}"`, 'hang up'];
const LISTEN = ['listen', 'end listening'];
const [FIRST_FILLER = '', SECOND_FILLER = ''] = ENGLISH.fillers;
const [FIRST_REPROMPT = ''] = ENGLISH.reprompts;

const greeting = gatherDocument({ tools: toolMarkup('look') });
const opening = gatherDocument({ tools: toolMarkup('look'), greeting: '', converse: 'sessionTools="hangup"' });
const alone = standAloneDocument({ tools: toolMarkup('look'), after: '<Say>After.</Say>' });

/** The first turn of a call that runs this document. */
const begun = (source: string): readonly Trigger[] => [turnStart(1), documentOf(source)];
const greeted = begun(greeting);
const opened = begun(opening);
const listens = lastOutput(tell(greeted), 'listen');
/** The second turn, after the caller has answered the greeting. */
const answered = (extra: { readonly [name: string]: string }): readonly Trigger[] => [
  ...greeted,
  turnStart(2, extra, listens),
];
/** A call of jambonz that has come to the action of its document's first verb. */
const menuAnswered = (verbs: string, parameters: Parameters): readonly Trigger[] => {
  const story = begun(`<Response>${verbs}</Response>`);
  const gather = tell(story).events.find(({ kind }) => kind === 'passed-verb')?.seq;
  return [...story, { ...turnStart(2, {}, gather), request: callRequest(parameters, 'jambonz') } as Trigger];
};
const asked = [...answered({ SpeechResult: 'Where is it?' }), documentOf(greeting)];
const silent = (turns: number): readonly Trigger[] => {
  const story: Trigger[] = [...greeted];
  for (let turn = 2; turn < 2 + turns; turn += 1)
    story.push(turnStart(turn, { SpeechResult: '' }, lastOutput(tell(story), 'listen')), documentOf(greeting));
  return story;
};
const LOOK = [['look', '{"order":"7"}']] as const;
const OTHER = [['look', '{"order":"8"}']] as const;
const NO_MORE = 'Not run: no more tools in this turn. Nothing was done.';
const HANGUP_CONTENT = 'The call ends after your next words. Say goodbye if you have not done so.';
const rounds = (count: number, turn = 2): readonly Trigger[] =>
  Array.from({ length: count }, (_, hop) => [modelEnd('', { hop, calls: LOOK }), toolEnd(turn, hop, 0)]).flat();
const failedTurn = (turn: number, seq: number): readonly Trigger[] => [
  turnStart(turn, { SpeechResult: 'x' }, seq),
  documentOf(greeting),
  modelEnd('', { fails: 'no capacity' }),
];
const failed = (count: number): readonly Trigger[] => {
  const story: Trigger[] = [...greeted];
  for (let turn = 2; turn < 2 + count; turn += 1) story.push(...failedTurn(turn, lastOutput(tell(story), 'listen')));
  return story;
};

/** Each row: the inputs of a call, the last of which is the one that is decided, and what is to be done about it. */
const tables: {
  readonly [K in Trigger['kind']]: readonly (readonly [string, readonly Trigger[], readonly string[]])[];
} = {
  'turn-start': [
    ['a call begins: the agent’s document', [turnStart(1)], [...TIMERS, 'fetch the agent’s document']],
    [
      'the caller answered a Gather: its next stage',
      answered({ SpeechResult: 'Hi' }),
      [...TIMERS, `fetch POST ${OWN}`],
    ],
    [
      'the platform followed a Redirect of the document: that stage',
      [...begun('<Response><Redirect method="GET">two.xml</Redirect></Response>'), turnStart(2, {}, 4)].map(
        (each, index, all) =>
          index === all.length - 1 ? turnStart(2, {}, lastOutput(tell(all.slice(0, -1)), 'passed-verb')) : each,
      ),
      [...TIMERS, 'fetch GET https://app.example/two.xml'],
    ],
    [
      'the platform comes back for the verbs that were left: no document is needed',
      (() => {
        const story = begun(gatherDocument({ after: '<Say>After.</Say>' }));
        return [...story, turnStart(2, {}, lastOutput(tell(story), 'redirect'))];
      })(),
      [...TIMERS, 'pass Say', 'end document-end'],
    ],
    [
      'a platform that asks for a Gather’s action in silence too: the verbs after it, as elsewhere',
      menuAnswered('<Gather action="chosen"/><Say>Nothing chosen.</Say>', { reason: 'timeout' }),
      [...TIMERS, 'pass Say', 'end document-end'],
    ],
    [
      'and where there are none, nothing',
      menuAnswered('<Gather action="chosen"/>', { reason: 'timeout' }),
      [...TIMERS, 'end document-end'],
    ],
    [
      'and where the author wants to know of it: the action',
      menuAnswered('<Gather action="chosen" actionOnEmptyResult="true"/><Say>No.</Say>', { reason: 'timeout' }),
      [...TIMERS, 'fetch POST https://app.example/chosen'],
    ],
    [
      'and where a key was pressed: the action',
      menuAnswered('<Gather action="chosen"/><Say>No.</Say>', { reason: 'dtmfDetected', digits: '1' }),
      [...TIMERS, 'fetch POST https://app.example/chosen'],
    ],
    [
      'a key that came with the word for silence counts',
      menuAnswered('<Gather action="chosen"/><Say>No.</Say>', { reason: 'timeout', digits: '1' }),
      [...TIMERS, 'fetch POST https://app.example/chosen'],
    ],
    [
      'silence is a Gather’s alone',
      menuAnswered('<Dial action="chosen">+15550002222</Dial><Say>No.</Say>', { reason: 'timeout' }),
      [...TIMERS, 'fetch POST https://app.example/chosen'],
    ],
    [
      'an exit that leads nowhere: from the top',
      [...greeted, turnStart(2, {}, 999)],
      [...TIMERS, 'fetch the agent’s document'],
    ],
  ],
  request: [
    [
      'the platform comes back for more: another filler in time',
      [...opened, { kind: 'request', from: 5 }],
      [`filler in ${FILLER_AFTER_MS}`],
    ],
    [
      'the platform has come back too often',
      [
        ...opened,
        ...Array.from({ length: TURN_MAX_REDIRECTS + 1 }, (_, index): Trigger => ({
          kind: 'request',
          from: 5 + index,
        })),
      ],
      [
        'abort',
        `notice "${ENGLISH.apology}"`,
        'listen',
        `end listening (the platform came back more than ${TURN_MAX_REDIRECTS} times in one turn)`,
      ],
    ],
  ],
  document: [
    ['a Gather with a greeting', greeted, ['greet with Say', ...LISTEN]],
    ['a Gather without a greeting', opened, ['ask verb 0 hop 0 tools [look,hangup]']],
    ['a Converse that stands alone', begun(alone), ['ask verb 0 hop 0 tools [look]']],
    [
      'verbs alone',
      begun('<Response><Say>One.</Say><Pause/></Response>'),
      ['pass Say', 'pass Pause', 'end document-end'],
    ],
    ['nothing', begun('<Response/>'), ['end document-end']],
    [
      'verbs before a Converse',
      begun(gatherDocument({ before: '<Say>One.</Say>' })),
      ['pass Say', 'greet with Say', ...LISTEN],
    ],
    [
      'a verb before a Converse that may keep the call',
      begun(gatherDocument({ before: '<Record/><Say>One.</Say>' })),
      ['pass Record', 'pass Say', 'redirect to verb 2', 'end document-end'],
    ],
    ['a verb that leaves', begun(gatherDocument({ before: '<Hangup/>' })), ['pass Hangup', 'end document-end']],
    [
      'verbs after a Gather',
      begun(gatherDocument({ after: '<Say>After.</Say>' })),
      ['greet with Say', 'listen', 'redirect to verb 1', 'end listening'],
    ],
    ['the same document after the caller’s answer', asked, ['ask verb 0 hop 0 heard "Where is it?" tools [look]']],
    [
      'digits for an answer',
      [...answered({ Digits: '12' }), documentOf(greeting)],
      ['ask verb 0 hop 0 heard "12" tools [look]'],
    ],
    [
      'another document after the caller’s answer',
      [...answered({ SpeechResult: 'Hi' }), documentOf(gatherDocument())],
      ['greet with Say', ...LISTEN],
    ],
    [
      'a document that is gone after the caller’s answer',
      [
        ...answered({ SpeechResult: 'Hi' }),
        { kind: 'document', document: { kind: 'unavailable', url: OWN, reason: 'gone' } },
      ],
      ['ask verb 0 hop 0 heard "Hi" tools [look]'],
    ],
    [
      'a document that is broken after the caller’s answer',
      [...answered({ SpeechResult: 'Hi' }), documentOf('<Response>')],
      ['ask verb 0 hop 0 heard "Hi" tools [look]'],
    ],
    ['silence', silent(1), [`reprompt "${FIRST_REPROMPT}"`, ...LISTEN]],
    ['silence once more', silent(2), [`reprompt "${ENGLISH.reprompts[1]}"`, ...LISTEN]],
    ['silence to the end', silent(3), [`notice "${ENGLISH.farewell}"`, 'hang up', 'end hung-up']],
    [
      'a document that is not there',
      [turnStart(1), { kind: 'document', document: { kind: 'unavailable', url: OWN, reason: 'gone' } }],
      [...FAILURE, `end failed (${OWN}: gone)`],
    ],
    [
      'a parameter that the request lacks',
      begun(
        gatherDocument({ before: '<Say>One.</Say>', tools: toolMarkup('look', '', '<Parameter name="Missing"/>') }),
      ),
      ['pass Say', ...FAILURE, 'end terminated (tool look: the call request has no "Missing")'],
    ],
  ],
  'model-delta': [
    ['a sentence', [...asked, delta('It is here. ')], ['reply "It is here."']],
    ['white space', [...asked, delta(' \n')], []],
  ],
  'model-end': [
    ['the last words', [...asked, modelEnd('It is here.')], ['reply "It is here."', ...LISTEN]],
    ['no last words', [...asked, delta('It is here. '), modelEnd('')], LISTEN],
    ['no words at all', [...asked, modelEnd(' ')], [`notice "${ENGLISH.noAnswer}"`, ...LISTEN]],
    [
      'half a sentence behind whole ones',
      [...asked, delta('It is here. '), modelEnd('We sh', { isCut: true })],
      LISTEN,
    ],
    [
      'a whole sentence at the longest that may be written',
      [...asked, delta('It is here. '), modelEnd('Take it.', { isCut: true })],
      ['reply "Take it."', ...LISTEN],
    ],
    ['half a sentence and nothing else', [...asked, modelEnd('It is', { isCut: true })], ['reply "It is"', ...LISTEN]],
    [
      'of one that stands alone: the next verb',
      [...begun(alone), modelEnd('Hello.')],
      ['reply "Hello."', 'pass Say', 'end document-end'],
    ],
    [
      'a tool call',
      [...asked, modelEnd('Let me see.', { calls: LOOK })],
      ['reply "Let me see."', 'run look {"order":"7"}'],
    ],
    [
      'tool calls of every kind',
      [...opened, modelEnd('', { calls: [...LOOK, ['look', '{'], ['none', '{}'], ['hangup', '{}']] })],
      ['run look {"order":"7"}', 'settle 1 error', 'settle 2 error', 'settle 3 ok'],
    ],
    [
      'a tool call although none was offered: it is told that nothing was done',
      [...asked, ...rounds(MAX_TOOL_HOPS), modelEnd('', { hop: MAX_TOOL_HOPS, calls: LOOK })],
      ['settle 0 error'],
    ],
    [
      'a hang-up although none was offered counts',
      [...opened, ...rounds(MAX_TOOL_HOPS, 1), modelEnd('', { hop: MAX_TOOL_HOPS, calls: [['hangup', '{}']] })],
      ['settle 0 ok'],
    ],
    [
      'two equal calls: one request, however they are written',
      [
        ...asked,
        modelEnd('', {
          calls: [
            ['look', '{"order":"7"}'],
            ['look', '{ "order" : "7" }'],
            ['look', '{"order":"8"}'],
          ],
        }),
      ],
      ['run look {"order":"7"}', 'run look {"order":"8"}'],
    ],
    [
      'more calls than run at once',
      [
        ...asked,
        modelEnd('', {
          calls: Array.from({ length: MAX_PARALLEL_TOOL_CALLS + 2 }, (_, order) => ['look', `{"order":"${order}"}`]),
        }),
      ],
      [
        ...Array.from({ length: MAX_PARALLEL_TOOL_CALLS }, (_, order) => `run look {"order":"${order}"}`),
        `settle ${MAX_PARALLEL_TOOL_CALLS} error`,
        `settle ${MAX_PARALLEL_TOOL_CALLS + 1} error`,
      ],
    ],
    ['a failure', failed(1), [`notice "${ENGLISH.apology}"`, 'listen', 'end listening (no capacity)']],
    ['a second failure in a row', failed(2), [`notice "${ENGLISH.apology}"`, 'listen', 'end listening (no capacity)']],
    ['a third failure in a row', failed(3), [...FAILURE, 'end failed (no capacity)']],
    [
      'a failure of one that stands alone',
      [...begun(alone), modelEnd('', { fails: 'no capacity' })],
      [`notice "${ENGLISH.setback}"`, 'pass Say', 'end document-end (no capacity)'],
    ],
    [
      'no words of one that stands alone: nothing is asked of a caller whom nobody hears',
      [...begun(alone), modelEnd('')],
      [`notice "${ENGLISH.setback}"`, 'pass Say', 'end document-end'],
    ],
    [
      'the words after the hang-up was asked for',
      [
        ...opened,
        modelEnd('', { calls: [['hangup', '{}']] }),
        toolEnd(1, 0, 0, HANGUP_CONTENT),
        modelEnd('Goodbye.', { hop: 1 }),
      ],
      ['reply "Goodbye."', 'hang up', 'end hung-up'],
    ],
  ],
  'tool-end': [
    ['the only result', [...asked, modelEnd('', { calls: LOOK }), toolEnd(2, 0, 0)], ['ask verb 0 hop 1 tools [look]']],
    ['one result of two', [...asked, modelEnd('', { calls: [...LOOK, ...OTHER] }), toolEnd(2, 0, 1)], []],
    [
      'the result of the first of two equal calls: it is the second’s too',
      [...asked, modelEnd('', { calls: [...LOOK, ...LOOK, ...OTHER] }), toolEnd(2, 0, 0)],
      ['settle 1 ok'],
    ],
    [
      'a result that is no other call’s',
      [...asked, modelEnd('', { calls: [...LOOK, ...LOOK, ...OTHER] }), toolEnd(2, 0, 2)],
      [],
    ],
    [
      'a refusal is not handed on: an equal call has its own',
      [
        ...asked,
        modelEnd('', {
          calls: [
            ['look', '{'],
            ['look', '{'],
          ],
        }),
        toolEnd(2, 0, 0, 'not JSON', true),
      ],
      [],
    ],
    [
      'a call past the last round: the caller hears that there is no answer',
      [
        ...asked,
        ...rounds(MAX_TOOL_HOPS),
        modelEnd('', { hop: MAX_TOOL_HOPS, calls: LOOK }),
        toolEnd(2, MAX_TOOL_HOPS, 0, NO_MORE, true),
      ],
      [`notice "${ENGLISH.noAnswer}"`, ...LISTEN],
    ],
    [
      'a hang-up past the last round',
      [
        ...opened,
        ...rounds(MAX_TOOL_HOPS, 1),
        modelEnd('', { hop: MAX_TOOL_HOPS, calls: [['hangup', '{}']] }),
        toolEnd(1, MAX_TOOL_HOPS, 0, HANGUP_CONTENT),
      ],
      [`notice "${ENGLISH.goodbye}"`, 'hang up', 'end hung-up'],
    ],
    [
      'the second result of two',
      [...asked, modelEnd('', { calls: [...LOOK, ...OTHER] }), toolEnd(2, 0, 1), toolEnd(2, 0, 0)],
      ['ask verb 0 hop 1 tools [look]'],
    ],
    [
      'the last round: no tools any more',
      [...asked, ...rounds(MAX_TOOL_HOPS)],
      [`ask verb 0 hop ${MAX_TOOL_HOPS} tools []`],
    ],
    [
      'a hang-up after words',
      [...opened, delta('Goodbye. '), modelEnd('', { calls: [['hangup', '{}']] }), toolEnd(1, 0, 0, HANGUP_CONTENT)],
      ['hang up', 'end hung-up'],
    ],
    [
      'a hang-up without words: the model says goodbye',
      [...opened, modelEnd('', { calls: [['hangup', '{}']] }), toolEnd(1, 0, 0, HANGUP_CONTENT)],
      ['ask verb 0 hop 1 tools [look,hangup]'],
    ],
  ],
  'timer-fired': [
    ['nothing was said yet', [...opened, { kind: 'timer-fired', timer: 'filler' }], [`filler "${FIRST_FILLER}"`]],
    [
      'nothing was said since the platform came back',
      [
        ...opened,
        { kind: 'timer-fired', timer: 'filler' },
        { kind: 'request', from: 6 },
        { kind: 'timer-fired', timer: 'filler' },
      ],
      [`filler "${SECOND_FILLER}"`],
    ],
    ['the node shows that it is alive', [...opened, { kind: 'timer-fired', timer: 'lease' }], []],
    ['something was said', [...opened, delta('Hello. '), { kind: 'timer-fired', timer: 'filler' }], []],
    [
      'before the document has come',
      [turnStart(1), { kind: 'timer-fired', timer: 'filler' }],
      [`filler "${FIRST_FILLER}"`],
    ],
    [
      'the turn is too long',
      [...opened, { kind: 'timer-fired', timer: 'turn-limit' }],
      ['abort', `notice "${ENGLISH.apology}"`, 'listen', 'end listening (the turn took longer than 60 s)'],
    ],
    [
      'the turn is too long before there is a conversation',
      [turnStart(1), { kind: 'timer-fired', timer: 'turn-limit' }],
      ['abort', ...FAILURE, 'end failed (the turn took longer than 60 s)'],
    ],
    [
      'the turn of one that stands alone is too long',
      [...begun(alone), { kind: 'timer-fired', timer: 'turn-limit' }],
      ['abort', ...FAILURE, 'end failed (the turn took longer than 60 s)'],
    ],
  ],
  'taken-over': [
    [
      'before the document has come: it is fetched again, in what is left of the time',
      [turnStart(1), takenOver],
      [...LEFT, 'fetch the agent’s document'],
    ],
    [
      'before the caller is answered: the next stage is fetched again',
      [...answered({ SpeechResult: 'Hi' }), takenOver],
      [...LEFT, `fetch POST ${OWN}`],
    ],
    [
      'in the middle of a reply: the model goes on',
      [...asked, delta('It is '), takenOver],
      [...LEFT, 'ask verb 0 hop 1 tools [look]'],
    ],
    [
      'while tools run: those without a result run again, under the same ids',
      [...asked, modelEnd('', { calls: [...LOOK, ...OTHER] }), toolEnd(2, 0, 0), takenOver],
      [...LEFT, 'run look {"order":"8"} again'],
    ],
    [
      'before a tool call was refused: it is',
      [...asked, modelEnd('', { calls: [['unknown', '{}']] }), takenOver],
      [...LEFT, 'settle 0 error'],
    ],
  ],
  interrupted: [['at any moment', [...opened, { kind: 'interrupted' }], ['abort', 'end interrupted']]],
  'hung-up': [['at any moment', [...opened, { kind: 'hung-up', status: 'completed' }], ['abort', 'end hung-up']]],
};

describe.each(Object.entries(tables))('%s', (_kind, rows) => {
  test.each(rows)('%s', (_name, inputs, expected) => {
    expect(tell(inputs).decisions.map(brief)).toEqual(expected);
  });
});

test('no filler follows itself, however many are said in a call', () => {
  const inputs: Trigger[] = [...opened];
  for (let round = 0; round < 7; round += 1)
    inputs.push({ kind: 'timer-fired', timer: 'filler' }, { kind: 'request', from: 10 + round });
  const said = tell(inputs).events.flatMap((event) => (event.kind === 'speech' ? [event.text] : []));
  expect(said).toEqual([0, 1, 2, 0, 1, 2, 0].map((index) => ENGLISH.fillers[index]));
});

test('the model is asked with the arguments that are left to it, and no others', () => {
  const source = gatherDocument({
    greeting: '',
    tools: toolMarkup('look', '', '<Parameter name="From"/><Parameter name="order" source="model"/>'),
  });
  const decision = tell(begun(source)).decisions[0];
  expect(decision?.kind === 'ask-model' && decision.request.tools).toMatchObject([
    { name: 'look', schema: { required: ['order'] } },
  ]);
});

test('a tool is sent bound and model arguments together, and the bound one wins', () => {
  const source = gatherDocument({
    greeting: '',
    tools: toolMarkup('look', '', '<Parameter name="From"/><Parameter name="order" source="model"/>'),
  });
  const { decisions } = tell([...begun(source), modelEnd('', { calls: [['look', '{"order":"7","From":"me"}']] })]);
  expect(decisions.map(brief)).toEqual(['run look {"order":"7","From":"+15550001111"}']);
});

test('deciding twice decides alike and changes nothing', () => {
  for (const rows of Object.values(tables)) {
    for (const [, inputs] of rows) {
      const before = structuredClone(tell(inputs.slice(0, -1)).state);
      expect(tell(inputs, SETTINGS)).toEqual(tell(inputs, SETTINGS));
      expect(tell(inputs.slice(0, -1)).state).toEqual(before);
    }
  }
});

test('a call that is not run says why', () => {
  const past = tell([...asked, ...rounds(MAX_TOOL_HOPS), modelEnd('', { hop: MAX_TOOL_HOPS, calls: LOOK })]);
  expect(past.decisions).toMatchObject([{ result: { content: NO_MORE, isError: true } }]);
  const many = Array.from(
    { length: MAX_PARALLEL_TOOL_CALLS + 1 },
    (_, order) => ['look', `{"order":"${order}"}`] as const,
  );
  expect(tell([...asked, modelEnd('', { calls: many })]).decisions.at(-1)).toMatchObject({
    result: {
      content: `Not run: at most ${MAX_PARALLEL_TOOL_CALLS} tools run at once. Nothing was done. Call it again if it is still needed.`,
    },
  });
});
