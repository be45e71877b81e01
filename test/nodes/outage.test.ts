// Postgres goes away under load, as a server that is restarted or fails over, and comes back.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { AGENT, type Caller, type Manner } from '../crash/caller.ts';
import { faultsOf } from '../crash/judge.ts';
import { faultsInLog } from '../crash/log.ts';
import { DATABASE_URL } from '../support/schema.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';
import { expectedFaults } from './not-yet.ts';
import { useNodes, type Nodes } from './nodes.ts';

const CALLERS = 20;
/** Of a caller who thinks before they speak again. */
const THINKING_MS = 300;
/** How long each caller goes on after Postgres is back. */
const AFTERWARDS_MS = 3_000;

type Load = {
  readonly callers: readonly Caller[];
  /** Turns that were begun and, of them, those whose reply was heard in full and in time. */
  readonly turns: number;
  readonly normal: number;
};

/** Callers who speak again and again until `over` resolves. */
async function load(callers: readonly Caller[], over: Promise<unknown>): Promise<Load> {
  const ending = new AbortController();
  let turns = 0;
  let normal = 0;
  void over.then(() => ending.abort());
  await Promise.all(
    callers.map(async ({ record, arrives, wants }) => {
      await arrives();
      for (let number = 1; !ending.signal.aborted && !record.isLost; number += 1) {
        const { length: soundsBefore } = record.sounds;
        const failuresBefore = record.failures;
        const faultsBefore = record.faults.length;
        const ref = `${record.callSid}w${number}`;
        turns += 1;
        await wants({ tale: 'short', ref });
        const heard = record.sounds.slice(soundsBefore).join(' ');
        const isNormal = record.failures === failuresBefore && record.faults.length === faultsBefore;
        if (isNormal && heard.trim() === `Part 1 of ${ref}.`) normal += 1;
        await delay(THINKING_MS);
      }
    }),
  );
  return { callers, turns, normal };
}

async function cutFor(nodes: Nodes, milliseconds: number): Promise<void> {
  await delay(1_500);
  await nodes.proxy.cut();
  await delay(milliseconds);
  await nodes.proxy.mend();
  await delay(AFTERWARDS_MS);
}

function faultsIn({ surroundings }: Nodes, callers: readonly Caller[]): readonly string[] {
  return callers.flatMap(({ record }) =>
    faultsOf(record, surroundings.seen(record.callSid), [...ENGLISH.fillers, ENGLISH.apology]).map(
      (fault) => `${record.manner} ${record.callSid}: ${fault}`,
    ),
  );
}

async function logFaults(nodes: Nodes, callers: readonly Caller[]): Promise<readonly string[]> {
  const found = await faultsInLog(
    nodes.place,
    callers.map(({ record }) => record),
  );
  // What is said while nothing can be kept is no answer of a turn.
  const lines = [ENGLISH.apology, ENGLISH.failure, ...ENGLISH.fillers];
  return [...found.values()].flat().filter((fault) => !lines.some((line) => fault.includes(`>${line}<`)));
}

describe.skipIf(DATABASE_URL === undefined)('Postgres is away under load', () => {
  describe('for two seconds', () => {
    const nodes = useNodes({ count: 2, pace: 0.3 });

    test('and at least 99 of 100 turns end as if nothing had been', async () => {
      const callers = Array.from({ length: CALLERS }, () => nodes.caller());
      const { turns, normal } = await load(callers, cutFor(nodes, 1_900));
      expect(turns).toBeGreaterThan(2 * CALLERS);
      expect(normal / turns).toBeGreaterThanOrEqual(0.99);
      expect(faultsIn(nodes, callers)).toEqual([]);
      expect(await logFaults(nodes, callers)).toEqual([]);
    }, 60_000);
  });

  describe.each<[string, Manner, { readonly [name: string]: string }]>([
    ['who retries what failed', 'retries', { COLLOQUY_ON_OUTAGE: 'fallback' }],
    ['whose platform calls the fallback URL', 'fallback', { COLLOQUY_ON_OUTAGE: 'fallback' }],
    ['whose platform does neither', 'leaves', {}],
  ])('for six seconds, for a caller %s', (name, manner, env) => {
    const nodes = useNodes({ count: 2, pace: 0.3, env });

    test('and the call goes on afterwards, with all that was said', async () => {
      const callers = Array.from({ length: CALLERS }, (_, index) =>
        nodes.caller({ manner, namesFailure: index % 2 === 0 }),
      );
      const { turns, normal } = await load(callers, cutFor(nodes, 6_000));
      expect(normal).toBeLessThan(turns);
      const faults = [...faultsIn(nodes, callers), ...(await logFaults(nodes, callers))];
      expect(faults).toEqual(expectedFaults(name));
    }, 90_000);
  });

  describe('for six seconds', () => {
    const nodes = useNodes({ count: 1 });

    test('and every request is answered in time, with a document', async () => {
      await nodes.proxy.cut();
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
      await nodes.proxy.mend();
      const { record, arrives, wants } = nodes.caller();
      await arrives();
      await wants({ tale: 'short', ref: `${record.callSid}w1` });
      expect(faultsOf(record, nodes.surroundings.seen(record.callSid))).toEqual([]);
    }, 60_000);
  });
});
