import { describe, expect, test } from 'vitest';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import { eventually, resultsIn, useStarted, type ToolAnswer } from '../support/started.ts';

const started = useStarted();

const PARAMETERS =
  '<Parameter name="quantity" type="integer" source="model"/><Parameter name="size" type="enum" values="S,M" source="model" required="false"/>';

/** The model speaks first, and has tools of these names, without arguments. */
function withTools(...names: readonly string[]): string {
  return gatherDocument({
    greeting: '',
    converse: 'sessionTools="hangup"',
    tools: names.map((name) => toolMarkup(name, 'timeout="0.5"', '')).join(''),
  });
}

describe('every call of a reply has its result, in the order of the calls (livekit/agents#1976)', () => {
  test('whatever becomes of each', async () => {
    const call = started.call({
      document: withTools('slow', 'broken', 'lost', 'fine'),
      model: [
        { calls: [{ name: 'slow' }, { name: 'broken' }, { name: 'absent' }, { name: 'lost' }, { name: 'fine' }] },
        { says: 'Two of them failed.' },
      ],
      tools: {
        slow: { afterMs: 150, body: '"late"' },
        broken: { status: 500, body: 'out of order' },
        lost: { ends: 'drop' },
        fine: { body: '"done"' },
      },
    });
    expect(await call.arrives()).toMatchObject({ words: ['Two of them failed.'], end: 'listening' });
    expect(resultsIn(call.asked[1])).toEqual([
      '"late"',
      'The tool answered 500: out of order',
      'There is no tool named "absent". The tools are: slow, broken, lost, fine, hangup.',
      expect.stringMatching(/^The tool did not answer: .+ Whether it did its work is unknown\.$/),
      '"done"',
    ]);
  });

  test('even when the model gives all of them one id', async () => {
    const call = started.call({
      document: withTools('first', 'second'),
      model: [
        {
          calls: [
            { name: 'first', id: 'same' },
            { name: 'second', id: 'same' },
          ],
        },
        { says: 'Both.' },
      ],
      tools: { first: { body: '1' }, second: { body: '2' } },
    });
    expect((await call.arrives()).words).toEqual(['Both.']);
    expect(resultsIn(call.asked[1])).toEqual(['1', '2']);
    expect(new Set(call.sent.map(({ id }) => id)).size).toBe(2);
  });
});

test('the limit of rounds ends in spoken words, asked for without tools (livekit/agents#5009, PR#4747)', async () => {
  const call = started.call({
    document: withTools('look'),
    model: (request) => (request.tools === undefined ? { says: 'I found nothing.' } : { calls: [{ name: 'look' }] }),
    tools: { look: {} },
  });
  expect(await call.arrives()).toMatchObject({ words: ['I found nothing.'], end: 'listening' });
  expect(call.sent).toHaveLength(8);
  expect(call.asked.map(({ tools }) => tools !== undefined)).toEqual([...Array<boolean>(8).fill(true), false]);
});

test('a call where none is allowed is not run, and has a result all the same (livekit/agents-js#2249)', async () => {
  const call = started.call({
    document: withTools('look'),
    model: (_request, index) => (index < 9 ? { calls: [{ name: 'look' }] } : { says: 'Here I am.' }),
    tools: { look: {} },
  });
  expect(await call.arrives()).toMatchObject({ words: [ENGLISH.noAnswer], end: 'listening' });
  expect(await call.says('Are you there?')).toMatchObject({ words: ['Here I am.'], end: 'listening' });
  expect(call.sent).toHaveLength(8);
  expect(resultsIn(call.asked[9])).toHaveLength(9);
});

test.each<[string, object | string, string]>([
  ['a type', { quantity: 'two' }, '"quantity" is "two"; expected an integer'],
  ['a missing one', {}, 'quantity'],
  ['a value that is none of the list', { quantity: 2, size: 'XL' }, 'size'],
  ['one that nobody declared', { quantity: 2, colour: 'red' }, 'colour'],
  ['no JSON at all', '{"quantity": two}', 'JSON'],
])('the model learns which argument broke which rule (livekit/agents#5164): %s', async (_name, given, rule) => {
  const call = started.call({
    document: gatherDocument({ greeting: '', tools: toolMarkup('order', '', PARAMETERS) }),
    model: [
      { calls: [{ name: 'order', arguments: given as string }] },
      { calls: [{ name: 'order', arguments: { quantity: 2, size: 'M' } }] },
      { says: 'Ordered.' },
    ],
    tools: { order: { body: '"ok"' } },
  });
  expect((await call.arrives()).words).toEqual(['Ordered.']);
  expect(resultsIn(call.asked[1])[0]).toContain(rule);
  expect(resultsIn(call.asked[1])[0]).toMatch(/^The arguments of order were not accepted: .+ Nothing was done\.$/);
  expect(call.sent.map(({ arguments: values }) => values)).toEqual([{ quantity: 2, size: 'M' }]);
});

test('a tool that does not exist is answered with those that do (pipecat-ai/pipecat#1971)', async () => {
  const call = started.call({
    document: withTools('findRepair'),
    model: [{ calls: [{ name: 'find_repair' }] }, { calls: [{ name: 'findRepair' }] }, { says: 'It is ready.' }],
    tools: { findRepair: { body: '"ready"' } },
  });
  expect((await call.arrives()).words).toEqual(['It is ready.']);
  expect(resultsIn(call.asked[1])).toEqual([
    'There is no tool named "find_repair". The tools are: findRepair, hangup.',
  ]);
  expect(call.sent.map(({ name }) => name)).toEqual(['findRepair']);
});

describe('one reply for a batch of calls (livekit/agents#6411; pollen-robotics/reachy_mini_conversation_app#401)', () => {
  test('results that come one after the other ask the model once', async () => {
    const call = started.call({
      document: withTools('weather', 'tide'),
      model: [
        { says: 'Let me look. ', calls: [{ name: 'weather' }, { name: 'tide' }] },
        { says: 'Sun, and low water.' },
      ],
      tools: { weather: { body: '"sun"', afterMs: 120 }, tide: { body: '"low"' } },
    });
    expect(await call.arrives()).toMatchObject({ words: ['Let me look. Sun, and low water.'], end: 'listening' });
    expect(call.asked).toHaveLength(2);
    expect(resultsIn(call.asked[1])).toEqual(['"sun"', '"low"']);
    expect(call.asked[1]?.messages.filter(({ role }) => role === 'assistant')).toHaveLength(1);
  });

  test('a farewell together with its hang-up asks for no second one', async () => {
    const call = started.call({
      document: withTools(),
      model: [{ says: 'Goodbye!', calls: [{ name: 'hangup' }] }],
    });
    expect(await call.arrives()).toMatchObject({ words: ['Goodbye!'], end: 'hangup' });
    expect(call.asked).toHaveLength(1);
  });
});

// Nothing is generated ahead of its turn; what comes near it is a reply that is broken off and asked for again.
test('a call whose reply was broken off is not run; asked for again, it runs once (livekit/agents-js#1365; mastra-ai/mastra#22873)', async () => {
  const call = started.call({
    document: gatherDocument({ greeting: '', tools: toolMarkup('order', '', PARAMETERS) }),
    model: [
      { calls: [{ name: 'order', arguments: '{"quantity": 2, "size":' }], ends: 'cut' },
      { calls: [{ name: 'order', arguments: { quantity: 2 } }] },
      { says: 'Two are ordered.' },
    ],
    tools: { order: { body: '"ok"' } },
  });
  expect(await call.arrives()).toMatchObject({ words: ['Two are ordered.'], end: 'listening' });
  expect(call.sent.map(({ arguments: values }) => values)).toEqual([{ quantity: 2 }]);
  expect(resultsIn(call.asked[2])).toEqual(['"ok"']);
});

// Tools run while the turn waits; none can be pending beside a turn, so none can be booked again meanwhile.
test('a tool that would run on after its turn is refused before anything is spent (livekit/agents PR#6100)', async () => {
  const call = started.call({
    document: gatherDocument({ tools: toolMarkup('book', 'mode="async" ack="Booked."') }),
    tools: { book: {} },
  });
  expect(await call.arrives()).toMatchObject({ words: [ENGLISH.failure], end: 'hangup' });
  expect([call.asked, call.sent]).toEqual([[], []]);
});

describe('every delivery names its call (VapiAI/example-server-javascript-node#6)', () => {
  test('with an id that no other call of the session has', async () => {
    const call = started.call({
      document: withTools('book', 'pay'),
      model: [
        { calls: [{ name: 'book' }, { name: 'pay' }] },
        { calls: [{ name: 'book' }] },
        { says: 'Thrice.' },
        { calls: [{ name: 'book' }] },
        { says: 'Once more.' },
      ],
      tools: { book: { body: '"ok"' }, pay: { body: '"ok"' } },
    });
    await call.arrives();
    await call.says('Again.');
    expect(call.sent.map(({ id }) => id)).toEqual([
      `desk/${call.callSid}/1/0/0`,
      `desk/${call.callSid}/1/0/1`,
      `desk/${call.callSid}/1/1/0`,
      `desk/${call.callSid}/2/0/0`,
    ]);
    for (const { headers } of call.sent) expect(headers['webhook-timestamp']).toMatch(/^\d{10}$/);
  });

  test('and two equal calls of one reply are one delivery, whose answer both have (livekit/agents#6100)', async () => {
    const call = started.call({
      document: withTools('book'),
      model: [{ calls: [{ name: 'book' }, { name: 'book', arguments: ' {} ' }] }, { says: 'Booked once.' }],
      tools: { book: { body: '"booked"' } },
    });
    expect((await call.arrives()).words).toEqual(['Booked once.']);
    expect(call.sent).toHaveLength(1);
    expect(resultsIn(call.asked[1])).toEqual(['"booked"', '"booked"']);
  });

  test('and one whose answer was lost is not delivered again behind the model’s back', async () => {
    const call = started.call({
      document: withTools('book'),
      model: [{ calls: [{ name: 'book' }] }, { says: 'I do not know whether it is booked.' }],
      tools: { book: { ends: 'drop' } },
    });
    expect((await call.arrives()).words).toEqual(['I do not know whether it is booked.']);
    expect(call.sent).toHaveLength(1);
    expect(resultsIn(call.asked[1])[0]).toContain('Whether it did its work is unknown.');
  });
});

describe('transport, protocol and the matter itself fail in words of their own (paperclipai/paperclip#6320)', () => {
  test.each<[string, ToolAnswer, RegExp, boolean]>([
    ['200 with an error', { body: '{"error":"no such ticket"}' }, /^\{"error":"no such ticket"\}$/, true],
    ['200 without success', { body: '{"success":false,"why":"sold out"}' }, /sold out/, true],
    ['200 with errors of GraphQL', { body: '{"data":null,"errors":[{"message":"x"}]}' }, /"errors"/, true],
    ['200 with an empty error', { body: '{"error":null,"ticket":7}' }, /^\{"error":null,"ticket":7\}$/, false],
    ['200 with a web page', { body: '<!doctype html><p>Log in</p>', type: 'text/html' }, /web page/, true],
    ['a status', { status: 404, body: '{"detail":"gone"}' }, /^The tool answered 404: \{"detail":"gone"\}$/, true],
    ['a redirect', { status: 302 }, /redirects/, true],
    ['a lost connection', { ends: 'drop' }, /^The tool did not answer: /, true],
    ['no answer', { ends: 'never' }, /timed out after 0\.5 s/, true],
  ])('%s', async (_name, answer, result, fails) => {
    const call = started.call({
      document: withTools('find'),
      model: [{ calls: [{ name: 'find' }] }, { says: 'Well.' }],
      tools: { find: answer },
    });
    expect((await call.arrives()).words).toEqual(['Well.']);
    const [read] = resultsIn(call.asked[1]);
    expect(read).toMatch(result);
    const id = `desk/${call.callSid}/1/0/0`;
    const lines = (): readonly string[] =>
      started.log.split('\n').filter((line) => line.includes(`"${id.slice(0, -6)}"`));
    await eventually(() => lines().some((line) => line.includes('"a turn ended"')));
    expect(lines().some((line) => line.includes('"a tool call failed"') && line.includes(id))).toBe(fails);
  });
});
