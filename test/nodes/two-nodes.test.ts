// Two processes on one Postgres: whichever a request reaches, the caller hears what one process would have said.
import { describe, expect, test } from 'vitest';
import type { Caller } from '../crash/caller.ts';
import { faultsOf } from '../crash/judge.ts';
import type { Point, Watch } from '../crash/points.ts';
import type { Tale } from '../crash/story.ts';
import { DATABASE_URL } from '../support/schema.ts';
import { useNodes } from './nodes.ts';

const WISHES: readonly Tale[] = ['order', 'talk', 'short'];

/** What the caller of a whole call hears, names of the call left out. */
async function converse({ record, arrives, wants }: Caller): Promise<string> {
  await arrives();
  for (const [index, tale] of WISHES.entries()) await wants({ tale, ref: `${record.callSid}w${index}` });
  return record.sounds.join(' ').replaceAll(record.callSid, '');
}

describe.skipIf(DATABASE_URL === undefined)('two nodes on one Postgres', () => {
  const nodes = useNodes({ count: 2 });

  test('say together what one of them says', async () => {
    const [first] = nodes.serving;
    const alone = nodes.caller({ node: () => first?.url ?? '' });
    const alternating = nodes.caller();
    const [expected, heard] = await Promise.all([converse(alone), converse(alternating)]);
    expect(expected).toContain('Part 4 of w0. Part 1 of w1.');
    expect(heard).toBe(expected);
    expect(faultsOf(alternating.record, nodes.surroundings.seen(alternating.record.callSid))).toEqual([]);
  }, 60_000);

  test.each<[string, Tale, (point: Point) => boolean]>([
    ['while it streams', 'talk', (point) => point.kind === 'model-piece'],
    ['while its tools work', 'order', (point) => point.kind === 'tool-asked'],
    ['between two answers', 'talk', (point) => point.kind === 'answered'],
  ])(
    'go on where one of them is killed: %s',
    async (_name, tale, isIt) => {
      const expected = await converse(nodes.caller());
      const victim = await nodes.start();
      let isKilled = false;
      let isFirst = false;
      const isKilledAt: Watch = (point) => {
        if (isKilled || !('callSid' in point) || point.callSid !== caller.record.callSid) return false;
        // Only in the turn that the victim was asked for.
        if (!isRunning || !isIt(point)) return false;
        isKilled = true;
        victim.kill();
        return true;
      };
      let isRunning = false;
      const caller = nodes.caller({
        watch: isKilledAt,
        node: () => {
          const isBeginning = isFirst;
          isFirst = false;
          return isBeginning ? victim.url : nodes.next();
        },
      });
      nodes.watch = isKilledAt;
      const heard = await converse({
        ...caller,
        wants: async (wish) => {
          isFirst = isRunning = wish.tale === tale;
          await caller.wants(wish);
          isRunning = false;
        },
      });
      const faults = [
        ...faultsOf(caller.record, nodes.surroundings.seen(caller.record.callSid)),
        ...(heard === expected ? [] : [`heard: ${heard}`]),
      ];
      expect(isKilled).toBe(true);
      expect(faults).toEqual([]);
    },
    180_000,
  );
});
