// Everything that is said to the database. Times are the database's own: nodes need not agree on what time it is.
import { statement, type Statement } from './database.ts';

/** What appends of a group bring beside their events. Most bring nothing; what is left out of a statement costs nothing. */
export type AppendParts = { readonly phase: boolean; readonly documents: boolean; readonly deliveries: boolean };

/** Milliseconds of a parameter as an interval. */
const ms = (parameter: string): string => `${parameter}::float8 * interval '1 ms'`;
/** Unix milliseconds of a column. */
const epochMs = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/**
 * The parts in the order of their values, which follow the six of the events. Rows are written in one order everywhere, so
 * that two groups with the same ones wait for each other and not both for ever.
 */
const PARTS: readonly (readonly [part: keyof AppendParts, count: number, text: (first: number) => string])[] = [
  [
    'phase',
    1,
    (p) => `, phase_kept as (
      insert into calls (call_id, phase)
      select call_id, phase from appended, unnest($4::uuid[], $${p}::text[]) as each (token, phase)
      where appended.token = each.token and phase is not null order by call_id
      on conflict (call_id) do update set phase = excluded.phase, touched_at = now())`,
  ],
  [
    'documents',
    2,
    (p) => `, documents_kept as (
      insert into documents (hash, body)
      select hash, body from unnest($${p}::text[], $${p + 1}::text[]) as each (hash, body) order by hash
      on conflict (hash) do update set used_at = now())`,
  ],
  [
    'deliveries',
    5,
    (p) => `, deliveries_kept as (
      insert into deliveries (id, agent, request, give_up_at)
      select id, agent, request, now() + ${ms(`$${p + 4}`)}
      from appended, unnest($${p}::uuid[], $${p + 1}::text[], $${p + 2}::text[], $${p + 3}::text[]) as each (token, id, agent, request)
      where appended.token = each.token order by id
      on conflict (id) do nothing)`,
  ],
];

/**
 * One statement for a group of appends, each to a call of its own or not taken. It is exact with any number of writers: a
 * row is taken only where the call ends at `after_seq`, and of two that are there at once the primary key lets one in. A
 * row is a whole append, so that nothing is ever half there. The tokens of those that were taken come back.
 */
function appendStatement(parts: AppendParts): Statement<{ token: string }> {
  const chosen = PARTS.filter(([part]) => parts[part]);
  let next = 7;
  const texts = chosen.map(([, count, text]) => {
    next += count;
    return text(next - count);
  });
  return statement(
    ['append', ...chosen.map(([part]) => part)].join('_'),
    `with appended as (
      insert into appends (call_id, after_seq, last_seq, token, events, documents)
      select call_id, after_seq, last_seq, token, events, documents::text[]
      from unnest($1::text[], $2::integer[], $3::integer[], $4::uuid[], $5::text[], $6::text[])
        as given (call_id, after_seq, last_seq, token, events, documents)
      where after_seq = 0 or after_seq = (select appends.last_seq from appends
        where appends.call_id = given.call_id and appends.after_seq < given.after_seq
        order by appends.after_seq desc limit 1)
      order by call_id
      on conflict (call_id, after_seq) do nothing
      returning call_id, token)
    ${texts.join('')}
    select token::text as token from appended`,
  );
}

const BOTH = [false, true] as const;
const APPENDS = new Map(
  BOTH.flatMap((phase) =>
    BOTH.flatMap((documents) => BOTH.map((deliveries) => ({ phase, documents, deliveries }))),
  ).map((parts) => [partsKey(parts), appendStatement(parts)]),
);

function partsKey({ phase, documents, deliveries }: AppendParts): number {
  return Number(phase) + 2 * Number(documents) + 4 * Number(deliveries);
}

/**
 * Values, but for the last each with one for every append: calls, afters, lasts, tokens, events, documents as the text of
 * an array or null; then those of each part, in their order: phases or nulls; hashes and bodies of documents; tokens, ids,
 * agents and requests of deliveries, and after how many milliseconds these are given up.
 */
export function appendOf(parts: AppendParts): Statement<{ token: string }> {
  const found = APPENDS.get(partsKey(parts));
  if (found === undefined) throw new Error('every combination of parts has its statement');
  return found;
}

export type AppendRow = { readonly after_seq: number; readonly events: string; readonly documents: string[] | null };

export const STATEMENTS = {
  /** From the append that holds the event with number `$2` on. */
  read: statement<AppendRow>(
    'read',
    `select after_seq, events, documents from appends
    where call_id = $1 and last_seq >= $2::integer and after_seq >= coalesce(
      (select max(after_seq) from appends where call_id = $1 and after_seq < $2::integer), 0)
    order by after_seq`,
  ),

  tokenOf: statement<{ token: string }>(
    'token_of',
    'select token::text as token from appends where call_id = $1 and after_seq = $2::integer',
  ),

  documentsOf: statement<{ hash: string; body: string }>(
    'documents_of',
    'select hash, body from documents where hash = any($1::text[])',
  ),

  /** Of these calls, those that go on behind these numbers. */
  grown: statement<{ call_id: string }>(
    'grown',
    `select call_id from unnest($1::text[], $2::integer[]) as known (call_id, last_seq)
    where exists (select from appends where appends.call_id = known.call_id and after_seq >= known.last_seq)`,
  ),

  notify: statement<Record<string, never>>(
    'notify',
    'select pg_notify($1, payload) from unnest($2::text[]) as payload',
  ),

  /** Calls whose turn runs on paper although nothing was appended for a while. */
  stalled: statement<{ call_id: string }>(
    'stalled',
    `select call_id from calls
    where phase = 'running' and now() - ${ms('$1')} >
      (select at from appends where appends.call_id = calls.call_id order by after_seq desc limit 1)
    order by random() limit $2::integer`,
  ),

  sweepCalls: statement<{ swept: number }>(
    'sweep_calls',
    `with old as (
      select call_id from calls where started_at < now() - ${ms('$1')} and touched_at < now() - ${ms('$1')}
      order by started_at limit $2::integer for update skip locked),
    appends_swept as (delete from appends using old where appends.call_id = old.call_id),
    swept as (delete from calls using old where calls.call_id = old.call_id returning 1)
    select count(*)::integer as swept from swept`,
  ),

  sweepDeliveries: statement<{ swept: number }>(
    'sweep_deliveries',
    `with old as (
      select id from deliveries
      where created_at < now() - ${ms('$1')} and settled_at < now() - ${ms('$1')} and state <> 'pending'
      order by created_at limit $2::integer for update skip locked),
    swept as (delete from deliveries using old where deliveries.id = old.id returning 1)
    select count(*)::integer as swept from swept`,
  ),

  sweepDocuments: statement<{ swept: number }>(
    'sweep_documents',
    `with old as (
      select hash from documents where used_at < now() - ${ms('$1')} limit $2::integer for update skip locked),
    swept as (delete from documents using old where documents.hash = old.hash returning 1)
    select count(*)::integer as swept from swept`,
  ),

  /**
   * Of each agent the oldest that it has room for, then from all of them in turns. `skip locked` lets every node take
   * others; the lease is the time at which a claim becomes due again.
   */
  claim: statement<{ request: string; number: number; left_ms: number }>(
    'claim',
    `with recursive waiting (agent) as (
      (select agent from deliveries where state = 'pending' order by agent limit 1)
      union all
      select (select next.agent from deliveries as next
        where next.state = 'pending' and next.agent > waiting.agent order by next.agent limit 1)
      from waiting where waiting.agent is not null),
    due as (
      select each.id, row_number() over (partition by waiting.agent order by each.next_at) as turn
      from waiting
      left join unnest($3::text[], $4::integer[]) as busy (agent, count) using (agent)
      cross join lateral (
        select id, next_at from deliveries
        where state = 'pending' and deliveries.agent = waiting.agent and next_at <= now()
        order by next_at limit greatest(0, $2::integer - coalesce(busy.count, 0))
        for update skip locked) as each
      where waiting.agent is not null),
    chosen as (select id from due order by turn, random() limit $1::integer)
    update deliveries set attempts = attempts + 1, next_at = now() + ${ms('$5')}
    from chosen where deliveries.id = chosen.id
    returning request, attempts as number, ${epochMs('give_up_at')} - ${epochMs('now()')} as left_ms`,
  ),

  /** An attempt whose lease ran out decides nothing unless it delivered: by now another has begun. */
  settle: statement<Record<string, never>>(
    'settle',
    `with made as (
      select * from unnest($1::text[], $2::integer[], $3::float8[], $4::integer[], $5::integer[], $6::text[],
        $7::text[], $8::float8[]) as made (id, number, at_ms, took_ms, status, error, state, retry_ms)),
    settled as (
      update deliveries set
        state = made.state,
        next_at = now() + ${ms('made.retry_ms')},
        settled_at = case when made.state = 'pending' then null else now() end
      from made
      where deliveries.id = made.id and deliveries.state = 'pending'
        and (made.state = 'delivered' or deliveries.attempts = made.number))
    insert into delivery_attempts (delivery_id, number, at, took_ms, status, error)
    select id, number, to_timestamp(at_ms / 1000), took_ms, status, error from made
    where exists (select from deliveries where deliveries.id = made.id)
    on conflict (delivery_id, number) do nothing`,
  ),

  list: statement<{ request: string; state: string; created_at_ms: number; attempts: string | null }>(
    'list',
    `select request, state, ${epochMs('created_at')} as created_at_ms,
      (select json_agg(json_build_object('number', number, 'atMs', round(${epochMs('at')}), 'tookMs', took_ms,
          'status', status, 'error', error) order by number)::text
        from delivery_attempts where delivery_id = deliveries.id) as attempts
    from deliveries
    where ($1::text is null or state = $1) and ($2::text is null or agent = $2)
    order by created_at desc, id limit $3::integer`,
  ),

  redeliver: statement<{ id: string }>(
    'redeliver',
    `update deliveries set state = 'pending', next_at = now(), give_up_at = now() + ${ms('$2')}, settled_at = null
    where id = $1 returning id`,
  ),
} as const;
