// Whether a run under load was well: pure, so that it can be proved to find what it is there for.

/** What a minute of load came to, with the service's state at its end. */
export type Minute = {
  readonly minute: number;
  readonly turnsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** After garbage was collected. */
  readonly heapBytes: number;
  readonly rssBytes: number;
  readonly handles: number;
  readonly timers: number;
  readonly listeners: number;
};

export type Run = {
  readonly minutes: readonly Minute[];
  readonly faults: readonly string[];
  /** Timers that the service had before its first call, and has after its last one. */
  readonly timersBefore: number;
  readonly timersAfter: number;
  readonly p99LimitMs?: number | undefined;
};

/** By then as many calls begin as end, and what is kept of ended ones for a while has its full size. */
const STEADY_FROM_MINUTE = 3;
const HEAP_MAY_GROW = 1.05;
/** In the first minute the engine still compiles. */
const WARM_FROM_MINUTE = 2;

/** The reasons why a run failed, each a line; none if it did not. */
export function problemsOf({
  minutes,
  faults,
  timersBefore,
  timersAfter,
  p99LimitMs = Infinity,
}: Run): readonly string[] {
  const problems: string[] = [];
  if (faults.length > 0) problems.push(`${faults.length} turns or requests were wrong, the first: ${faults[0]}`);
  const [steady, last] = [minutes.find(({ minute }) => minute === STEADY_FROM_MINUTE), minutes.at(-1)];
  if (last === undefined || !(last.turnsPerSecond > 0)) problems.push('no turn was measured');
  if (steady !== undefined && last !== undefined && last.heapBytes > steady.heapBytes * HEAP_MAY_GROW) {
    const percent = (last.heapBytes / steady.heapBytes - 1) * 100;
    problems.push(
      `the heap grew by ${percent.toFixed(1)} % from minute ${steady.minute} to ${last.minute}, at most 5 % are right`,
    );
  }
  const warm = minutes.length > 1 ? minutes.filter(({ minute }) => minute >= WARM_FROM_MINUTE) : minutes;
  const slow = warm.find(({ p99Ms }) => p99Ms > p99LimitMs);
  if (slow !== undefined) {
    problems.push(
      `in minute ${slow.minute} the p99 of added time is ${slow.p99Ms.toFixed(1)} ms, the limit is ${p99LimitMs} ms`,
    );
  }
  if (timersAfter > timersBefore) problems.push(`${timersAfter - timersBefore} timers are left after the last call`);
  return problems;
}
