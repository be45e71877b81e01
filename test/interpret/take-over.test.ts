import { describe, expect, test } from 'vitest';
import type { CallLog } from '../../src/interpret/ports.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import type { ModelScript, ToolScript } from '../support/ports.ts';
import { AGENT, CALL_SID, createWorld, START, callRequest, type World } from '../support/world.ts';

const CALL_ID = `${AGENT}/${CALL_SID}`;
const OPENING = gatherDocument({ greeting: '', tools: toolMarkup('look') });

type Nodes = {
  /** Runs the turn, until it dies. */
  readonly first: World;
  /** Is there for the same calls. */
  readonly second: World;
  /** Nothing that the first node does is known to anybody from now on. */
  kill(): void;
};

function createNodes(options: { readonly model: ModelScript; readonly tools?: ToolScript }): Nodes {
  let isDead = false;
  const mortal = (log: CallLog): CallLog => ({
    ...log,
    append: (...append) => (isDead ? new Promise(() => undefined) : log.append(...append)),
  });
  const shared = { document: OPENING, ...options };
  let alive: CallLog | undefined;
  const first = createWorld({ ...shared, log: (log) => mortal((alive = log)) });
  const second = createWorld({ ...shared, clock: first.clock, log: (log) => alive ?? log });
  return { first, second, kill: () => void (isDead = true) };
}

/** The first node takes the request and dies after a while; what the platform hears is the second's answer to it. */
async function heardAfterDeath(nodes: Nodes, afterMs: number): Promise<string> {
  const { first, second } = nodes;
  first.sink.answer(AGENT, callRequest(), START).catch(() => undefined);
  await first.clock.advance(afterMs);
  nodes.kill();
  await second.clock.until(second.calls.takeOver(CALL_ID, 0));
  return second.clock.until(second.sink.answer(AGENT, callRequest(), START));
}

describe('a turn whose node has died', () => {
  test('in the middle of the reply goes on behind the words that were said', async () => {
    const nodes = createNodes({
      model: ({ messages }) =>
        messages.at(-1)?.role === 'assistant'
          ? { says: 'How can I help?' }
          : { says: ['Good day. ', { afterMs: 60_000, text: 'Never said.' }] },
    });
    const body = await heardAfterDeath(nodes, 1_000);
    expect(body).toContain('<Say>Good day. How can I help?</Say>');
    expect(nodes.second.model.requests[0]?.messages.at(-1)).toMatchObject({ role: 'assistant', content: 'Good day.' });
  });

  test('keeps the results that it had, and asks for the others again under their ids', async () => {
    const calls = ['1', '2'].map((order) => ({ name: 'look', arguments: { order } }));
    const nodes = createNodes({
      model: ({ messages }) => (messages.at(-1)?.role === 'tool' ? { says: 'Both are there.' } : { calls }),
      tools: {
        look: ({ arguments: { order }, resent = false }) => ({
          afterMs: order === '2' && !resent ? 3_500 : 0,
          content: `order ${JSON.stringify(order)}`,
        }),
      },
    });
    expect(await heardAfterDeath(nodes, 1_000)).toContain('Both are there.');
    expect(nodes.first.tools.runs.map(({ resent }) => resent)).toEqual([undefined, undefined]);
    expect(nodes.second.tools.runs).toMatchObject([{ id: nodes.first.tools.runs[1]?.id, resent: true }]);
    const results = nodes.second.model.requests.at(-1)?.messages.filter(({ role }) => role === 'tool');
    expect(results?.map(({ content }) => content)).toEqual(['order "1"', 'order "2"']);
  });

  test('is no longer the turn of that node, if it lives after all', async () => {
    const { first, second } = createNodes({
      model: (_request, index) => ({ says: [{ afterMs: index === 0 ? 3_000 : 500, text: `Reply ${index}.` }] }),
    });
    first.sink.answer(AGENT, callRequest(), START).catch(() => undefined);
    await first.clock.advance(1_000);
    await second.clock.until(second.calls.takeOver(CALL_ID, 0));
    await first.clock.until(Promise.all([first.calls.settled(), second.calls.settled()]));
    const events = await second.log.read(CALL_ID, 1);
    expect(events.filter(({ kind }) => kind === 'speech')).toMatchObject([{ text: 'Reply 0.' }]);
    expect(events.filter(({ kind }) => kind === 'turn-end')).toHaveLength(1);
  });

  test('is not taken over twice, nor when it has ended', async () => {
    const { first, second } = createNodes({ model: () => ({ says: 'Good day.' }) });
    await first.clock.until(first.sink.answer(AGENT, callRequest(), START));
    await first.clock.until(Promise.all([second.calls.takeOver(CALL_ID, 0), first.calls.takeOver(CALL_ID, 0)]));
    expect((await second.log.read(CALL_ID, 1)).filter(({ kind }) => kind === 'taken-over')).toEqual([]);
  });
});

test('a turn whose node has just shown that it lives is not taken over', async () => {
  const { first, second } = createNodes({ model: () => ({ says: [{ afterMs: 30_000, text: 'Late.' }] }) });
  first.sink.answer(AGENT, callRequest(), START).catch(() => undefined);
  await first.clock.advance(1_000);
  await second.clock.until(second.calls.takeOver(CALL_ID, 3_000));
  expect((await second.log.read(CALL_ID, 1)).filter(({ kind }) => kind === 'taken-over')).toEqual([]);
  await first.clock.advance(6_000);
  await second.clock.until(second.calls.takeOver(CALL_ID, 3_000));
  expect((await second.log.read(CALL_ID, 1)).filter(({ kind }) => kind === 'taken-over')).toHaveLength(1);
});

test('a turn shows every while that its node is alive', async () => {
  const world = createWorld({
    document: OPENING,
    model: [{ says: [{ afterMs: 3_500, text: 'Good day.' }] }],
    renewLeaseMs: 1_000,
  });
  await world.clock.until(world.sink.answer(AGENT, callRequest(), START));
  await world.clock.advance(60_000);
  const renewals = world.eventsOf('timer-fired').filter(({ timer }) => timer === 'lease');
  expect(renewals).toHaveLength(3);
});

test('a hang-up ends a turn that runs on another node', async () => {
  const { first, second } = createNodes({ model: () => ({ says: [{ afterMs: 5_000, text: 'Never said.' }] }) });
  first.sink.answer(AGENT, callRequest(), START).catch(() => undefined);
  await first.clock.advance(1_000);
  await second.clock.until(second.calls.hangUp(AGENT, CALL_SID, 'completed'));
  await first.clock.advance(60_000);
  const events = await second.log.read(CALL_ID, 1);
  expect(events.filter(({ kind }) => kind === 'turn-end')).toMatchObject([{ outcome: 'hung-up' }]);
  expect(events.filter(({ kind }) => kind === 'speech').length).toBe(0);
});
