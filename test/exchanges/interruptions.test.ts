// With documents an interruption is another request of the same call while a turn runs: the voice URL once more, without a
// turn's token and with other parameters. A caller who hangs up in mid-turn is a status callback.
import { describe, expect, test } from 'vitest';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import { eventually, resultsIn, useStarted } from '../support/started.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const started = useStarted();

/** The model speaks first, and may order. */
const ORDERING = gatherDocument({ greeting: '', converse: 'sessionTools="hangup"', tools: toolMarkup('placeOrder') });
const ORDER = { name: 'placeOrder', arguments: { order: '7' } };

test('a result that came before the interruption stays, so nothing is ordered twice (livekit/agents#3702)', async () => {
  const call = started.call({
    document: ORDERING,
    model: [{ calls: [ORDER] }, { says: 'It is ', ends: 'open' }, { says: 'Order seven is placed.' }],
    tools: { placeOrder: { body: '{"number":"A-7"}' } },
  });
  const cut = call.arrives();
  await eventually(() => call.asked.length === 2);
  expect(await call.arrives({ SpeechResult: 'Did it work?' })).toMatchObject({
    words: ['Order seven is placed.'],
    end: 'listening',
  });
  expect((await cut).end).not.toBe('hangup');
  expect(resultsIn(call.asked[2])).toEqual(['{"number":"A-7"}']);
  expect(call.asked[2]?.messages.at(-1)).toEqual({ role: 'user', content: 'Did it work?' });
  expect(call.sent.map(({ name }) => name)).toEqual(['placeOrder']);
});

test('a call that was interrupted has one result for the rest of the session (livekit/agents#5092)', async () => {
  const call = started.call({
    document: ORDERING,
    model: [{ calls: [ORDER] }, { says: 'Yes?' }, { says: 'Still here.' }],
    tools: { placeOrder: { ends: 'never' } },
  });
  const cut = call.arrives();
  await eventually(() => call.sent.length === 1);
  expect(await call.arrives({ SpeechResult: 'Hello?' })).toMatchObject({ words: ['Yes?'], end: 'listening' });
  expect(await call.says('And now?')).toMatchObject({ words: ['Still here.'], end: 'listening' });
  for (const request of call.asked.slice(1)) {
    expect(resultsIn(request)).toEqual([expect.stringContaining('outcome is unknown')]);
  }
  await eventually(() => call.sent[0]?.abandoned === true);
  await cut;
});

describe('a tool that owes its result keeps nobody waiting (livekit/agents#6569, #6600)', () => {
  test('one interruption after the other is answered', async () => {
    const call = started.call({
      document: ORDERING,
      model: [{ calls: [ORDER] }, { calls: [ORDER] }, { calls: [ORDER] }, { says: 'I am listening.' }],
      tools: { placeOrder: { ends: 'never' } },
    });
    const cut = [call.arrives()];
    await eventually(() => call.sent.length === 1);
    cut.push(call.arrives({ SpeechResult: 'Hello?' }));
    await eventually(() => call.sent.length === 2);
    cut.push(call.arrives({ SpeechResult: 'Anybody?' }));
    await eventually(() => call.sent.length === 3);
    const { body, tookMs } = await call.post(call.voiceUrl, { SpeechResult: 'Please?' });
    expect(textOf(parseStrictly(body))).toBe('I am listening.');
    expect(tookMs).toBeLessThan(2_000);
    expect((await Promise.all(cut)).flatMap(({ words }) => words)).toEqual([]);
    expect(resultsIn(call.asked[3])).toHaveLength(3);
  });

  test('and without any, its timeout is its result', async () => {
    const call = started.call({
      document: gatherDocument({ greeting: '', tools: toolMarkup('placeOrder', 'timeout="0.2"') }),
      model: [{ calls: [ORDER] }, { says: 'I could not reach the shop.' }],
      tools: { placeOrder: { ends: 'never' } },
    });
    expect(await call.arrives()).toMatchObject({ words: ['I could not reach the shop.'], end: 'listening' });
    expect(resultsIn(call.asked[1])).toEqual([
      'The tool did not answer: timed out after 0.2 s. Whether it did its work is unknown.',
    ]);
  });
});

// A tool cannot speak by itself here; the words of the reply that calls it are what is on the line while it runs.
test('an interruption while a reply speaks and its tool runs hangs nothing (livekit/agents#4413)', async () => {
  const call = started.call({
    document: ORDERING,
    model: [{ says: 'Let me see. ', calls: [ORDER] }, { says: 'All right.' }],
    tools: { placeOrder: { ends: 'never' } },
  });
  const { body } = await call.post(call.voiceUrl);
  const spoken = parseStrictly(body);
  expect(nodesNamed(spoken, 'Say').map(textOf)).toEqual(['Let me see.']);
  expect(await call.arrives({ SpeechResult: 'Leave it.' })).toMatchObject({ words: ['All right.'], end: 'listening' });
  // Had the platform already set out for the rest of the first reply, it hears where the call is now.
  const [rest] = nodesNamed(spoken, 'Redirect').map(textOf);
  const late = await call.post(rest ?? '');
  expect(nodesNamed(parseStrictly(late.body), 'Gather').map(textOf)).toEqual(['All right.']);
  expect(call.asked).toHaveLength(2);
});

test('a hang-up that was cut off neither ends the call nor keeps a later one from it (bolna-ai/bolna#1036, #1038)', async () => {
  const call = started.call({
    document: ORDERING,
    model: [
      { calls: [{ name: 'hangup' }, ORDER] },
      { says: 'Yes?' },
      { says: 'Bye now.', calls: [{ name: 'hangup' }] },
    ],
    tools: { placeOrder: { ends: 'never' } },
  });
  const cut = call.arrives();
  await eventually(() => call.sent.length === 1);
  expect(await call.arrives({ SpeechResult: 'Wait!' })).toMatchObject({ words: ['Yes?'], end: 'listening' });
  expect(await call.says('That was all.')).toMatchObject({ words: ['Bye now.'], end: 'hangup' });
  expect((await cut).end).not.toBe('hangup');
});

// Audio that was sent but not heard is the platform's to know; here, what no answer held is what nobody heard.
test('after an interruption the model reads what was said, without what it was about to say (loyality7/speech-to-speech-mobile#19)', async () => {
  const call = started.call({
    document: ORDERING,
    model: [{ says: ['The red one is sold. ', 'The blue one costs'], ends: 'open' }, { says: 'The green one, then.' }],
  });
  const { body } = await call.post(call.voiceUrl);
  expect(nodesNamed(parseStrictly(body), 'Say').map(textOf)).toEqual(['The red one is sold.']);
  expect((await call.arrives({ SpeechResult: 'And the green one?' })).words).toEqual(['The green one, then.']);
  expect(call.asked[1]?.messages.slice(1)).toEqual([
    { role: 'user', content: ENGLISH.opening },
    { role: 'assistant', content: 'The red one is sold.' },
    { role: 'user', content: 'And the green one?' },
  ]);
});

describe('a caller who hangs up in mid-turn', () => {
  test('while a tool runs, ends it; whoever waits is answered, and the model is not asked again', async () => {
    const call = started.call({
      document: ORDERING,
      model: [{ calls: [ORDER] }],
      tools: { placeOrder: { ends: 'never' } },
    });
    const cut = call.arrives();
    await eventually(() => call.sent.length === 1);
    expect(await call.post(call.statusUrl, { CallStatus: 'completed' })).toMatchObject({ status: 204, body: '' });
    expect((await cut).words).toEqual([]);
    await eventually(() => call.sent[0]?.abandoned === true);
    expect(call.asked).toHaveLength(1);
  });

  test('while the model speaks, ends the turn as well', async () => {
    const call = started.call({ document: ORDERING, model: [{ says: ['Well, ', 'let me '], ends: 'open' }] });
    const cut = call.arrives();
    await eventually(() => call.asked.length === 1);
    const { status, tookMs } = await call.post(call.statusUrl, { CallStatus: 'completed' });
    expect(status).toBe(204);
    expect(tookMs).toBeLessThan(2_000);
    expect((await cut).words).not.toContain(ENGLISH.apology);
  });
});
