import type { CallState } from '../call/state.ts';

/** What the platform's fallback request is answered with: the outputs from `from` on, or what they were answered with before. */
export type Resumed = { readonly key: string; readonly from: number; readonly recorded?: number };

/**
 * What the platform has missed, if it has come to us by its fallback; undefined when it has had all of the last turn, so
 * that a turn of its own begins.
 */
export function missedBy(state: CallState): Resumed | undefined {
  const { turn } = state;
  if (turn === undefined) return undefined;
  const isAsked = turn.cursor > turn.seq;
  const asked = isAsked ? { key: `turn:${turn.number}:${turn.cursor}`, from: turn.cursor } : first(turn);
  const recorded = state.answers.get(asked.key)?.seq;
  if (recorded === undefined) return asked;
  if (state.phase !== 'idle') return { ...asked, recorded };
  const { answeredTo, endedSeq = answeredTo } = turn;
  return answeredTo <= endedSeq ? { key: `turn:${turn.number}:${answeredTo}`, from: answeredTo } : undefined;
}

function first({ key, seq }: NonNullable<CallState['turn']>): Resumed {
  return { key, from: seq + 1 };
}
