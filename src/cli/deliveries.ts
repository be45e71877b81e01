import { Option, type Command } from 'commander';
import type { DeliveryRecord, DeliveryState, Outbox } from '../deliveries/outbox.ts';
import { openStore } from '../store/store.ts';
import type { Flags } from './config/layers.ts';
import { settle } from './config/settle.ts';
import { storePlaceOf } from './config/store-place.ts';
import { makeStoreFolder } from './folders.ts';
import { withSettings } from './options.ts';
import { problemLine, show, type Outcome } from './outcome.ts';

const STATES: readonly DeliveryState[] = ['pending', 'delivered', 'given-up'];
const DEFAULT_LIMIT = 20;

type ListFlags = {
  readonly state?: DeliveryState;
  readonly agent?: string;
  readonly limit: string;
  readonly json?: boolean;
};

/** `colloquy deliveries`: what had to be sent, and what became of it. */
export function deliveriesCommand(program: Command): void {
  withSettings(
    program.command('deliveries').description('list deliveries and their attempts, the newest first'),
    'store',
  )
    .addOption(new Option('--state <state>', 'only those in this state').choices(STATES))
    .option('--agent <name>', 'only those of this agent')
    .option('--limit <number>', 'at most so many', String(DEFAULT_LIMIT))
    .option('--json', 'print JSON')
    .action(async (flags: Flags & ListFlags) =>
      show(await withOutbox(flags, (outbox) => listDeliveries(outbox, flags))),
    );
}

/** `colloquy redeliver`: sends deliveries again, under the same ids. */
export function redeliverCommand(program: Command): void {
  withSettings(
    program
      .command('redeliver')
      .description('send deliveries again, whatever became of them; a node that serves sends them at once')
      .argument('<id...>', 'deliveries'),
    'store',
  ).action(async (ids: readonly string[], flags: Flags) =>
    show(await withOutbox(flags, (outbox) => redeliver(outbox, ids))),
  );
}

async function withOutbox(flags: Flags, work: (outbox: Outbox) => Promise<Outcome>): Promise<Outcome> {
  const { settled } = await settle(flags, process.env);
  const place = storePlaceOf(settled, process.env);
  await makeStoreFolder(place);
  const store = await openStore(place, { clock: Date });
  try {
    return await work(store.outbox);
  } finally {
    await store.close();
  }
}

/** The deliveries that the flags ask for. */
export async function listDeliveries(
  outbox: Pick<Outbox, 'list'>,
  { state, agent, limit, json = false }: ListFlags,
): Promise<Outcome> {
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1) {
    return { output: '', problems: problemLine(`--limit ${limit}: expected a number from 1 on`), exitCode: 2 };
  }
  const records = await outbox.list({
    limit: most,
    ...(state !== undefined && { state }),
    ...(agent !== undefined && { agent }),
  });
  if (json) return { output: `${JSON.stringify(records, null, 2)}\n`, exitCode: 0 };
  const none =
    state === undefined && agent === undefined ? 'there are no deliveries\n' : 'there are no such deliveries\n';
  return { output: records.length === 0 ? none : records.map(describe).join(''), exitCode: 0 };
}

/** Makes these deliveries due; exit code 1 when one of them is not known. */
export async function redeliver(outbox: Pick<Outbox, 'redeliver'>, ids: readonly string[]): Promise<Outcome> {
  const unknown: string[] = [];
  for (const id of ids) if (!(await outbox.redeliver(id))) unknown.push(id);
  const known = ids.filter((id) => !unknown.includes(id));
  return {
    output: known.map((id) => `${id} will be sent again\n`).join(''),
    problems: unknown.map((id) => problemLine(`there is no delivery ${id}`)).join(''),
    exitCode: unknown.length > 0 ? 1 : 0,
  };
}

function describe({ delivery, state, createdAtMs, attempts }: DeliveryRecord): string {
  const { id, agent, method, url } = delivery;
  const tried = attempts.map(
    ({ number, atMs, tookMs, status, error }) =>
      `    attempt ${number} at ${new Date(atMs).toISOString()}, ${tookMs} ms: ${error ?? `answered ${status}`}\n`,
  );
  const when = new Date(createdAtMs).toISOString();
  return `${state}  ${id}  of ${agent}, ${when}\n    ${method} ${withoutQuery(url)}\n${tried.join('')}`;
}

/** A query may hold a key. */
function withoutQuery(url: string): string {
  return URL.canParse(url) ? new URL(url).origin + new URL(url).pathname : url;
}
