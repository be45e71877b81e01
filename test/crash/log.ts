import { AGENT, type CallRecord } from './caller.ts';
import { ask, type Place } from './places.ts';

/**
 * What the log is at fault for, by call: what was answered is in it, byte by byte; and of every call, even one that nobody
 * came back for, the turn has ended.
 */
export async function faultsInLog(
  place: Place,
  records: readonly CallRecord[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const database = await place.open();
  try {
    const rows = await ask<{ call_id: string; kind: string; text: string | null }>(
      database,
      `select call_id, kind, body ->> 'body' as text from events
      where kind in ('turn-start', 'turn-end', 'answered') order by call_id, seq`,
    );
    const byCall = Map.groupBy(rows, ({ call_id: callId }) => callId);
    return new Map(
      records.map(({ callSid, answers }) => {
        const own = byCall.get(`${AGENT}/${callSid}`) ?? [];
        const kept = new Set(own.map(({ text }) => text));
        const last = own.findLast(({ kind }) => kind !== 'answered');
        return [
          callSid,
          [
            ...answers.filter((body) => !kept.has(body)).map((body) => `answered, and not in the log: ${body}`),
            ...(last?.kind === 'turn-start' ? ['stuck: its turn never ended'] : []),
          ],
        ];
      }),
    );
  } finally {
    await database.close();
  }
}
