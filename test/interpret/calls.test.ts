import { describe, expect, test } from 'vitest';
import type { Place } from '../../src/call/place.ts';
import type { Parameters } from '../../src/call/request.ts';
import { VoiceError } from '../../src/errors.ts';
import { DUPLICATE_WINDOW_MS, FILLER_AFTER_MS } from '../../src/limits.ts';
import { call, SILENCE } from '../support/carrier.ts';
import { gatherDocument, standAloneDocument, toolMarkup } from '../support/documents.ts';
import {
  AGENT,
  ask,
  callRequest,
  CALL_SID,
  createWorld,
  START,
  type World,
  type WorldOptions,
} from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const GREETING = gatherDocument();
const OPENING = gatherDocument({ greeting: '' });

function answer(world: World, place: Place = START, extra: Parameters = {}): Promise<string> {
  return world.sink.answer(AGENT, callRequest(extra), place);
}

/** The place that an answer leads to by its last Redirect or its Gather. */
function nextPlace(body: string): Place {
  const root = parseStrictly(body);
  const gather = nodesNamed(root, 'Gather').at(-1)?.attributes['action'];
  const redirect = nodesNamed(root, 'Redirect').map(textOf).at(-1);
  const { searchParams } = new URL(gather ?? redirect ?? 'https://voice.example/nowhere');
  const [turn, exit, from] = ['turn', 'exit', 'from'].map((name) => Number(searchParams.get(name)));
  return exit ? { kind: 'exit', turn: turn ?? 0, seq: exit } : { kind: 'rest', turn: turn ?? 0, from: from ?? 0 };
}

/** A world whose call has been greeted, and the place where the caller's answer goes. */
async function greeted(options: Partial<WorldOptions> = {}): Promise<{ readonly world: World; readonly reply: Place }> {
  const world = createWorld({ document: GREETING, ...options });
  return { world, reply: nextPlace(await ask(world)) };
}

describe('the same request twice', () => {
  const slow: WorldOptions = { document: OPENING, model: [{ says: [{ afterMs: 2_000, text: 'Good day.' }] }] };

  test.each([2, 40])('%i of them at once give equal bytes and one run', async (count) => {
    const world = createWorld(slow);
    const bodies = await world.clock.until(Promise.all(Array.from({ length: count }, () => answer(world))));
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain('Good day.');
    expect(world.model.requests).toHaveLength(1);
    expect(world.documents.requests).toHaveLength(1);
    expect(world.eventsOf('answered')).toHaveLength(1);
  });

  test.each([0, 1, 500, 1_999, 2_000, 2_001, 3_500, 4_000, 20_000, DUPLICATE_WINDOW_MS])(
    'a repetition after %i ms gives equal bytes and no second run',
    async (afterMs) => {
      const world = createWorld(slow);
      const first = answer(world);
      await world.clock.advance(afterMs);
      const second = await world.clock.until(answer(world));
      expect(second).toBe(await first);
      expect(world.model.requests).toHaveLength(1);
    },
  );

  test('a repetition is answered as soon as the request that it repeats', async () => {
    const world = createWorld({ document: OPENING, model: [{ endsAfterMs: 30_000 }] });
    const startMs = world.clock.now();
    const first = answer(world);
    await world.clock.advance(3_100);
    const second = await world.clock.until(answer(world));
    expect(world.clock.now() - startMs).toBe(FILLER_AFTER_MS);
    expect(second).toBe(await first);
  });

  test('a repetition 30 s after its turn gives equal bytes, however long the turn was', async () => {
    const world = createWorld({ document: OPENING, model: [{ says: 'Good day.', endsAfterMs: 40_000 }] });
    const first = await world.clock.until(answer(world));
    await world.clock.until(world.calls.settled());
    await world.clock.advance(DUPLICATE_WINDOW_MS - 1_000);
    expect(await world.clock.until(answer(world))).toBe(first);
    expect(world.model.requests).toHaveLength(1);
  });

  test('a repetition within 30 s gives equal bytes though the call is several turns further', async () => {
    const { world, reply } = await greeted({ model: [{ says: 'One.' }, { says: 'Two.' }, { says: 'Three.' }] });
    const greeting = world.eventsOf('answered')[0]?.body;
    const first = await ask(world, reply, { SpeechResult: 'a' });
    const second = await ask(world, nextPlace(first), { SpeechResult: 'b' });
    await ask(world, nextPlace(second), { SpeechResult: 'c' });
    await world.clock.advance(5_000);
    expect(await ask(world)).toBe(greeting);
    expect(await ask(world, reply, { SpeechResult: 'a' })).toBe(first);
    expect(world.eventsOf('turn-start')).toHaveLength(4);
  });

  test('the voice URL requested again later begins again from the top of the document', async () => {
    const { world } = await greeted();
    await world.clock.advance(DUPLICATE_WINDOW_MS + 1_000);
    const again = await ask(world);
    expect(again).toContain('Welcome to the desk.');
    expect(world.eventsOf('turn-start')).toHaveLength(2);
  });

  test('a continuation gives equal bytes, at once and later', async () => {
    const world = createWorld({ document: OPENING, model: [{ says: [{ afterMs: 6_000, text: 'Good day.' }] }] });
    const rest = nextPlace(await ask(world));
    expect(rest.kind).toBe('rest');
    const both = await world.clock.until(Promise.all([answer(world, rest), answer(world, rest)]));
    await world.clock.advance(60_000);
    const later = await ask(world, rest);
    expect(new Set([...both, later]).size).toBe(1);
    expect(later).toContain('Good day.');
    expect(world.eventsOf('request')).toHaveLength(1);
  });

  test('an idempotency key tells two requests with equal parameters apart', async () => {
    const world = createWorld({ document: GREETING });
    const keyed = (idempotencyKey: string): Promise<string> =>
      world.clock.until(world.sink.answer(AGENT, { ...callRequest(), idempotencyKey }, START));
    await keyed('first');
    await keyed('first');
    expect(world.eventsOf('turn-start')).toHaveLength(1);
    await keyed('second');
    expect(world.eventsOf('turn-start')).toHaveLength(2);
  });
});

describe('a turn token', () => {
  test('is good for one request: other words under the same token get the answer to the first', async () => {
    const { world, reply } = await greeted({ model: [{ says: [{ afterMs: 1_000, text: 'We open at nine.' }] }] });
    const [first, second] = await world.clock.until(
      Promise.all([
        answer(world, reply, { SpeechResult: 'When do you open?' }),
        answer(world, reply, { SpeechResult: 'Goodbye.' }),
      ]),
    );
    const later = await ask(world, reply, { SpeechResult: 'Something else.' });
    expect(second).toBe(first);
    expect(later).toBe(first);
    expect(world.model.requests).toHaveLength(1);
    expect(world.model.requests[0]?.messages.at(-1)).toEqual({ role: 'user', content: 'When do you open?' });
  });

  test('of a turn long past hears where the call is now, and starts nothing', async () => {
    const { world, reply } = await greeted({ model: [{ says: 'One.' }, { says: 'Two.' }, { says: 'Three.' }] });
    const second = nextPlace(await ask(world, reply, { SpeechResult: 'a' }));
    const third = nextPlace(await ask(world, second, { SpeechResult: 'b' }));
    await world.clock.advance(2 * DUPLICATE_WINDOW_MS);
    const now = await ask(world, third, { SpeechResult: 'c' });
    expect(await ask(world, reply, { SpeechResult: 'd' })).toBe(now);
    expect(world.model.requests).toHaveLength(3);
  });

  test.each<[string, Place]>([
    ['the next turn', { kind: 'exit', turn: 2, seq: 5 }],
    ['a later turn', { kind: 'exit', turn: 5, seq: 40 }],
    ['more of a later turn', { kind: 'rest', turn: 5, from: 40 }],
    ['a turn that no call ever has', { kind: 'exit', turn: 999_999_999, seq: 1 }],
    ['more of a turn that no call ever has', { kind: 'rest', turn: 999_999_999, from: 1 }],
  ])('for %s of a call that nobody knows runs the document once, from its top', async (_name, place) => {
    const world = createWorld({ document: GREETING });
    const body = await ask(world, place);
    expect(body).toContain('Welcome to the desk.');
    expect(world.eventsOf('turn-start')).toHaveLength(1);
    expect(world.documents.requests).toHaveLength(1);
    expect(await ask(world, place)).toBe(body);
  });

  test.each<[string, Place]>([
    ['an output that leads nowhere', { kind: 'exit', turn: 2, seq: 999 }],
    ['a turn that is not the next one', { kind: 'exit', turn: 999, seq: 4 }],
    ['more of a turn that has not begun', { kind: 'rest', turn: 2, from: 4 }],
  ])('of %s begins nothing, and the true one is answered afterwards', async (_name, place) => {
    const { world, reply } = await greeted();
    expect(await ask(world, place, { SpeechResult: 'Hello.' })).toContain('Welcome to the desk.');
    expect(world.eventsOf('turn-start')).toHaveLength(1);
    await ask(world, reply, { SpeechResult: 'My real words.' });
    expect(world.eventsOf('model-start')).toMatchObject([{ heard: 'My real words.' }]);
  });

  test.each([50, 999_999_999])(
    'for more of a turn from %i, beyond its end, does not lead back to itself',
    async (from) => {
      const { world } = await greeted();
      const body = await ask(world, { kind: 'rest', turn: 1, from });
      expect(nodesNamed(parseStrictly(body), 'Redirect').map(textOf).join()).not.toContain(`from=${from}`);
    },
  );
});

describe('another request of the call while a turn runs', () => {
  test('interrupts the turn; what was said of its reply stays in the conversation', async () => {
    const world = createWorld({
      document: OPENING,
      model: [
        { says: ['We open at nine. ', 'We close', { afterMs: 30_000, text: ' at six.' }] },
        { says: 'Hello again.' },
      ],
    });
    const first = await world.clock.until(answer(world));
    expect(first).toContain('We open at nine.');
    const second = await ask(world, START, { CallStatus: 'answered' });
    expect(second).toContain('Hello again.');
    expect(world.eventsOf('turn-end').map(({ outcome }) => outcome)).toEqual(['interrupted', 'listening']);
    expect(world.eventsOf('answered').map(({ body }) => body)).toEqual([first, second]);
    expect(world.model.requests[1]?.messages).toContainEqual({
      role: 'assistant',
      content: 'We open at nine.',
      toolCalls: [],
    });
  });

  test('gives both requests a document, in time', async () => {
    const world = createWorld({
      document: OPENING,
      model: [{ says: [{ afterMs: 30_000, text: 'Late.' }] }, { says: 'Hello.' }],
    });
    const first = answer(world);
    await world.clock.advance(1_000);
    const second = answer(world, START, { CallStatus: 'answered' });
    const bodies = await world.clock.until(Promise.all([first, second]));
    for (const body of bodies) expect(parseStrictly(body).name).toBe('Response');
    expect(bodies[1]).toContain('Hello.');
  });

  test('leaves a tool call that was cut off with exactly one result for the model', async () => {
    const world = createWorld({
      document: gatherDocument({ greeting: '', tools: toolMarkup('look', 'timeout="30"') }),
      model: [{ calls: [{ name: 'look', arguments: { order: '7' }, id: 'call_a' }] }, { says: 'Hello again.' }],
      tools: { look: () => ({ afterMs: 20_000, content: 'found' }) },
    });
    await world.clock.until(answer(world));
    await ask(world, START, { CallStatus: 'answered' });
    const results = world.model.requests[1]?.messages.filter(({ role }) => role === 'tool');
    expect(results).toEqual([
      { role: 'tool', callId: 'call_a', content: expect.stringContaining('unknown') as string },
    ]);
  });
});

test('a hang-up that the model asked for in a turn that was interrupted does not end a later one', async () => {
  const world = createWorld({
    document: gatherDocument({ converse: 'sessionTools="hangup"', tools: toolMarkup('book', 'timeout="30"') }),
    model: [{ calls: [{ name: 'hangup' }, { name: 'book', arguments: { order: '7' } }] }, { says: 'Of course.' }],
    tools: { book: () => ({ afterMs: 20_000, content: 'booked' }) },
  });
  await ask(world, nextPlace(await ask(world)), { SpeechResult: 'Book it, bye.' });
  const again = nextPlace(await ask(world, START, { CallStatus: 'answered' }));
  const body = await ask(world, again, { SpeechResult: 'Wait!' });
  expect(body).toContain('Of course.');
  expect(nodesNamed(parseStrictly(body), 'Hangup')).toEqual([]);
});

describe('a hang-up', () => {
  test('in mid-turn stops the model, and the platform still gets a document', async () => {
    const world = createWorld({ document: OPENING, model: [{ says: [{ afterMs: 30_000, text: 'Late.' }] }] });
    const body = answer(world);
    await world.clock.advance(1_000);
    await world.clock.until(world.calls.hangUp(AGENT, CALL_SID, 'completed'));
    expect(parseStrictly(await world.clock.until(body)).name).toBe('Response');
    expect(world.eventsOf('turn-end')).toMatchObject([{ outcome: 'hung-up' }]);
    await world.clock.advance(60_000);
    expect(world.eventsOf('speech')).toEqual([]);
  });

  test('between turns is in the log, once', async () => {
    const { world } = await greeted();
    await world.clock.until(world.calls.hangUp(AGENT, CALL_SID, 'completed'));
    await world.clock.until(world.calls.hangUp(AGENT, CALL_SID, 'completed'));
    expect(world.eventsOf('hung-up')).toMatchObject([{ status: 'completed' }]);
  });

  test('of a call that nobody knows leaves nothing', async () => {
    const world = createWorld({ document: GREETING });
    await world.clock.until(world.calls.hangUp(AGENT, 'CA-unknown', 'completed'));
    expect(world.events).toEqual([]);
  });

  test('does not take the recorded bytes from a request that is repeated after it', async () => {
    const world = createWorld({ document: GREETING });
    const first = await ask(world);
    await world.clock.until(world.calls.hangUp(AGENT, CALL_SID, 'completed'));
    expect(await ask(world)).toBe(first);
    expect(world.eventsOf('turn-start')).toHaveLength(1);
  });
});

test('a call that comes back after the log has forgotten it runs from the top and does not spin', async () => {
  const { world, reply } = await greeted();
  await world.clock.advance(2 * 60 * 60_000);
  await world.clock.until(world.sink.answer(AGENT, { ...callRequest(), callSid: 'CA-other' }, START));
  expect(await ask(world, reply, { SpeechResult: 'Hello?' })).toContain('Welcome to the desk.');
});

test('a hang-up that comes after the log has forgotten the call ends quietly', async () => {
  const { world } = await greeted();
  await world.clock.advance(2 * 60 * 60_000);
  await world.clock.until(world.sink.answer(AGENT, { ...callRequest(), callSid: 'CA-other' }, START));
  await expect(world.clock.until(world.calls.hangUp(AGENT, CALL_SID, 'completed'))).resolves.toBeUndefined();
});

describe('two nodes on one log', () => {
  function twoNodes(options: WorldOptions): readonly [World, World] {
    const first = createWorld(options);
    return [first, createWorld({ ...options, clock: first.clock, log: () => first.log })];
  }

  test('answer one request with equal bytes and run it once', async () => {
    const [first, second] = twoNodes({ document: OPENING, model: [{ says: [{ afterMs: 2_000, text: 'Good day.' }] }] });
    const bodies = await first.clock.until(Promise.all([answer(first), answer(second)]));
    expect(bodies[1]).toBe(bodies[0]);
    expect(first.model.requests.length + second.model.requests.length).toBe(1);
  });

  test('take turns in one conversation', async () => {
    const [first, second] = twoNodes({ document: GREETING, model: [{ says: 'At nine.' }] });
    const reply = nextPlace(await ask(first));
    expect(await ask(second, reply, { SpeechResult: 'When?' })).toContain('At nine.');
    expect(await ask(first, reply, { SpeechResult: 'When?' })).toContain('At nine.');
    expect(first.model.requests).toEqual([]);
  });

  test('a turn that another node has ended says nothing more', async () => {
    const [first, second] = twoNodes({
      document: OPENING,
      model: [{ says: [{ afterMs: 5_000, text: 'Late. ' }, 'Later.'] }],
    });
    const body = answer(first);
    await first.clock.advance(1_000);
    const other = second.clock.until(answer(second, START, { CallStatus: 'answered' }));
    await first.clock.until(Promise.all([body, other]));
    await first.clock.advance(60_000);
    const ofFirstTurn = (await first.log.read(`${AGENT}/${CALL_SID}`, 1)).filter(({ turn }) => turn === 1);
    expect(ofFirstTurn.filter(({ kind }) => kind === 'speech')).toEqual([]);
    expect(ofFirstTurn.filter(({ kind }) => kind === 'turn-end')).toMatchObject([{ outcome: 'interrupted' }]);
  });
});

describe('when a part breaks its promise', () => {
  const broken = (): never => {
    throw new Error('broken');
  };

  test.each<[string, Partial<Pick<World, 'documents' | 'model' | 'tools'>>]>([
    ['a document fetch that throws', { documents: { requests: [], fetch: broken } }],
    ['a document fetch that rejects', { documents: { requests: [], fetch: async () => broken() } }],
    ['a model that throws', { model: { requests: [], reply: broken } }],
    ['a model that rejects', { model: { requests: [], reply: async () => broken() } }],
    ['a tool that throws', { tools: { runs: [], run: broken } }],
    ['a tool that rejects', { tools: { runs: [], run: async () => broken() } }],
  ])('%s still gives the caller a sentence', async (_name, ports) => {
    const world = createWorld({
      document: gatherDocument({ greeting: '', tools: toolMarkup('look') }),
      model: (_request, index) =>
        index === 0 ? { calls: [{ name: 'look', arguments: { order: '1' } }] } : { says: 'Done.' },
      ports,
    });
    const body = await ask(world);
    expect(nodesNamed(parseStrictly(body), 'Say')).toHaveLength(1);
    await world.clock.until(world.calls.settled());
    expect(world.eventsOf('turn-end')).toHaveLength(1);
  });
});

describe('settled', () => {
  test('waits for turns that run, also when their request has been answered', async () => {
    const world = createWorld({ document: OPENING, model: [{ says: 'Good day.', endsAfterMs: 10_000 }] });
    await ask(world);
    const before = world.clock.now();
    await world.clock.until(world.calls.settled());
    expect(world.clock.now() - before).toBeGreaterThan(5_000);
  });
});

test('two calls at once do not disturb each other', async () => {
  const world = createWorld({
    document: OPENING,
    model: (_request, index) => ({ says: [{ afterMs: 1_000 * (2 - index), text: `Reply ${index}.` }] }),
  });
  const [first, second] = await world.clock.until(
    Promise.all([answer(world), world.sink.answer(AGENT, { ...callRequest(), callSid: 'CA-other' }, START)]),
  );
  expect(first).toContain('Reply 0.');
  expect(second).toContain('Reply 1.');
});

test('a stand-alone Converse does not end the call of a caller who is silent later', async () => {
  const world = createWorld({
    document: standAloneDocument({ after: '<Gather input="speech"><Say>Anything else?</Say></Gather>' }),
    model: [{ says: 'Good day.' }],
  });
  const heard = await call(world, [SILENCE]);
  expect(heard.words).toEqual(['Good day.', 'Anything else?']);
});

test('what comes after the call has ended asks no model, however it comes', async () => {
  const { world, reply } = await greeted();
  await world.clock.until(world.calls.hangUp(AGENT, CALL_SID, 'completed'));
  await ask(world, reply, { SpeechResult: 'Late words.' });
  await ask(world, { kind: 'resume' }, { SpeechResult: 'Later words.' });
  expect(world.model.requests).toEqual([]);
});

test('a turn that lost the store is left for whoever finds it, and says nothing of its own', async () => {
  let isAway = false;
  const world = createWorld({
    document: OPENING,
    model: [{ says: [{ afterMs: 1_000, text: 'Good day.' }] }],
    log: (log) => ({
      ...log,
      append: async (...append) => {
        if (isAway) throw new VoiceError('STORE_UNAVAILABLE', { reason: 'it is away' });
        return log.append(...append);
      },
    }),
  });
  answer(world).catch(() => undefined);
  await world.clock.advance(500);
  isAway = true;
  await world.clock.advance(1_000);
  isAway = false;
  await world.clock.advance(60_000);
  const events = await world.log.read(`${AGENT}/${CALL_SID}`, 1);
  expect(events.filter(({ kind }) => kind === 'turn-end' || kind === 'hangup')).toEqual([]);
});

test('a platform that comes back before anything has happened is not sent to where it came from', async () => {
  const world = createWorld({ document: GREETING, documentDelayMs: 12_000, lines: { fillers: [] } });
  const first = nextPlace(await ask(world));
  const second = nextPlace(await ask(world, first));
  expect(second).not.toEqual(first);
  const rest = await ask(world, second);
  expect(nextPlace(rest)).not.toEqual(second);
  await world.clock.advance(20_000);
  expect(world.eventsOf('turn-end')).toHaveLength(1);
});
