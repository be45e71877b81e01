// Postgres goes away under load, as a server that is restarted or fails over, and comes back.
import { describe, expect, test } from 'vitest';
import { AGENT, type Manner } from '../crash/caller.ts';
import { faultsOf } from '../crash/judge.ts';
import { DATABASE_URL } from '../support/schema.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';
import { faultsAfter, loadWhile } from './load.ts';
import { useNodes, type Nodes } from './nodes.ts';

const CALLERS = 20;

/** How it goes away, and comes back. */
type Away = readonly [goAway: (nodes: Nodes) => void | Promise<void>, comeBack: (nodes: Nodes) => void | Promise<void>];

const CLOSED: Away = [({ proxy }) => proxy.cut(), ({ proxy }) => proxy.mend()];
const SILENT: Away = [({ road }) => road.stall(), ({ road }) => road.flow()];
const FORGOTTEN: Away = [({ road }) => road.forget(), () => undefined];

const FALLS_BACK = { COLLOQUY_ON_OUTAGE: 'fallback' };

describe.skipIf(DATABASE_URL === undefined)('Postgres is away under load', () => {
  describe.each<[string, number, Away]>([
    ['closed for two seconds', 1_900, CLOSED],
    ['silent for two seconds', 1_900, SILENT],
  ])('%s', (_name, milliseconds, [goAway, comeBack]) => {
    const nodes = useNodes({ count: 2, pace: 0.3 });

    test('and at least 99 of 100 turns end as if nothing had been', async () => {
      const callers = Array.from({ length: CALLERS }, () => nodes.caller());
      const { turns, normal } = await loadWhile(
        callers,
        milliseconds,
        () => goAway(nodes),
        () => comeBack(nodes),
      );
      expect(turns).toBeGreaterThan(2 * CALLERS);
      expect(await faultsAfter(nodes, callers)).toEqual([]);
      expect(normal / turns).toBeGreaterThanOrEqual(0.99);
    }, 60_000);
  });

  describe.each<[string, number, Away, string, Manner, { readonly [name: string]: string }]>([
    ['closed', 6_000, CLOSED, 'retries what failed', 'retries', FALLS_BACK],
    ['closed', 6_000, CLOSED, 'calls the fallback URL', 'fallback', FALLS_BACK],
    ['closed', 6_000, CLOSED, 'does neither', 'leaves', {}],
    ['silent', 8_000, SILENT, 'calls the fallback URL', 'fallback', FALLS_BACK],
    ['silent', 8_000, SILENT, 'does neither', 'leaves', {}],
    ['to be reached by new connections alone', 3_000, FORGOTTEN, 'does neither', 'leaves', {}],
  ])('%s for %i ms, for a caller', (_name, milliseconds, [goAway, comeBack], whose, manner, env) => {
    const nodes = useNodes({ count: 2, pace: 0.3, env });

    test(`whose platform ${whose}: the call goes on afterwards, with all that was said`, async () => {
      const callers = Array.from({ length: CALLERS }, (_, index) =>
        nodes.caller({ manner, namesFailure: index % 2 === 0 }),
      );
      const { turns, normal } = await loadWhile(
        callers,
        milliseconds,
        () => goAway(nodes),
        () => comeBack(nodes),
      );
      expect(normal).toBeLessThan(turns);
      expect(await faultsAfter(nodes, callers)).toEqual([]);
    }, 90_000);
  });

  describe.each([
    ['closed', CLOSED],
    ['silent', SILENT],
  ] as const)('%s', (_name, [goAway, comeBack]) => {
    const nodes = useNodes({ count: 1 });

    test('and every request is answered in time, with a document', async () => {
      await goAway(nodes);
      const requests = ['', '/continue?turn=2&exit=7', '/continue?turn=2&from=7', '/fallback'];
      await Promise.all(
        requests.map(async (where) => {
          const startedAtMs = performance.now();
          const response = await fetch(`${nodes.next()}/voice/${AGENT}${where}`, {
            method: 'POST',
            body: new URLSearchParams({ CallSid: 'CA777777', AccountSid: 'AC1', From: '+15550001111' }),
          });
          const document = parseStrictly(await response.text());
          expect(performance.now() - startedAtMs).toBeLessThan(5_000);
          expect([response.status, document.name]).toEqual([200, 'Response']);
          expect(nodesNamed(document, 'Say').map(textOf).join('')).not.toBe('');
        }),
      );
      await comeBack(nodes);
      const { record, arrives, wants } = nodes.caller();
      await arrives();
      await wants({ tale: 'short', ref: `${record.callSid}w1` });
      expect(faultsOf(record, nodes.surroundings.seen(record.callSid))).toEqual([]);
    }, 60_000);
  });
});
