import pg from 'pg';
import type { Database, Failure } from './database.ts';
import { createListener } from './postgres-listener.ts';

/** A server that has not taken a connection by then, or has none free, is as good as down. */
const CONNECT_TIMEOUT_MS = 1_000;
/** Every statement of ours takes a few milliseconds; one that hangs must not hold a caller for longer than an outage. */
const STATEMENT_TIMEOUT_MS = 3_000;
/** A lock held for longer must not hold up those whose appends go in the same statement; it is asked for again. */
const LOCK_TIMEOUT_MS = 250;
const IDLE_CONNECTION_MS = 60_000;
/** A connection silent for so long is probed each second, and lost after ten probes: by itself, Linux waits two hours. */
const PROBE_AFTER_MS = 10_000;
/** Statements take well under a millisecond of the server's time, so few connections carry much. */
export const DEFAULT_CONNECTIONS = 10;

export type PostgresOptions = {
  /** `postgres://user:password@host:port/database`, as libpq reads it. */
  readonly url: string;
  /** Connections for statements; one more listens. Default 10. */
  readonly connections?: number;
};

/**
 * A database on a server. Connections are made when they are needed, and made again when they were lost; nothing here
 * fails because the server is away when it is called.
 */
export function openPostgres({ url, connections = DEFAULT_CONNECTIONS }: PostgresOptions): Database {
  const connection = {
    connectionString: url,
    application_name: 'colloquy',
    keepAlive: true,
    keepAliveInitialDelayMillis: PROBE_AFTER_MS,
  };
  const pool = new pg.Pool({
    ...connection,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    query_timeout: STATEMENT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    onConnect: planOnce,
  });
  // Of a connection that waited to be used: the pool has dropped it already, and makes another when it needs one.
  pool.on('error', () => undefined);
  const createClient = (): pg.Client => new pg.Client({ ...connection, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  const listener = createListener(createClient);
  return {
    description: `keeps calls in ${describe(createClient())}`,
    isShared: true,
    failureOf,
    query: async ({ name, text }, values) => (await pool.query({ name, text, values: [...values] })).rows,
    run: (script) => withClient(createClient(), (client) => client.query(script)),
    listen: listener.listen,
    close: async () => {
      await Promise.all([listener.close(), pool.end()]);
    },
  };
}

/**
 * Has the server plan each statement once for all values: by itself it plans an append anew each time, which takes longer than
 * to carry it out. The pool waits for it, although its types do not say so.
 */
function planOnce(client: pg.ClientBase): unknown {
  return client.query('set plan_cache_mode = force_generic_plan');
}

/** One connection without a limit of time. */
async function withClient(client: pg.Client, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function describe({ host, port, database = '' }: pg.Client): string {
  return `Postgres ${host.startsWith('/') ? host : `${host}:${port}`}/${database}`;
}

/**
 * Classes of SQLSTATE, and single ones, that say something of the server or the connection: lost; resources used up; stopped
 * by an operator, or starting; a server that became a standby.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const OUTAGE_STATES = /^(?:08...|53...|57P0[1-35]|25006)$/;
/** It took too long, met a lock, or was rolled back for another's sake. */
const PASSING_STATES = /^(?:57014|55P03|40001|40P01)$/;

/** An error without a state came from the network, or from waiting too long. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return 'lasting';
  if (!(error instanceof pg.DatabaseError)) {
    return error instanceof TypeError || /pool after calling end|tried to parse|SASL/.test(error.message)
      ? 'lasting'
      : 'outage';
  }
  const { code = '' } = error;
  return OUTAGE_STATES.test(code) ? 'outage' : PASSING_STATES.test(code) ? 'passing' : 'lasting';
}
