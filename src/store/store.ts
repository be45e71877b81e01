// Everything that is kept, behind one door: which engine it is stands in one line of configuration.
import { DELIVERY_GIVEN_UP_AFTER_MS } from '../deliveries/schedule.ts';
import type { Outbox } from '../deliveries/outbox.ts';
import type { CallLog, Clock } from '../interpret/ports.ts';
import { createSqlCallLog } from './call-log.ts';
import type { Database } from './database.ts';
import { createMemoryCallLog } from './memory.ts';
import { createMemoryOutbox, withDeliveries } from './memory-outbox.ts';
import { migrate } from './migrations.ts';
import { createSqlOutbox } from './outbox.ts';
import { createSweeper } from './sweeper.ts';

export type StorePlace =
  | { readonly kind: 'memory' }
  /** Embedded, for one process. */
  | { readonly kind: 'folder'; readonly folder: string }
  /** A server, for any number of processes. */
  | { readonly kind: 'postgres'; readonly url: string; readonly connections?: number };

export type Store = {
  readonly log: CallLog;
  readonly outbox: Outbox;
  /** Where calls are kept, what that promises and what it costs, as a part of a sentence. */
  readonly description: string;
  /** Some of the calls whose turn runs although nothing was appended for this long. @throws STORE_UNAVAILABLE */
  stalled(silentForMs: number, limit: number): Promise<readonly string[]>;
  /** Resolves when the store answers. @throws STORE_UNAVAILABLE */
  check(): Promise<void>;
  /** What was appended before is kept. */
  close(): Promise<void>;
};

export type StoreOptions = {
  readonly clock: Pick<Clock, 'now'>;
  /** Milliseconds for which a call is kept after it was last touched; absent: for ever. Memory forgets sooner. */
  readonly keepForMs?: number;
  /** Is told when something failed that nobody waits for. */
  readonly onError?: (error: unknown) => void;
};

/** Opens a store, its tables brought up to date. @throws STORE_LOCKED, STORE_TOO_NEW, STORE_UNAVAILABLE */
export async function openStore(place: StorePlace, options: StoreOptions): Promise<Store> {
  if (place.kind === 'memory') return createMemoryStore(options.clock);
  const database = await openDatabase(place);
  try {
    await migrate(database);
    return sqlStore(database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The engine of a place that is not memory. It is loaded here: most commands have no need of one. */
export async function openDatabase(place: Exclude<StorePlace, { readonly kind: 'memory' }>): Promise<Database> {
  if (place.kind === 'folder') {
    const { openFolder } = await import('./pglite.ts');
    return openFolder(place.folder);
  }
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(place);
}

/** A store that ends with this process. */
export function createMemoryStore(clock: Pick<Clock, 'now'>): Store {
  const outbox = createMemoryOutbox({ clock, givenUpAfterMs: DELIVERY_GIVEN_UP_AFTER_MS });
  return {
    log: withDeliveries(createMemoryCallLog(clock), outbox),
    outbox,
    description: 'keeps calls in memory: they end with this process',
    stalled: async () => [],
    check: async () => undefined,
    close: async () => undefined,
  };
}

/** A store over a database whose tables are there. */
function sqlStore(database: Database, { keepForMs, onError = () => undefined }: StoreOptions): Store {
  const givenUpAfterMs = DELIVERY_GIVEN_UP_AFTER_MS;
  const outbox = createSqlOutbox({ database, givenUpAfterMs });
  const log = createSqlCallLog({ database, givenUpAfterMs, onDeliveries: () => outbox.due() });
  const sweeper = keepForMs === undefined ? undefined : createSweeper({ database, keepForMs, onError });
  return {
    log,
    outbox,
    description: database.description,
    stalled: (silentForMs, limit) => log.stalled(silentForMs, limit),
    check: async () => void (await log.read('', 1)),
    close: async () => {
      await sweeper?.close();
      await log.close();
      await database.close();
    },
  };
}
