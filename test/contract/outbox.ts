import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/call/delivery.ts';
import type { CallEvent } from '../../src/call/event.ts';
import type { ClaimedDelivery, DeliveryState, Outbox, Settlement } from '../../src/deliveries/outbox.ts';
import type { CallLog } from '../../src/interpret/ports.ts';

/** A log with the outbox that its appends fill. */
export type OutboxStore = { readonly log: CallLog; readonly outbox: Outbox };

const CALL = 'desk/CA1';
const ROOM = { total: 100, perAgent: 100, busy: new Map(), leaseMs: 60_000 } as const;

export function delivery(id: string, agent = 'desk', extra: Partial<Delivery> = {}): Delivery {
  return {
    id,
    agent,
    method: 'POST',
    url: 'https://crm.example/events',
    contentType: 'application/json',
    body: '{"said":"hello"}',
    ...extra,
  };
}

const event = (seq: number): CallEvent => ({ kind: 'interrupted', seq, turn: 1, atMs: 0 });
const idsOf = (claimed: readonly ClaimedDelivery[]): readonly string[] => claimed.map((each) => each.delivery.id);

/** What an attempt came to. */
export function settlement(
  { delivery: { id }, number }: ClaimedDelivery,
  state: DeliveryState,
  retryAfterMs = 0,
): Settlement {
  const isOver = state === 'delivered';
  const attempt = { number, atMs: 5_000, tookMs: 12, status: isOver ? 204 : 500, error: isOver ? null : 'it failed' };
  return { id, attempt, state, retryAfterMs };
}

/** Proves an adapter of `Outbox`, and that appends fill it. `create` gives a new, empty store. */
export function testOutbox(name: string, create: () => OutboxStore | Promise<OutboxStore>): void {
  async function filled(...deliveries: readonly Delivery[]): Promise<OutboxStore> {
    const store = await create();
    expect(await store.log.append(CALL, 0, [event(1)], deliveries)).toBe('appended');
    return store;
  }

  async function claimOne(outbox: Outbox): Promise<ClaimedDelivery> {
    const [claimed] = await outbox.claim({ ...ROOM, total: 1 });
    if (claimed === undefined) throw new Error('nothing is due');
    return claimed;
  }

  describe(`${name} as an outbox`, () => {
    test('keeps the deliveries of many appends at once, and none of those that are refused', async () => {
      const { log, outbox } = await create();
      const calls = Array.from({ length: 60 }, (_, index) => index);
      const results = await Promise.all(
        calls.map((index) =>
          log.append(
            `desk/CA${index}`,
            index % 4 === 0 ? 5 : 0,
            [event(1)],
            [delivery(`a${index}`), delivery(`b${index}`)],
          ),
        ),
      );
      const taken = calls.filter((index) => results[index] === 'appended');
      expect(taken).toEqual(calls.filter((index) => index % 4 !== 0));
      const kept = idsOf(await outbox.claim({ ...ROOM, total: 200, perAgent: 200 }));
      expect(kept.toSorted()).toEqual(taken.flatMap((index) => [`a${index}`, `b${index}`]).toSorted());
    });

    test('gives what an append has put into it, as it was', async () => {
      const first = delivery('a', 'desk', { secret: 'crm', body: 'a\u0000b "quoted" \ud800 ü' });
      const { outbox } = await filled(first, delivery('b'));
      const claimed = await outbox.claim(ROOM);
      expect(claimed.map((each) => each.delivery)).toEqual(expect.arrayContaining([first, delivery('b')]));
      expect(claimed.map(({ number }) => number)).toEqual([1, 1]);
      for (const { leftMs } of claimed) expect(leftMs).toBeGreaterThan(50_000);
    });

    test('has nothing of an append that came too late', async () => {
      const { log, outbox } = await create();
      await log.append(CALL, 0, [event(1)]);
      expect(await log.append(CALL, 0, [event(1)], [delivery('late')])).toBe('conflict');
      expect(await outbox.claim(ROOM)).toEqual([]);
    });

    test('takes an id once', async () => {
      const { log, outbox } = await filled(delivery('a'));
      await log.append(CALL, 1, [event(2)], [delivery('a', 'desk', { body: 'other' })]);
      expect((await outbox.claim(ROOM)).map((each) => each.delivery)).toEqual([delivery('a')]);
    });

    test('gives each to one of many who claim at once', async () => {
      const { outbox } = await filled(...Array.from({ length: 60 }, (_, index) => delivery(`d${index}`)));
      const claims = await Promise.all(Array.from({ length: 20 }, () => outbox.claim({ ...ROOM, total: 5 })));
      const rest = await outbox.claim(ROOM);
      const ids = [...claims.flat(), ...rest].map((each) => each.delivery.id);
      expect(ids).toHaveLength(60);
      expect(new Set(ids).size).toBe(60);
    });

    test('gives it again when the lease has run out, as the next attempt', async () => {
      const { outbox } = await filled(delivery('a'));
      await outbox.claim({ ...ROOM, leaseMs: 0 });
      expect((await outbox.claim(ROOM)).map(({ number }) => number)).toEqual([2]);
      expect(await outbox.claim(ROOM)).toEqual([]);
    });

    test('gives what has failed again after its time, and what was delivered or given up never', async () => {
      const { outbox } = await filled(delivery('again'), delivery('later'), delivery('done'), delivery('over'));
      const ends: { readonly [id: string]: readonly [DeliveryState, number] } = {
        again: ['pending', 0],
        later: ['pending', 60_000],
        done: ['delivered', 0],
        over: ['given-up', 0],
      };
      const claimed = await outbox.claim(ROOM);
      await outbox.settle(claimed.map((each) => settlement(each, ...(ends[each.delivery.id] ?? ['pending', 0]))));
      expect(idsOf(await outbox.claim(ROOM))).toEqual(['again']);
    });

    test('keeps an attempt once, however often it is told of it', async () => {
      const { outbox } = await filled(delivery('a'));
      const done = settlement(await claimOne(outbox), 'delivered');
      await outbox.settle([done]);
      await outbox.settle([done]);
      expect(await outbox.list({ limit: 9 })).toMatchObject([{ state: 'delivered', attempts: [done.attempt] }]);
    });

    test('is not decided by an attempt that failed after its lease, but is by one that delivered', async () => {
      const { outbox } = await filled(delivery('a'));
      const [slow] = await outbox.claim({ ...ROOM, leaseMs: 0 });
      const [next] = await outbox.claim(ROOM);
      if (slow === undefined || next === undefined) throw new Error('both are claims');
      await outbox.settle([settlement(slow, 'pending', 0)]);
      expect(await outbox.claim(ROOM)).toEqual([]);
      await outbox.settle([settlement(slow, 'given-up')]);
      expect((await outbox.list({ limit: 9 }))[0]?.state).toBe('pending');
      await outbox.settle([settlement({ ...slow, number: 0 }, 'delivered')]);
      expect((await outbox.list({ limit: 9 }))[0]?.state).toBe('delivered');
      await outbox.settle([settlement(next, 'pending', 0)]);
      expect(await outbox.claim(ROOM)).toEqual([]);
    });

    test('takes agents in turns, and of each no more than there is room for', async () => {
      const many = Array.from({ length: 30 }, (_, index) => delivery(`many ${index}`, 'many'));
      const { outbox } = await filled(
        ...many,
        delivery('one', 'one'),
        delivery('two', 'two'),
        delivery('full', 'full'),
      );
      const busy = new Map([
        ['full', 4],
        ['two', 3],
      ]);
      const claimed = await outbox.claim({ ...ROOM, total: 3, perAgent: 4, busy });
      expect(claimed.map((each) => each.delivery.agent).toSorted()).toEqual(['many', 'one', 'two']);
      const next = await outbox.claim({ ...ROOM, perAgent: 4, busy });
      expect(next.map((each) => each.delivery.agent)).toEqual(['many', 'many', 'many', 'many']);
    });

    test('lists the newest first, by state and agent, with every attempt', async () => {
      const { log, outbox } = await filled(delivery('old'));
      await log.append(CALL, 1, [event(2)], [delivery('new', 'shop')]);
      await outbox.settle([settlement(await claimOne(outbox), 'delivered')]);
      const ids = async (filter: Parameters<Outbox['list']>[0]): Promise<readonly string[]> =>
        (await outbox.list(filter)).map((each) => each.delivery.id);
      expect((await ids({ limit: 9 })).toSorted()).toEqual(['new', 'old']);
      expect(await ids({ limit: 1 })).toHaveLength(1);
      expect(await ids({ limit: 9, agent: 'shop' })).toEqual(['new']);
      expect(await ids({ limit: 9, state: 'pending' })).toHaveLength(1);
      expect(await ids({ limit: 9, state: 'given-up' })).toEqual([]);
      expect(await outbox.list({ limit: 9, state: 'delivered' })).toMatchObject([
        { attempts: [{ number: 1, atMs: 5_000, tookMs: 12, status: 204, error: null }] },
      ]);
    });

    test.each<DeliveryState>(['given-up', 'delivered', 'pending'])('sends one that is %s again', async (state) => {
      const { outbox } = await filled(delivery('a'));
      await outbox.settle([settlement(await claimOne(outbox), state, 60_000)]);
      let woken = 0;
      const forget = outbox.onDue(() => (woken += 1));
      expect(await outbox.redeliver('a')).toBe(true);
      expect(await outbox.redeliver('nobody')).toBe(false);
      expect(woken).toBeGreaterThan(0);
      forget();
      expect(await claimOne(outbox)).toMatchObject({ delivery: delivery('a'), number: 2 });
    });

    test('says when something may be due', async () => {
      const { log, outbox } = await create();
      let woken = 0;
      const forget = outbox.onDue(() => (woken += 1));
      await log.append(CALL, 0, [event(1)], [delivery('a')]);
      expect(woken).toBeGreaterThan(0);
      forget();
      const before = woken;
      await log.append(CALL, 1, [event(2)], [delivery('b')]);
      expect(woken).toBe(before);
    });
  });
}
