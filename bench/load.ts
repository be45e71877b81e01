// Colloquy with many calls in progress for some minutes: what a turn waits for beyond model and tools, and whether anything
// is left of calls that are over. Exits 1, with the reasons, when the run was not well. See docs/performance.md.
import { setTimeout as delay } from 'node:timers/promises';
import { nowMs } from './parts/answering.ts';
import { createCarrier, type Call, type Carrier } from './parts/caller.ts';
import { LOAD_FLAGS, flagsOfProcess } from './parts/flags.ts';
import type { Usage } from './parts/probe.ts';
import type { Started } from './parts/processes.ts';
import { quantile, STREAMED, wasDuring, type Stretch, type Turn } from './parts/seen.ts';
import { AUTH_TOKEN, onStage, serviceNamed, voiceUrlOf, type Mocks } from './parts/stage.ts';
import { problemsOf, type Minute, type Run } from './parts/verdict.ts';

const MINUTE_MS = 60_000;
/** What calls leave to be done is done by then, and connections to a database that nobody uses are closed. */
const QUIET_MS = 65_000;
const QUIET_CHECK_MS = 500;
/** Starting, the last turns, the quiet after them and stopping, on a machine that is busy. */
const MOST_AROUND_MS = 4 * MINUTE_MS;

type Lines = {
  /** Resolves after the last call has ended. */
  readonly done: Promise<void>;
  /** Turns that ended, and what else was wrong, since it was asked last. */
  take(): { readonly turns: readonly Turn[]; readonly faults: readonly string[] };
};

type LineOptions = {
  readonly calls: number;
  readonly turns: number;
  readonly turnMs: number;
  /** When no further turn begins. */
  readonly untilMs: number;
  /** When the calls may end that are in progress then. */
  readonly released: Promise<void>;
};

/**
 * As many telephone lines as calls, each with one call after the other and a turn at fixed times, however long the last one
 * took. The first calls are of different lengths, so that later ones begin and end evenly.
 */
function openLines(carrier: Carrier, { calls, turns, turnMs, untilMs, released }: LineOptions): Lines {
  let taken: { turns: Turn[]; faults: string[] } = { turns: [], faults: [] };
  let callSids = 0;
  const begin = (): Promise<Call> => {
    callSids += 1;
    return carrier.begin(`CA${String(callSids).padStart(32, '0')}`);
  };
  const line = async (index: number): Promise<void> => {
    let call: Call | undefined;
    let left = (index % turns) + 1;
    /** A call that cannot begin or end is wrong; its line goes on, or there would be less load than is said. */
    const take = async (step: () => Promise<void>): Promise<void> =>
      step().catch((error: unknown) => {
        taken.faults.push((error as Error).message);
        call = undefined;
      });
    const hangUp = async (): Promise<void> => {
      await call?.hangUp();
      call = undefined;
    };
    for (let dueAtMs = performance.now() + (turnMs * index) / calls; dueAtMs < untilMs; dueAtMs += turnMs) {
      await delay(Math.max(0, dueAtMs - performance.now()));
      await take(async () => {
        if (left === 0) {
          await hangUp();
          left = turns;
        }
        call ??= await begin();
        const turn = await call.speak();
        // Looked up after the wait: what was collected may have been taken meanwhile.
        taken.turns.push(turn);
        left -= 1;
      });
    }
    await released;
    await take(hangUp);
  };
  return {
    done: Promise.all(Array.from({ length: calls }, (_, index) => line(index))).then(() => undefined),
    take: () => {
      const all = taken;
      taken = { turns: [], faults: [] };
      return all;
    },
  };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
/** Immediates too: what was begun and is not done. */
const timersOf = ({ resources }: Usage): number => (resources['Timeout'] ?? 0) + (resources['Immediate'] ?? 0);
const handlesOf = ({ resources }: Usage): number => sum(Object.values(resources)) - timersOf({ resources } as Usage);
const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

const HEAD = 'minute  turns/s  added ms p50 / p99  heap MB  RSS MB  handles  timers  listeners';

function rowOf(minute: Minute): string {
  return [
    String(Math.round(minute.minute * 100) / 100).padStart(6),
    minute.turnsPerSecond.toFixed(1).padStart(8),
    `${minute.p50Ms.toFixed(1)} / ${minute.p99Ms.toFixed(1)}`.padStart(19),
    megabytes(minute.heapBytes).padStart(8),
    megabytes(minute.rssBytes).padStart(7),
    String(minute.handles).padStart(8),
    String(minute.timers).padStart(7),
    String(minute.listeners).padStart(10),
  ].join(' ');
}

/** The state of the service once what the calls left to be done is done. */
async function usageAtRest(service: Started, timersBefore: number): Promise<Usage> {
  const endsAtMs = performance.now() + QUIET_MS;
  for (;;) {
    const usage = await service.ask<Usage>('usage', { collect: true });
    if (timersOf(usage) <= timersBefore || performance.now() > endsAtMs) return usage;
    await delay(QUIET_CHECK_MS);
  }
}

const flags = flagsOfProcess(LOAD_FLAGS);
const { calls, turns, minutes: wanted, store, p99: p99LimitMs } = flags;
const lengthMs = wanted * MINUTE_MS;

await onStage({ endsAfterMs: lengthMs + MOST_AROUND_MS }, async ({ mocks, folder }) => {
  await mocks.pace(STREAMED);
  const service = await serviceNamed(store)({ mocks, folder, collects: true });
  const carrier = createCarrier(voiceUrlOf(service), AUTH_TOKEN);
  try {
    const before = await service.ask<Usage>('usage', { collect: true });
    const run = await underLoad(service, mocks, carrier);
    carrier.close();
    const after = await usageAtRest(service, timersOf(before));
    for (const [when, usage] of Object.entries({ 'before the first call': before, 'after the last call': after })) {
      const open = Object.entries(usage.resources).map(([kind, count]) => `${kind} ${count}`);
      console.log(`${when}: heap ${megabytes(usage.heapBytes)} MB, ${open.join(', ') || 'nothing open'}`);
    }
    const timers = { timersBefore: timersOf(before), timersAfter: timersOf(after) };
    const problems = problemsOf({ ...run, ...timers, p99LimitMs });
    for (const problem of problems) console.error(problem);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    carrier.close();
    await service.stop();
  }
});

async function underLoad(service: Started, mocks: Mocks, carrier: Carrier): Promise<Pick<Run, 'minutes' | 'faults'>> {
  const fromMs = performance.now();
  const untilMs = fromMs + lengthMs;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const lines = openLines(carrier, { calls, turns, turnMs: flags['turn-seconds'] * 1000, untilMs, released });
  const minutes: Minute[] = [];
  const faults: string[] = [];
  /** In which garbage was collected because this program wanted it. */
  const collections: Stretch[] = [];
  console.log(`Node ${process.version}, ${calls} calls at a turn per ${flags['turn-seconds']} s, store ${store}`);
  console.log(HEAD);
  // Sums of minutes are not exact: less than a millisecond is no minute.
  for (let sinceMs = fromMs; untilMs - sinceMs > 1;) {
    const endsAtMs = Math.min(sinceMs + MINUTE_MS, untilMs);
    await delay(endsAtMs - performance.now());
    const taken = lines.take();
    const { addedMs, faults: wrong } = await mocks.settle(taken.turns.filter((turn) => !wasDuring(turn, collections)));
    const { faults: wrongMeanwhile } = await mocks.settle(taken.turns.filter((turn) => wasDuring(turn, collections)));
    faults.push(...taken.faults, ...wrong, ...wrongMeanwhile);
    const collectsFromMs = nowMs();
    const usage = await service.ask<Usage>('usage', { collect: true });
    collections.push({ fromMs: collectsFromMs, toMs: nowMs() });
    const minute: Minute = {
      minute: (endsAtMs - fromMs) / MINUTE_MS,
      turnsPerSecond: (taken.turns.length * 1000) / (endsAtMs - sinceMs),
      p50Ms: quantile(addedMs, 0.5),
      p99Ms: quantile(addedMs, 0.99),
      heapBytes: usage.heapBytes,
      rssBytes: usage.rssBytes,
      handles: handlesOf(usage),
      timers: timersOf(usage),
      listeners: usage.listeners,
    };
    minutes.push(minute);
    console.log(rowOf(minute));
    sinceMs = endsAtMs;
  }
  release();
  await lines.done;
  const rest = lines.take();
  const { faults: late } = await mocks.settle(rest.turns);
  return { minutes, faults: [...faults, ...rest.faults, ...late, ...mocks.strays()] };
}
