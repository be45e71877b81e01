// Platforms that come back late, again, or while the store is slow.
import { describe, expect, test } from 'vitest';
import { placeOf, type Place } from '../../src/call/place.ts';
import { gatherDocument, standAloneDocument } from '../support/documents.ts';
import { DOCUMENT_URL, fetched, scriptedDocuments } from '../support/ports.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';
import { AGENT, ask, callRequest, createWorld, START, type World } from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

/** Where an answer leads: the action of its Gather, or its last Redirect. */
function nextPlace(body: string): Place {
  const root = parseStrictly(body);
  const [gather] = nodesNamed(root, 'Gather');
  const url = gather?.attributes['action'] ?? nodesNamed(root, 'Redirect').map(textOf).at(-1) ?? '';
  return placeOf(Object.fromEntries(new URL(url).searchParams));
}

/** The first answer from this place on that leads no further by itself, and how many came before it; 20 are too many. */
async function lastAnswer(world: World, from: Place): Promise<{ readonly body: string; readonly before: number }> {
  let place = from;
  for (let before = 0; ; before += 1) {
    const body = await ask(world, place);
    if (before === 20 || !body.includes('<Redirect')) return { body, before };
    place = nextPlace(body);
    await world.clock.advance(1_000);
  }
}

const TERMS = '<Play>https://app.example/terms.mp3</Play>';
const LONG = `<Say>${'These are our terms. '.repeat(180)}</Say>`;

test.each([
  ['a recording of 45 s', TERMS, 2_000, 45_000],
  ['a recording of 130 s', TERMS, 2_000, 130_000],
  ['an answer too long for one document', LONG.repeat(4), 0, 600_000],
])('a goodbye is heard after %s', async (_what, before, afterMs, playMs) => {
  const world = createWorld({
    document: standAloneDocument({ before, converse: 'sessionTools="hangup"' }),
    model: [{ says: [{ afterMs, text: 'Your order is cancelled. Goodbye.' }], calls: [{ name: 'hangup' }] }],
  });
  const rest = nextPlace(await ask(world));
  expect(rest.kind).toBe('rest');
  await world.clock.advance(playMs);
  // Another call makes the log look for what is to be forgotten.
  await world.clock.until(world.sink.answer(AGENT, { ...callRequest(), callSid: 'CA-other' }, START));
  const { body, before: rounds } = await lastAnswer(world, rest);
  expect(rounds).toBe(0);
  expect(body).toContain('Goodbye');
  expect(body).toContain('<Hangup/>');
});

test('a store that stalls leads nobody in a circle', async () => {
  let stalls = false;
  const world: World = createWorld({
    document: gatherDocument({ greeting: '' }),
    model: [{ says: [{ afterMs: 9_000, text: 'Good day.' }] }],
    log: (log) => ({
      ...log,
      read: async (...read) => {
        if (stalls) await world.clock.sleep(4_000);
        stalls = false;
        return log.read(...read);
      },
    }),
  });
  const rest = nextPlace(await ask(world));
  stalls = true;
  expect((await lastAnswer(world, rest)).body).toContain('Good day.');
});

describe.each([false, true])('a document that is known before anybody asks: %s', (isKnown) => {
  function start(): World {
    const clock = createVirtualClock();
    const scripted = scriptedDocuments(clock, { [DOCUMENT_URL]: gatherDocument() });
    const documents = { ...scripted, ...(isKnown && { known: () => fetched(gatherDocument()) }) };
    return createWorld({ document: {}, ports: { documents }, clock, model: [{ says: 'At nine.' }] });
  }

  test('the same start after half a minute leads to the turn that it begins', async () => {
    const world = start();
    await ask(world);
    await world.clock.advance(31_000);
    const again = await ask(world, START);
    expect(await ask(world, nextPlace(again), { SpeechResult: 'When do you open?' })).toContain('At nine.');
    expect(world.eventsOf('turn-start')).toHaveLength(3);
  });

  test('the first speech of a turn is told of once', async () => {
    const world = start();
    const next = nextPlace(await ask(world));
    let told = 0;
    const request = callRequest({ SpeechResult: '' });
    const speaks = (): void => {
      told += 1;
    };
    const body = await world.clock.until(world.sink.answer(AGENT, request, next, speaks));
    expect(body).toContain('<Say>');
    expect(await world.clock.until(world.sink.answer(AGENT, request, next, speaks))).toBe(body);
    expect(told).toBe(1);
  });
});
