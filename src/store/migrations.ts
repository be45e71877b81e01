import { VoiceError } from '../errors.ts';
import { statement, type Database } from './database.ts';
import { ask, rideOut } from './ride-out.ts';

/** The events without what is no text: U+0000, and halves of surrogate pairs, which our JSON has as escapes alone. */
const READABLE = String.raw`regexp_replace(events, '(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})', '\1\\ufffd', 'g')`;

/**
 * Forward only, in this order; one that was released is never changed. A release must run on the tables of the next, so
 * that nodes can be replaced one by one: what is to go is left out one release, and dropped in the one after.
 */
const MIGRATIONS: readonly string[] = [
  `
  -- One row for each append, the next one beginning where it ends. Nothing is ever updated.
  create table appends (
    call_id text not null,
    after_seq integer not null,
    last_seq integer not null,
    -- Of the append that wrote the row: tells it from another with the same events.
    token uuid not null,
    at timestamptz not null default now(),
    -- A JSON array; not jsonb, which refuses characters that callers and models do send.
    events text not null,
    -- Hashes, one for each event whose document stands in its own table.
    documents text[],
    primary key (call_id, after_seq)
  );

  -- Written where a turn begins or ends.
  create table calls (
    call_id text primary key,
    phase text not null,
    started_at timestamptz not null default now(),
    touched_at timestamptz not null default now()
  );
  create index calls_running on calls (call_id) where phase = 'running';
  create index calls_started on calls (started_at);

  -- What calls share: documents with their programs, by the hash of both.
  create table documents (
    hash text primary key,
    body text not null,
    used_at timestamptz not null default now()
  );

  create table deliveries (
    id text primary key,
    agent text not null,
    -- JSON, as in appends.
    request text not null,
    state text not null default 'pending',
    created_at timestamptz not null default now(),
    next_at timestamptz not null default now(),
    give_up_at timestamptz not null,
    attempts integer not null default 0,
    settled_at timestamptz
  );
  create index deliveries_due on deliveries (agent, next_at) where state = 'pending';
  create index deliveries_created on deliveries (created_at);

  create table delivery_attempts (
    delivery_id text not null references deliveries on delete cascade,
    number integer not null,
    at timestamptz not null,
    took_ms integer not null,
    status integer,
    error text,
    primary key (delivery_id, number)
  );

  -- Event by event, for people and reports. Characters that the database has none for are the one that stands for them.
  create view events as
    select call_id, after_seq + place::integer as seq, (body ->> 'turn')::integer as turn,
      body ->> 'kind' as kind, to_timestamp((body ->> 'atMs')::double precision / 1000) as at, body
    from appends, json_array_elements(${READABLE}::json) with ordinality as each (body, place);
  `,
];

/** Any number will do, as long as every node has the same one. */
const LOCK = 7_226_061;

const VERSION = statement<{ version: number }>(
  'version',
  'select coalesce(max(version), 0) as version from colloquy_migrations',
);

export type Migrated = { readonly from: number; readonly to: number };

/**
 * Brings the tables to what this release needs; does nothing where they are. One process at a time does it, the others wait.
 *
 * @throws STORE_TOO_NEW, STORE_UNAVAILABLE
 */
export async function migrate(database: Database): Promise<Migrated> {
  await rideOut(database, () => database.run(`${LOCKED} ${TABLE}`));
  const from = await versionOf(database);
  if (from > MIGRATIONS.length) throw new VoiceError('STORE_TOO_NEW', { found: from, known: MIGRATIONS.length });
  if (from < MIGRATIONS.length) await rideOut(database, () => database.run(script()));
  return { from, to: MIGRATIONS.length };
}

async function versionOf(database: Database): Promise<number> {
  return (await ask(database, VERSION, []))[0]?.version ?? 0;
}

const LOCKED = `select pg_advisory_xact_lock(${LOCK});`;
const TABLE = `
  create table if not exists colloquy_migrations (
    version integer primary key,
    at timestamptz not null default now()
  );`;

/** All of them, each skipped where it was done before: who waited for the lock finds nothing left to do. */
function script(): string {
  const steps = MIGRATIONS.map(
    (text, index) => `
    do $migration$ begin
      if not exists (select from colloquy_migrations where version = ${index + 1}) then
        ${text}
        insert into colloquy_migrations (version) values (${index + 1});
      end if;
    end $migration$;`,
  );
  return `${LOCKED} ${steps.join('')}`;
}
