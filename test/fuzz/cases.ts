import { streamFixtures } from '../model/streams.ts';
import type { StreamFixture } from '../model/streams.ts';
import { below, createRandom, mutate } from './mutations.ts';
import type { Mutation } from './mutations.ts';

/** `COLLOQUY_FUZZ_SEED` repeats a run, `COLLOQUY_FUZZ_SECONDS` makes each test last longer. */
const SEED = Number(process.env['COLLOQUY_FUZZ_SEED'] ?? 20_260_101);
export const FUZZ_SECONDS = Number(process.env['COLLOQUY_FUZZ_SECONDS'] ?? 0);
const AT_ONCE = 12;
/** More of them say no more than these. */
const MOST_FAULTS = 5;

const fixtures = streamFixtures();

export type Case = {
  /** Unique, and the name of the model and of the agent that the case runs under. */
  readonly id: string;
  readonly fixture: StreamFixture;
  readonly mutation: Mutation;
};

/** Notes a fault of the case unless `holds`. */
export type Check = (holds: boolean, fault: string) => void;

export type Outcome = {
  readonly faults: readonly string[];
  /** How often what `run` counted has happened. */
  readonly counts: ReadonlyMap<string, number>;
};

/** Runs cases, several at once, until there were enough and the time is over; a case that throws has a fault. */
export async function runCases(
  fewest: number,
  run: (one: Case, check: Check, count: (what: string) => void) => Promise<void>,
): Promise<Outcome> {
  const faults: string[] = [];
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const endsAtMs = performance.now() + FUZZ_SECONDS * 1_000;
  let next = 0;

  async function worker(): Promise<void> {
    while ((next < fewest || performance.now() < endsAtMs) && faults.length < MOST_FAULTS) {
      const index = next++;
      const one = caseAt(index);
      const note = (fault: string): void =>
        void faults.push(`seed ${SEED}, case ${index}: ${one.mutation.story}: ${fault}`);
      try {
        await run(one, (holds, fault) => (holds ? undefined : note(fault)), count);
      } catch (error) {
        note(String(error));
      }
      count('case');
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (FUZZ_SECONDS > 0) process.stdout.write(`${JSON.stringify(Object.fromEntries(counts))}\n`);
  return { faults, counts };
}

/** The case of this number, which is the same for the same seed. */
function caseAt(index: number): Case {
  const random = createRandom(SEED + index);
  const fixture = fixtures[below(random, fixtures.length)] as StreamFixture;
  return { id: `m-${index}`, fixture, mutation: mutate(fixture, random) };
}

const WHOLE_CALLS = fixtures.flatMap(({ expected }) =>
  expected.toolCalls.flatMap((call) => (call.arguments.endsWith('}') ? [`${call.name} ${call.arguments}`] : [])),
);

/** The calls that a beginning of this fixture may hold; half of one is none that any fixture holds as a whole. */
export function wholeCalls({ expected }: StreamFixture): ReadonlySet<string> {
  return new Set([...expected.toolCalls.map((call) => `${call.name} ${call.arguments}`), ...WHOLE_CALLS]);
}
