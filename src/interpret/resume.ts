import { callerInput, type CallRequest } from '../call/request.ts';
import type { CallState } from '../call/state.ts';

/** What the platform's fallback request is answered with: the outputs from `from` on, or what they were answered with before. */
export type Resumed = { readonly key: string; readonly from: number; readonly recorded?: number };

/**
 * What the platform has missed, if it has come to us by its fallback; undefined when it has had all of the last turn, so
 * that a turn of its own begins.
 */
export function missedBy(state: CallState, request: CallRequest): Resumed | undefined {
  const { turn } = state;
  if (turn === undefined) return undefined;
  const isAsked = turn.cursor > turn.seq;
  const asked = isAsked ? { key: `turn:${turn.number}:${turn.cursor}`, from: turn.cursor } : first(turn);
  const recorded = state.answers.get(asked.key)?.seq;
  if (recorded === undefined) return asked;
  if (state.phase !== 'idle') return { ...asked, recorded };
  const { answeredTo, endedSeq = answeredTo } = turn;
  if (answeredTo <= endedSeq) return { key: `turn:${turn.number}:${answeredTo}`, from: answeredTo };
  return mayBeUnheard(state, request) ? { ...asked, recorded } : undefined;
}

/**
 * Whether it may be the last answer that got lost, rather than the request after it, and the caller would wait for it, or ask
 * again for what has been done: better they hear it twice.
 */
function mayBeUnheard({ exits }: CallState, request: CallRequest): boolean {
  const isListening = [...exits.values()].some(({ kind }) => kind === 'reply');
  return isListening && callerInput(request) === '';
}

function first({ key, seq }: NonNullable<CallState['turn']>): Resumed {
  return { key, from: seq + 1 };
}
