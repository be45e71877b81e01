import { createSqlCallLog, type SqlCallLog } from '../../src/store/call-log.ts';
import type { Database } from '../../src/store/database.ts';
import { createSqlOutbox, type SqlOutbox } from '../../src/store/outbox.ts';

/** A log and its outbox over a database whose tables are there. */
export function sqlStoreOver(database: Database): { readonly log: SqlCallLog; readonly outbox: SqlOutbox } {
  const outbox = createSqlOutbox({ database, givenUpAfterMs: 60_000 });
  const log = createSqlCallLog({ database, givenUpAfterMs: 60_000, onDeliveries: () => outbox.due() });
  return { log, outbox };
}
