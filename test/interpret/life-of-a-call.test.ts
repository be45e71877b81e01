// How calls are resumed, limited and given up; and who is told of it.
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/call/delivery.ts';
import { fallbackPlace, type Place } from '../../src/call/place.ts';
import { ENGLISH } from '../../src/interpret/lines.ts';
import type { CallLog } from '../../src/interpret/ports.ts';
import { ABANDONED_AFTER_MS, LEFT_AFTER_MS } from '../../src/limits.ts';
import { call, SILENCE, toSink } from '../support/carrier.ts';
import { gatherDocument, toolMarkup, type DocumentParts as Parts } from '../support/documents.ts';
import { DOCUMENT_URL } from '../support/ports.ts';
import { AGENT, ask, callRequest, CALL_SID, createWorld, START, type World } from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const wait = (world: World, ms: number): Promise<void> => world.clock.until(world.clock.sleep(ms));
const RESUME: Place = { kind: 'resume' };
const spoken = (body: string): readonly string[] => nodesNamed(parseStrictly(body), 'Say').map(textOf);
const outcomes = (world: World): readonly string[] => world.eventsOf('turn-end').map(({ outcome }) => outcome);

/** Follows where the first Gather of an answer leads. */
function actionOf(body: string): string {
  return nodesNamed(parseStrictly(body), 'Gather')[0]?.attributes['action'] ?? '';
}

describe('the platform’s fallback', () => {
  test('of a call that nobody knows begins it', async () => {
    const world = createWorld({ document: gatherDocument() });
    expect(spoken(await ask(world, RESUME))).toEqual(['Welcome to the desk.']);
  });

  test('joins the turn that runs, and both get the same answer', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: [{ afterMs: 1_000, text: 'Good day.' }] }],
    });
    const lost = world.sink.answer(AGENT, callRequest(), START);
    const found = world.sink.answer(AGENT, callRequest({ ErrorCode: '11205' }), RESUME);
    const [one, other] = await world.clock.until(Promise.all([lost, found]));
    expect(spoken(one)).toEqual(['Good day.']);
    expect(other).toBe(one);
    expect(world.model.requests).toHaveLength(1);
  });

  test('joins the rest that was asked for last', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: [{ afterMs: 5_000, text: 'Good day.' }] }],
    });
    const first = await ask(world);
    const post = toSink(world);
    const rest = post(nodesNamed(parseStrictly(first), 'Redirect').map(textOf)[0] ?? '', {});
    await wait(world, 100);
    const found = world.sink.answer(AGENT, callRequest(), RESUME);
    const [one, other] = await world.clock.until(Promise.all([rest, found]));
    expect(spoken(one)).toEqual(['Good day.']);
    expect(other).toBe(one);
  });

  test('repeats the last answer of a turn that runs', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: [{ afterMs: 9_000, text: 'Good day.' }] }],
    });
    const first = await ask(world);
    expect(await ask(world, RESUME)).toBe(first);
  });

  test('fetches what was never fetched of a turn that has ended', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '' }),
      model: [{ says: [{ afterMs: 4_000, text: 'Good day.' }] }],
    });
    const first = await ask(world);
    expect(spoken(first)).toEqual([ENGLISH.fillers[0]]);
    await wait(world, 10_000);
    expect(outcomes(world)).toEqual(['listening']);
    expect(spoken(await ask(world, RESUME))).toEqual(['Good day.']);
    expect(outcomes(world)).toEqual(['listening']);
  });

  test('repeats the greeting, which may be what got lost, as often as it comes', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }] });
    const greeting = await ask(world);
    expect(await ask(world, RESUME)).toBe(greeting);
    await wait(world, 60_000);
    expect(await ask(world, RESUME)).toBe(greeting);
    expect(world.documents.requests).toHaveLength(1);
    const answer = await world.clock.until(toSink(world)(actionOf(greeting), { SpeechResult: 'When do you open?' }));
    expect(spoken(answer)).toEqual(['At nine.']);
  });

  test('repeats the answer to the caller’s words, which may be what got lost, as often as it comes', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }, { says: 'At six.' }] });
    const words = { SpeechResult: 'When do you open?' };
    const answer = await world.clock.until(toSink(world)(actionOf(await ask(world)), words));
    expect(await ask(world, RESUME)).toBe(answer);
    await wait(world, 60_000);
    expect(await ask(world, RESUME)).toBe(answer);
    expect(world.model.requests).toHaveLength(1);
    const next = await world.clock.until(toSink(world)(actionOf(answer), { SpeechResult: 'And close?' }));
    expect(spoken(next)).toEqual(['At six.']);
  });

  test('after an answer to the caller’s words answers the words that it brings along', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }, { says: 'At six.' }] });
    await world.clock.until(toSink(world)(actionOf(await ask(world)), { SpeechResult: 'When do you open?' }));
    expect(spoken(await ask(world, RESUME, { SpeechResult: 'And close?' }))).toEqual(['At six.']);
  });

  test('answers the words that it brings along', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }] });
    await ask(world);
    expect(spoken(await ask(world, RESUME, { SpeechResult: 'When do you open?' }))).toEqual(['At nine.']);
  });

  test('that names the URL that failed goes on there', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }] });
    const failed = actionOf(await ask(world));
    const parameters = { ErrorUrl: failed, ErrorCode: '11205', SpeechResult: 'When do you open?' };
    const place = fallbackPlace(parameters);
    expect(place).toMatchObject({ kind: 'exit', turn: 2 });
    expect(spoken(await ask(world, place, parameters))).toEqual(['At nine.']);
    expect(fallbackPlace({ ErrorUrl: 'https://voice.example/voice/desk' })).toEqual(RESUME);
    expect(fallbackPlace({ ErrorUrl: 'no URL' })).toEqual(RESUME);
    expect(fallbackPlace({})).toEqual(RESUME);
  });

  test('of a call that has hung up repeats its last answer', async () => {
    const world = createWorld({
      document: '<Response><Gather><Converse><System>a</System></Converse></Gather></Response>',
      model: [{ fails: 'x' }, { fails: 'x' }, { fails: 'x' }],
    });
    await call(world, ['a', 'b']);
    expect(outcomes(world).at(-1)).toBe('failed');
    const body = await ask(world, RESUME);
    expect(spoken(body)).toEqual([ENGLISH.failure]);
    expect(outcomes(world)).toHaveLength(3);
  });

  test('after verbs that have the call goes on behind them', async () => {
    const world = createWorld({
      document: gatherDocument({ before: '<Record/>', greeting: '' }),
      model: [{ says: 'Good day.' }],
    });
    await ask(world);
    expect(spoken(await ask(world, RESUME))).toEqual(['Good day.']);
  });
});

describe('a call that lasts too long', () => {
  const settings = { maxCallSeconds: 60 };

  test('ends with a farewell at its next turn, and asks nobody', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }], settings });
    const first = await ask(world);
    await wait(world, 60_000);
    const body = await world.clock.until(toSink(world)(actionOf(first), { SpeechResult: 'When?' }));
    expect(spoken(body)).toEqual([ENGLISH.timeUp]);
    expect(nodesNamed(parseStrictly(body), 'Hangup')).toHaveLength(1);
    expect(world.model.requests).toEqual([]);
    expect(world.eventsOf('turn-end').at(-1)).toMatchObject({ outcome: 'hung-up', reason: 'time-limit' });
  });

  test('goes on as long as it may', async () => {
    const world = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }], settings });
    const first = await ask(world);
    await wait(world, 50_000);
    const body = await world.clock.until(toSink(world)(actionOf(first), { SpeechResult: 'When?' }));
    expect(spoken(body)).toEqual(['At nine.']);
  });
});

describe('a document that cannot be had', () => {
  const FALLBACK = 'https://app.example/sorry.xml';
  const settings = { fallbackDocument: FALLBACK };
  const sorry = '<Response><Say>Please call later.</Say><Hangup/></Response>';

  test.each([
    ['is down', { unavailable: 'the server answered 500' }],
    ['has faults', '<Response><Gathr/>'],
  ])('because it %s is replaced by the agent’s fallback document', async (_name, served) => {
    const world = createWorld({ document: { [DOCUMENT_URL]: served, [FALLBACK]: sorry }, settings });
    const heard = await call(world);
    expect(heard.words).toEqual(['Please call later.']);
    expect(world.documents.requests.map(({ stage }) => stage)).toEqual([undefined, { url: FALLBACK, method: 'GET' }]);
    expect(world.eventsOf('document').map(({ document }) => document.kind)).toEqual([
      typeof served === 'string' ? 'invalid' : 'unavailable',
      'program',
    ]);
  });

  test('ends the call where the fallback document cannot be had either', async () => {
    const world = createWorld({ document: {}, settings });
    const heard = await call(world);
    expect(heard.words).toEqual([ENGLISH.failure]);
    expect(world.documents.requests).toHaveLength(2);
  });

  test('does not interrupt a conversation that needs nothing of it', async () => {
    let times = 0;
    const world = createWorld({
      document: {
        [DOCUMENT_URL]: () => (times++ === 0 ? gatherDocument() : { unavailable: 'gone' }),
        [FALLBACK]: sorry,
      },
      model: [{ says: 'At nine.' }],
      settings,
    });
    expect((await call(world, ['When?'])).words).toEqual(['Welcome to the desk.', 'At nine.']);
  });
});

describe('a call whose platform does not come back', () => {
  const ended = (world: World): readonly string[] => world.eventsOf('hung-up').map(({ status }) => status);

  test('is ended after a while', async () => {
    const world = createWorld({ document: gatherDocument() });
    await ask(world);
    await wait(world, ABANDONED_AFTER_MS - 1_000);
    await world.calls.endAbandoned();
    expect(ended(world)).toEqual([]);
    await wait(world, 2_000);
    await world.calls.endAbandoned();
    expect(ended(world)).toEqual(['abandoned']);
    await world.calls.endAbandoned();
    expect(ended(world)).toHaveLength(1);
  });

  test('while a verb has it may be away for hours', async () => {
    const world = createWorld({ document: '<Response><Dial action="next.xml">+15550100</Dial></Response>' });
    await ask(world);
    await wait(world, LEFT_AFTER_MS - 1_000);
    await world.calls.endAbandoned();
    expect(ended(world)).toEqual([]);
    await wait(world, 2_000);
    await world.calls.endAbandoned();
    expect(ended(world)).toEqual(['abandoned']);
  });

  test('is left alone by whoever does not know that it went on', async () => {
    const one = createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }] });
    const other = createWorld({
      document: gatherDocument(),
      model: [{ says: 'At nine.' }],
      clock: one.clock,
      log: () => one.log,
    });
    const action = actionOf(await ask(one));
    await wait(one, ABANDONED_AFTER_MS);
    await one.clock.until(toSink(other)(action, { SpeechResult: 'When?' }));
    await wait(one, 2_000);
    await one.calls.endAbandoned();
    expect(ended(one)).toEqual([]);
  });
});

describe('status callbacks', () => {
  const CALLBACK = 'https://app.example/status';
  const watched = (attributes = '', parts: Parts = {}): string =>
    gatherDocument({ converse: `sessionTools="hangup" statusCallback="${CALLBACK}" ${attributes}`, ...parts });
  const ALL = 'statusCallbackEvent="in-progress,llm-response,tool-response,completed"';

  function watching(): { readonly sent: Delivery[]; readonly log: (log: CallLog) => CallLog } {
    const sent: Delivery[] = [];
    return {
      sent,
      log: (log) => ({
        ...log,
        append: async (callId, afterSeq, events, deliveries = []) => {
          const outcome = await log.append(callId, afterSeq, events, deliveries);
          if (outcome === 'appended') sent.push(...deliveries);
          return outcome;
        },
      }),
    };
  }

  const fieldsOf = ({ body }: Delivery): Readonly<Record<string, string>> =>
    Object.fromEntries(new URLSearchParams(body));
  const story = (sent: readonly Delivery[]): readonly string[] =>
    sent
      .map(fieldsOf)
      .map(({ Event, Turn, Tool, Text, EndReason }) =>
        [Event, Turn, Tool, Text, EndReason].filter((field) => field !== undefined).join(' | '),
      );

  test('tell the beginning and the end, and nothing else unless it is asked for', async () => {
    const { sent, log } = watching();
    const world = createWorld({
      document: watched(),
      model: [{ says: 'At nine.' }, { says: 'Goodbye.', calls: [{ name: 'hangup' }] }],
      log,
    });
    await call(world, ['When?', 'Thanks.']);
    expect(story(sent)).toEqual(['in-progress | 1', 'completed | 3 | model-hung-up']);
  });

  test('tell every reply and every result, if asked for', async () => {
    const { sent, log } = watching();
    const world = createWorld({
      document: watched(ALL, { tools: toolMarkup('look') }),
      model: [{ says: 'Let me see. ', calls: [{ name: 'look', arguments: { order: '7' } }] }, { says: 'Here it is.' }],
      tools: { look: () => ({ content: 'found' }) },
      log,
    });
    await call(world, ['Where is it?']);
    expect(story(sent)).toEqual([
      'in-progress | 1',
      'llm-response | 2 | look | Let me see.',
      'tool-response | 2 | look | found',
      'llm-response | 2 | Here it is.',
    ]);
  });

  test('carry the request’s own parameters, ours beside them, and an id of their own', async () => {
    const { sent, log } = watching();
    const world = createWorld({
      document: watched(ALL),
      model: [{ says: 'At nine.' }],
      log,
      settings: { callbackSecret: 'hooks' },
    });
    await call(world, ['When?']);
    const [began] = sent;
    expect(began).toMatchObject({
      agent: AGENT,
      method: 'POST',
      url: CALLBACK,
      contentType: 'application/x-www-form-urlencoded',
      secret: 'hooks',
    });
    expect(fieldsOf(began as Delivery)).toMatchObject({
      CallSid: CALL_SID,
      From: '+15550001111',
      Event: 'in-progress',
      Turn: '1',
      Timestamp: expect.stringMatching(/^\d+$/),
    });
    for (const delivery of sent) expect(fieldsOf(delivery)).not.toHaveProperty('SpeechResult');
    expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
    for (const delivery of sent) {
      expect(delivery.id).toBe(`${AGENT}/${CALL_SID}/${fieldsOf(delivery)['Sequence']}/${fieldsOf(delivery)['Event']}`);
    }
  });

  test('are a query where the document wants GET, and unsigned without a secret', async () => {
    const { sent, log } = watching();
    const world = createWorld({ document: watched('statusCallbackMethod="GET"'), log });
    await call(world);
    expect(sent[0]).toMatchObject({ method: 'GET', body: '' });
    expect(sent[0]).not.toHaveProperty('secret');
    expect(new URL(sent[0]?.url ?? '').searchParams.get('Event')).toBe('in-progress');
  });

  const END = ' statusCallbackEvent="completed"';

  test.each<[string, string, (world: World) => Promise<unknown>, string]>([
    [
      'the caller hangs up',
      watched(END),
      async (world) => {
        await ask(world);
        await world.calls.hangUp(AGENT, CALL_SID, 'completed');
      },
      'caller-hung-up',
    ],
    ['the caller stays silent', watched(END), (world) => call(world, [SILENCE, SILENCE, SILENCE]), 'silence'],
    ['the model fails for good', watched(END), (world) => call(world, ['a', 'b', 'c']), 'failed'],
    [
      'a parameter is missing',
      watched(END, { tools: toolMarkup('look', '', '<Parameter name="Missing"/>') }),
      (world) => ask(world),
      'terminated',
    ],
    [
      'another verb has the call',
      watched(END, { gather: '', after: '<Say>Bye.</Say>' }),
      (world) => call(world, [SILENCE]),
      'went-on',
    ],
    [
      'the platform does not come back',
      watched(END),
      async (world) => {
        await ask(world);
        await wait(world, ABANDONED_AFTER_MS + 1_000);
        await world.calls.endAbandoned();
      },
      'abandoned',
    ],
  ])('tell why it ended when %s', async (_name, document, happen, reason) => {
    const { sent, log } = watching();
    const world = createWorld({ document, model: () => ({ fails: 'no capacity' }), log });
    await happen(world);
    expect(sent.map(fieldsOf).map(({ Event, EndReason }) => [Event, EndReason])).toEqual([['completed', reason]]);
  });

  test('name the parameter that ended the call', async () => {
    const { sent, log } = watching();
    const tools = toolMarkup('look', '', '<Parameter name="Missing"/>');
    await ask(createWorld({ document: watched(END, { tools, greeting: '' }), log }));
    expect(fieldsOf(sent[0] as Delivery)).toMatchObject({
      EndReason: 'terminated',
      Error: 'tool look: the call request has no "Missing"',
    });
  });

  test('tell an end once, though a parameter is missing in mid-call', async () => {
    const { sent, log } = watching();
    const tools = toolMarkup('look', '', '<Parameter name="Missing"/>');
    let times = 0;
    const world = createWorld({
      document: { [DOCUMENT_URL]: () => (times++ === 0 ? watched(END) : watched(END, { tools, greeting: '' })) },
      log,
    });
    await call(world, ['Hello?']);
    expect(story(sent)).toEqual(['completed | 2 | terminated']);
  });

  test('say that a Dial took the caller over only when it did', async () => {
    const { sent, log } = watching();
    const document = gatherDocument({
      converse: `sessionTools="dial" statusCallback="${CALLBACK}"`,
      tools: '<Destination name="billing">+15550100</Destination>',
    });
    const dial = { calls: [{ name: 'dial', arguments: { destination: 'billing' } }] };
    const busy = createWorld({ document, model: [dial, { says: 'Busy.' }], log });
    await call(busy, ['Bill.'], { results: { Dial: { DialCallStatus: 'busy' } } });
    expect(story(sent)).toEqual(['in-progress | 1']);
    const through = createWorld({ document, model: [dial], log });
    await call(through, ['Bill.'], { results: { Dial: { DialCallStatus: 'completed' } } });
    expect(story(sent.slice(1))).toEqual(['in-progress | 1', 'completed | 3 | transferred']);
  });

  test('of two conversations that tell different URLs are a beginning and an end each', async () => {
    const { sent, log } = watching();
    const world = createWorld({
      document: `<Response><Converse statusCallback="/one"><System>a</System></Converse><Converse statusCallback="/two"><System>b</System></Converse></Response>`,
      model: [{ says: 'One.' }, { says: 'Two.' }],
      log,
    });
    await call(world);
    expect(sent.map((delivery) => `${new URL(delivery.url).pathname} ${fieldsOf(delivery)['Event']}`)).toEqual([
      '/one in-progress',
      '/one completed',
      '/two in-progress',
      '/two completed',
    ]);
  });

  test('are none where nobody asks for them', async () => {
    const { sent, log } = watching();
    await call(createWorld({ document: gatherDocument(), model: [{ says: 'At nine.' }], log }), ['When?']);
    expect(sent).toEqual([]);
  });
});
