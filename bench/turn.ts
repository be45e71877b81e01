// The CPU of one caller's turn in Colloquy beside a hand-written loop for the same conversation, or of one store beside
// another, in one run. Model and tools are processes of their own that refuse whatever is not as it must be, and the
// carrier knows what it has to hear. The ratio is what counts, the times are this machine's. See docs/performance.md.
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { createCarrier, type Carrier } from './parts/caller.ts';
import { STEP_COUNT } from './parts/conversation.ts';
import { flagsOfProcess, TURN_FLAGS } from './parts/flags.ts';
import type { Usage } from './parts/probe.ts';
import type { Started } from './parts/processes.ts';
import { postgresCpuMicros } from './parts/server-cpu.ts';
import { INSTANT, quantile, STREAMED, type Pace, type Turn } from './parts/seen.ts';
import { AUTH_TOKEN, onStage, serviceNamed, voiceUrlOf, type Mocks } from './parts/stage.ts';

type Mode = {
  readonly pace: Pace;
  readonly callers: number;
  readonly calls: number;
  /** Over which the callers begin, so that they do not speak all at once. */
  readonly beginMs: number;
};
const MODES = {
  instant: { pace: INSTANT, callers: 32, calls: 250, beginMs: 0 },
  streamed: { pace: STREAMED, callers: 100, calls: 150, beginMs: 1_000 },
} as const satisfies { readonly [name: string]: Mode };
type ModeName = keyof typeof MODES;
const MODE_NAMES = Object.keys(MODES) as readonly ModeName[];

/** Until the engine has compiled what turns are made of. */
const WARM_UP: Mode = { pace: INSTANT, callers: 16, calls: 150, beginMs: 0 };

/** A machine that is so busy that a service takes longer in a round measures nothing. */
const MOST_MEASURE_MS = 90_000;

type Figures = {
  readonly cpuMicros: number;
  /** Of the database server; absent where it cannot be told. */
  readonly serverMicros: number | undefined;
  readonly firstSentencesMs: readonly number[];
  readonly addedMs: readonly number[];
  readonly faults: readonly string[];
};
type Measured = { readonly [M in ModeName]: Figures };

let callSids = 0;
function nextCallSid(): string {
  callSids += 1;
  return `CA${String(callSids).padStart(32, '0')}`;
}

/** Callers who place one call after the other until all have been placed. */
async function place(carrier: Carrier, { callers, calls, beginMs }: Mode): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  let placed = 0;
  const caller = async (index: number): Promise<void> => {
    await delay((beginMs * index) / callers);
    while (placed < calls) {
      placed += 1;
      const call = await carrier.begin(nextCallSid());
      for (let turn = 0; turn < STEP_COUNT; turn += 1) turns.push(await call.speak());
      await call.hangUp();
    }
  };
  await Promise.all(Array.from({ length: Math.min(callers, calls) }, (_, index) => caller(index)));
  return turns;
}

async function measureMode(service: Started, mocks: Mocks, mode: Mode): Promise<Figures> {
  await mocks.pace(mode.pace);
  const carrier = createCarrier(voiceUrlOf(service), AUTH_TOKEN);
  try {
    const before = await service.ask<Usage>('usage');
    const serverBefore = postgresCpuMicros();
    const turns = await place(carrier, mode);
    const after = await service.ask<Usage>('usage');
    const serverAfter = postgresCpuMicros();
    const { addedMs, faults } = await mocks.settle(turns);
    return {
      cpuMicros: (after.cpuMicros - before.cpuMicros) / turns.length,
      serverMicros: serverAfter && serverBefore && (serverAfter - serverBefore) / turns.length,
      firstSentencesMs: turns.flatMap(({ firstSentenceMs }) => firstSentenceMs ?? []),
      addedMs,
      faults,
    };
  } finally {
    carrier.close();
  }
}

/** One round of one service, in a fresh process. */
async function measure(name: string, mocks: Mocks, folder: string, calls?: number): Promise<Measured> {
  const service = await serviceNamed(name)({ mocks, folder });
  const limited = (mode: Mode): Mode => ({ ...mode, calls: calls ?? mode.calls });
  try {
    const warm = await measureMode(service, mocks, limited(WARM_UP));
    const instant = await measureMode(service, mocks, limited(MODES.instant));
    const streamed = await measureMode(service, mocks, limited(MODES.streamed));
    return { instant: { ...instant, faults: [...warm.faults, ...instant.faults] }, streamed };
  } finally {
    await service.stop();
  }
}

const median = (values: readonly number[]): number => quantile(values, 0.5);

/** What each service needed in one round. */
type Round = ReadonlyMap<string, Measured>;

function row(mode: ModeName, name: string, first: string, rounds: readonly Round[]): string {
  const of = (service: string): readonly Figures[] => rounds.flatMap((round) => round.get(service)?.[mode] ?? []);
  const [own, others] = [of(name), of(first)];
  const ratios = own.map(({ cpuMicros }, round) => cpuMicros / (others[round]?.cpuMicros ?? 0));
  const range = `(${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)})`;
  const added = own.flatMap(({ addedMs }) => addedMs);
  const columns = [
    mode.padEnd(9),
    name.padEnd(9),
    median(own.map(({ cpuMicros }) => cpuMicros))
      .toFixed(0)
      .padStart(12),
    (name === first ? '1' : `${median(ratios).toFixed(2)} ${range}`).padStart(19),
    (name === 'postgres' ? median(own.map(({ serverMicros = NaN }) => serverMicros)).toFixed(0) : '-').padStart(15),
    median(own.flatMap(({ firstSentencesMs }) => firstSentencesMs))
      .toFixed(1)
      .padStart(18),
    `${median(added).toFixed(1)} / ${quantile(added, 0.99).toFixed(1)}`.padStart(19),
    String(own.reduce((sum, { faults }) => sum + faults.length, 0)).padStart(6),
  ];
  return columns.join(' ');
}

const { services, rounds: count, calls } = flagsOfProcess(TURN_FLAGS);
const names = services.split(',');
const [first = ''] = names;
names.forEach(serviceNamed);

await onStage({ endsAfterMs: count * names.length * MOST_MEASURE_MS }, async ({ mocks, folder }) => {
  const rounds: Round[] = [];
  for (let round = 0; round < count; round += 1) {
    const measured = new Map<string, Measured>();
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) measured.set(name, await measure(name, mocks, folder, calls));
    rounds.push(measured);
  }
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(`Node ${process.version}, ${availableParallelism()} cores, load ${load.join(' ')}, rounds: ${count}`);
  console.log(
    'mode      service    CPU µs/turn  ratio (least-most)  server µs/turn  first sentence ms  added ms p50 / p99  wrong',
  );
  for (const mode of MODE_NAMES) for (const name of names) console.log(row(mode, name, first, rounds));
  const figures = rounds
    .flatMap((round) => [...round.values()])
    .flatMap((each) => MODE_NAMES.map((mode) => each[mode]));
  const fault = [...figures.flatMap(({ faults }) => faults), ...mocks.strays()][0];
  const isMeasured = figures.every(({ cpuMicros }) => cpuMicros > 0);
  if (fault !== undefined) console.error(`the figures do not count, a turn was wrong: ${fault}`);
  if (!isMeasured) console.error('the figures do not count: a service used no CPU');
  process.exitCode = fault === undefined && isMeasured ? 0 : 1;
});
