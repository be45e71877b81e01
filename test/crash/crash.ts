// Kills `serve` at every step of a turn, many times, and looks at what platforms, callers, models and receivers have seen of
// it. Prints a table, and ends with 1 when anything was wrong.
import { parseArgs } from 'node:util';
import { campaign, LANE_NAMES } from './campaign.ts';
import { faultLines, tableOf, tallyOf } from './table.ts';

const USAGE = `usage: crash [--kills N] [--store pglite|postgres|all] [--seed N] [--steps "name,name"] [--keep]
  --kills   of all stores together; default 240
  --store   Postgres is the server that DATABASE_URL names, which is given a new database for each run
  --keep    leaves the databases and the folder behind, for those who want to look at what was faulty
`;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '240' },
    store: { type: 'string', default: 'all' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    steps: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const print = (text: string): void => void process.stdout.write(`${text}\n`);
if (values.help) {
  print(USAGE);
  process.exit(0);
}
const server = process.env['DATABASE_URL'];
const seed = Number(values.seed);
const lanes = LANE_NAMES.filter((name) => {
  if (values.store !== 'all' && !name.startsWith(values.store)) return false;
  if (name === 'pglite' || server !== undefined) return true;
  print(`${name} is skipped: DATABASE_URL names no server`);
  return false;
});
if (lanes.length === 0) {
  print(USAGE);
  process.exit(2);
}
const kills = Math.ceil(Number(values.kills) / lanes.length);
print(`${kills} kills each of ${lanes.join(', ')}, with seed ${seed}`);

let done = 0;
const startedAtMs = performance.now();
const settled = await Promise.allSettled(
  lanes.map((lane, index) =>
    campaign({
      lane,
      server,
      kills,
      seed: seed + index,
      keep: values.keep,
      ...(values.steps !== undefined && { steps: values.steps.split(',') }),
      onOutcome: (outcome) => {
        done += outcome.isKilled ? 1 : 0;
        const verdict = outcome.faults.length > 0 ? 'FAULT' : outcome.isLost ? 'lost' : 'fine';
        process.stderr.write(
          `${done}  ${outcome.lane}: ${outcome.step}, ${outcome.exchange}, ${outcome.manner}: ${outcome.isKilled ? verdict : 'not met'}\n`,
        );
      },
    }),
  ),
);
// One that cannot go on leaves the others to clean up behind themselves.
const broken = settled.flatMap((each) => (each.status === 'rejected' ? [`broken off: ${String(each.reason)}`] : []));
const all = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
const lines = [...faultLines(all), ...broken];
print(tableOf(all));
if (lines.length > 0) print(`\n${lines.join('\n')}`);
if (values.keep) print(`kept: ${[...new Set(all.map(({ place }) => place))].join(', ')}`);
const { kills: total, fine, lost, faulty } = tallyOf(all);
const again = all.filter(({ heardAgain }) => heardAgain).length;
if (again > 0)
  print(`${again} callers heard an answer again: their platform's fallback request did not say what had failed`);
const minutes = ((performance.now() - startedAtMs) / 60_000).toFixed(1);
print(`\n${total} kills in ${minutes} min: ${fine} fine, ${lost} lost their call, ${faulty} faulty; seed ${seed}`);
process.exitCode = lines.length > 0 ? 1 : 0;
