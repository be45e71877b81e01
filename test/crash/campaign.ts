import { MANNERS, type Manner } from './caller.ts';
import { createChance, type Chance } from './chance.ts';
import { openLane, type Lane, type Outcome, type Scene } from './lane.ts';
import { createFolder, createServerDatabase } from './places.ts';
import { STEPS, SWEPT } from './steps.ts';

/** What is killed, and what goes on in its place. */
export const LANES = {
  pglite: async (): Promise<Lane> => openLane({ name: 'PGlite, started again', place: await createFolder(), nodes: 1 }),
  postgres: async (server: string): Promise<Lane> =>
    openLane({ name: 'Postgres, started again', place: await createServerDatabase(server), nodes: 1 }),
  'postgres-nodes': async (server: string): Promise<Lane> =>
    openLane({ name: 'Postgres, another node', place: await createServerDatabase(server), nodes: 2 }),
} as const satisfies { readonly [name: string]: (server: string) => Promise<Lane> };

export type LaneName = keyof typeof LANES;
export const LANE_NAMES = Object.keys(LANES) as readonly LaneName[];

export type CampaignOptions = {
  readonly lane: LaneName;
  /** A server of Postgres that may be given new databases. Not asked for PGlite. */
  readonly server?: string | undefined;
  readonly kills: number;
  readonly seed: number;
  readonly steps?: readonly string[] | undefined;
  readonly manners?: readonly Manner[] | undefined;
  /** Leaves the store behind. */
  readonly keep?: boolean;
  readonly onOutcome?: (outcome: Outcome) => void;
};

/** Kills so often, at every step in turn and for every manner, and gives what came of it. */
export async function campaign({
  lane: name,
  server = '',
  kills,
  seed,
  steps,
  manners = MANNERS,
  keep = false,
  onOutcome = () => undefined,
}: CampaignOptions): Promise<readonly Outcome[]> {
  const lane = await LANES[name](server);
  try {
    const outcomes: Outcome[] = [];
    let left = kills;
    for (const scene of scenes(name, createChance(seed), manners, steps)) {
      if (left === 0 || outcomes.length > 2 * kills + 10) break;
      const outcome = await lane.perform(scene);
      if (outcome.isKilled) left -= 1;
      outcomes.push(outcome);
      onOutcome(outcome);
    }
    const found = await lane.audit();
    return outcomes.map((outcome) => ({
      ...outcome,
      faults: [...outcome.faults, ...(found.get(outcome.callSid) ?? [])],
    }));
  } finally {
    await lane.close(keep);
  }
}

/** Every step with every manner, again and again, shuffled each time. */
function* scenes(
  lane: LaneName,
  chance: Chance,
  manners: readonly Manner[],
  wanted: readonly string[] | undefined,
): Generator<Scene> {
  const isWanted = ({ name }: { readonly name: string }): boolean => wanted === undefined || wanted.includes(name);
  const steps = STEPS.filter((step) => (lane === 'pglite' ? !step.isStatement : true) && isWanted(step));
  // Where no statements are seen, as many kills are spread over the time of the turn.
  const sweeps = lane === 'pglite' && isWanted(SWEPT) ? Math.max(1, steps.length) : 0;
  for (;;) {
    const cells = manners.flatMap((manner): readonly Omit<Scene, 'chance'>[] => [
      ...steps.map((step) => ({ step: step.name, at: { step }, exchange: chance.pick(step.exchanges), manner })),
      ...Array.from({ length: sweeps }, (_, index) => ({
        step: SWEPT.name,
        at: { partOfTurn: (index + chance.next()) / sweeps },
        exchange: chance.pick(SWEPT.exchanges),
        manner,
      })),
    ]);
    if (cells.length === 0) return;
    for (const cell of shuffled(cells, chance)) yield { ...cell, chance };
  }
}

function shuffled<T>(list: readonly T[], chance: Chance): readonly T[] {
  return list
    .map((item) => ({ item, key: chance.next() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
