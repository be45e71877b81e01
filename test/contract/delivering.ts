import { afterEach, describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/call/delivery.ts';
import type { SendOutcome } from '../../src/deliveries/send.ts';
import { deliver, FAILED, isDone, many, put, RECEIVED, soon, stopDeliverers } from '../support/deliverers.ts';
import { delivery, type OutboxStore } from './outbox.ts';

/** Proves that deliveries get to their receivers over a store. `create` gives a new, empty one. */
export function testDeliverer(name: string, create: () => OutboxStore | Promise<OutboxStore>): void {
  describe(`over ${name}`, () => {
    afterEach(stopDeliverers);

    test('what waited from before is delivered, and what comes, at once', async () => {
      const kept = await create();
      await put(kept, delivery('before'));
      const sent: string[] = [];
      deliver(kept, async ({ id }) => (sent.push(id), RECEIVED));
      await soon(() => sent.includes('before'));
      await put(kept, delivery('new'));
      const startedAt = performance.now();
      await soon(() => sent.includes('new'));
      expect(performance.now() - startedAt).toBeLessThan(500);
      await soon(isDone(kept));
      expect(sent).toEqual(['before', 'new']);
    });

    test('what fails is tried again until it is received, each attempt on record', async () => {
      const kept = await create();
      await put(kept, delivery('a'));
      const answers = [FAILED, { status: null, error: 'crm.example refuses connections' }, RECEIVED];
      deliver(kept, async () => answers.shift() ?? FAILED);
      await soon(isDone(kept));
      const [record] = await kept.outbox.list({ limit: 9 });
      expect(record?.state).toBe('delivered');
      expect(record?.attempts.map(({ number, status, error }) => [number, status, error])).toEqual([
        [1, 500, 'the receiver answered 500'],
        [2, null, 'crm.example refuses connections'],
        [3, 204, null],
      ]);
    });

    test('two hundred deliveries to receivers that fail half the time are all received, by two processes', async () => {
      const kept = await create();
      await put(kept, ...many(100, 'one'), ...many(100, 'two'));
      const received = new Map<string, number>();
      const attempts = new Map<string, number>();
      const send = async ({ id }: Delivery): Promise<SendOutcome> => {
        const attempt = (attempts.get(id) ?? 0) + 1;
        attempts.set(id, attempt);
        if ((attempt + id.length) % 2 === 0) return FAILED;
        received.set(id, (received.get(id) ?? 0) + 1);
        return RECEIVED;
      };
      deliver(kept, send);
      deliver(kept, send);
      await soon(isDone(kept), 15_000);
      expect(received.size).toBe(200);
      expect(new Set(received.values())).toEqual(new Set([1]));
    });
  });
}
