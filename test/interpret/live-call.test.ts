import { describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { advance, newCall, type CallState } from '../../src/call/state.ts';
import { createLiveCall } from '../../src/interpret/live-call.ts';
import type { CallLog } from '../../src/interpret/ports.ts';
import { record, type Recorded } from '../../src/interpret/step.ts';
import { createMemoryCallLog } from '../../src/store/memory.ts';
import { tell, turnStart } from '../support/story.ts';
import { AGENT, CALL_SID } from '../support/world.ts';

const ID = `${AGENT}/${CALL_SID}`;

/** One more filler, numbered for the state that it is made from. */
const filler =
  (text: string) =>
  (state: CallState): Recorded =>
    record(state, [{ kind: 'speech', role: 'filler', text }], 0);

const begun = tell([turnStart(1)]).events;

async function begin(
  log = createMemoryCallLog({ now: () => 0 }),
): Promise<{ readonly log: CallLog; readonly state: CallState }> {
  await log.append(ID, 0, begun);
  return { log, state: begun.reduce(advance, newCall(ID)) };
}

const textsOf = (events: readonly CallEvent[]): readonly string[] =>
  events.flatMap((event) => (event.kind === 'speech' ? [event.text] : []));

describe('a live call', () => {
  test('appends, folds and tells of each event once it is in the log', async () => {
    const { log, state } = await begin();
    const seen: CallEvent[] = [];
    const call = createLiveCall(log, state, (callId, event) => {
      expect(callId).toBe(ID);
      seen.push(event);
    });
    await call.commit(filler('One.'));
    expect(textsOf(await log.read(ID, 1))).toEqual(['One.']);
    expect(call.state().fillers).toBe(1);
    expect(seen).toEqual((await log.read(ID, 1)).slice(begun.length));
  });

  test('appends nothing where there is nothing to append', async () => {
    const { log, state } = await begin();
    const call = createLiveCall(log, state, () => expect.unreachable());
    expect(await call.commit(() => undefined)).toBe(state);
    expect(await log.read(ID, 1)).toHaveLength(begun.length);
  });

  test('decides again on what another writer left, and tells only of its own events', async () => {
    const { log, state } = await begin();
    const told: CallEvent[] = [];
    const [first, second] = [
      createLiveCall(log, state, () => undefined),
      createLiveCall(log, state, (_id, event) => told.push(event)),
    ];
    await first.commit(filler('First.'));
    const made: number[] = [];
    await second.commit((current) => {
      made.push(current.fillers);
      return filler(`Number ${current.fillers}.`)(current);
    });
    expect(made).toEqual([0, 1]);
    expect(textsOf(await log.read(ID, 1))).toEqual(['First.', 'Number 1.']);
    expect(textsOf(told)).toEqual(['Number 1.']);
    expect(second.state()).toEqual((await log.read(ID, 1)).reduce(advance, newCall(ID)));
  });

  test('gives up its events when they have become needless', async () => {
    const { log, state } = await begin();
    const [first, second] = [
      createLiveCall(log, state, () => undefined),
      createLiveCall(log, state, () => expect.unreachable()),
    ];
    await first.commit(filler('First.'));
    await second.commit((current) => (current.fillers > 0 ? undefined : filler('Second.')(current)));
    expect(textsOf(await log.read(ID, 1))).toEqual(['First.']);
  });

  test('comes through however often another writer is first', async () => {
    const { log: memory, state } = await begin();
    const rival = createLiveCall(memory, state, () => undefined);
    let conflicts = 0;
    const log: CallLog = {
      ...memory,
      append: async (...append) => {
        if (conflicts < 5) {
          conflicts += 1;
          await rival.commit(filler(`Rival ${conflicts}.`));
        }
        return memory.append(...append);
      },
    };
    const call = createLiveCall(log, state, () => undefined);
    await call.commit(filler('Mine.'));
    expect(textsOf(await memory.read(ID, 1))).toEqual([
      'Rival 1.',
      'Rival 2.',
      'Rival 3.',
      'Rival 4.',
      'Rival 5.',
      'Mine.',
    ]);
  });

  test('lets a rider add to each append, again on what another writer left, until it gets off', async () => {
    const { log, state } = await begin();
    const call = createLiveCall(log, state, () => undefined);
    const turns: (readonly string[])[] = [];
    const getOff = call.ride(({ events, state: after }, before) => {
      turns.push(textsOf(before));
      const added = filler(`after ${textsOf(events).join()}`)(after);
      return { events: [...events, ...added.events], state: added.state };
    });
    await call.commit(filler('One.'));
    await createLiveCall(log, call.state(), () => undefined).commit(filler('Rival.'));
    await call.commit(filler('Two.'));
    getOff();
    await call.commit(filler('Three.'));
    const texts = ['One.', 'after One.', 'Rival.', 'Two.', 'after Two.', 'Three.'];
    expect(textsOf(await log.read(ID, 1))).toEqual(texts);
    expect(call.state()).toEqual((await log.read(ID, 1)).reduce(advance, newCall(ID)));
    expect(turns).toEqual([[], texts.slice(0, 2), texts.slice(0, 3)]);
  });

  test('has the events of its last turn at hand until it rests', async () => {
    const { log, state } = await begin();
    const call = createLiveCall(log, state, () => undefined);
    await call.commit(filler('One.'));
    expect(call.recent(state.seq + 1)).toMatchObject({ kind: 'speech', text: 'One.' });
    expect(call.recent(state.seq + 2)).toBeUndefined();
    call.rest();
    expect(call.recent(state.seq + 1)).toBeUndefined();
  });

  test('runs its commits one by one, in their order', async () => {
    const { log, state } = await begin();
    const call = createLiveCall(log, state, () => undefined);
    await Promise.all(Array.from({ length: 10 }, (_, index) => call.commit(filler(`${index}`))));
    expect(textsOf(await log.read(ID, 1))).toEqual(Array.from({ length: 10 }, (_, index) => `${index}`));
  });

  test('a commit that fails leaves the state as it was, and the next one runs', async () => {
    const { log: memory, state } = await begin();
    let broken = true;
    const log: CallLog = {
      ...memory,
      append: async (...append) => (broken ? Promise.reject(new Error('down')) : memory.append(...append)),
    };
    const call = createLiveCall(log, state, () => undefined);
    await expect(call.commit(filler('Lost.'))).rejects.toThrow('down');
    expect(call.state()).toBe(state);
    broken = false;
    await call.commit(filler('Kept.'));
    expect(textsOf(await memory.read(ID, 1))).toEqual(['Kept.']);
  });

  test('a decision that throws fails its commit alone', async () => {
    const { log, state } = await begin();
    const call = createLiveCall(log, state, () => undefined);
    await expect(
      call.commit(() => {
        throw new Error('wrong');
      }),
    ).rejects.toThrow('wrong');
    await call.commit(filler('Kept.'));
    expect(textsOf(await log.read(ID, 1))).toEqual(['Kept.']);
  });

  test('reads what others have appended when it is asked to', async () => {
    const { log, state } = await begin();
    const [first, second] = [createLiveCall(log, state, () => undefined), createLiveCall(log, state, () => undefined)];
    await first.commit(filler('First.'));
    expect((await second.catchUp()).fillers).toBe(1);
  });
});
