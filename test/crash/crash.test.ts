// A few kills of what `npm run crash` does hundreds of times.
import { describe, expect, test } from 'vitest';
import { DATABASE_URL } from '../support/schema.ts';
import { campaign, type CampaignOptions } from './campaign.ts';
import type { Manner } from './caller.ts';
import { STEPS, SWEPT } from './steps.ts';
import { faultLines, tallyOf } from './table.ts';

const STAYING: readonly Manner[] = ['retries', 'fallback'];

/** What was wrong, how many of the kills were fine, and at which steps they came. */
async function killed(options: Omit<CampaignOptions, 'server' | 'manners' | 'kills' | 'seed'>): Promise<object> {
  const kills = options.steps?.length ?? 0;
  const outcomes = await campaign({ ...options, kills, seed: 1, manners: STAYING, server: DATABASE_URL });
  const met = outcomes.filter(({ isKilled }) => isKilled).map(({ step }) => step);
  return { faults: faultLines(outcomes), fine: tallyOf(outcomes).fine, steps: met.toSorted() };
}

// Together: most of a kill is waiting, for a lease and for a start.
describe.concurrent('a process that is killed costs nobody anything', () => {
  test('on PGlite, when it is started again', async () => {
    const steps = ['in mid-stream', 'the tool has been asked'];
    expect(await killed({ lane: 'pglite', steps })).toEqual({ faults: [], fine: 2, steps: steps.toSorted() });
  }, 120_000);

  test.skipIf(DATABASE_URL === undefined)(
    'on Postgres, when it is started again',
    async () => {
      const steps = ['after the claim', 'while answering'];
      expect(await killed({ lane: 'postgres', steps })).toEqual({ faults: [], fine: 2, steps: steps.toSorted() });
    },
    120_000,
  );

  test.skipIf(DATABASE_URL === undefined)(
    'on Postgres, when another node is there',
    async () => {
      const steps = ['before the append of a tool result', 'between two answers'];
      expect(await killed({ lane: 'postgres-nodes', steps })).toEqual({ faults: [], fine: 2, steps: steps.toSorted() });
    },
    120_000,
  );
});

test('every step has a name of its own', () => {
  const names = [...STEPS, SWEPT].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
