import { createHash } from 'node:crypto';
import type { TurnOrigin } from '../call/event.ts';
import type { Place } from '../call/place.ts';
import type { CallRequest } from '../call/request.ts';
import type { CallState, RecordedAnswer } from '../call/state.ts';
import { DUPLICATE_WINDOW_MS } from '../limits.ts';
import { missedBy } from './resume.ts';

/** A turn that a request belongs to, and what of it answers the request. */
export type Join = {
  readonly key: string;
  readonly turn: number;
  readonly from: number;
  /** Number of the event that has its answer. */
  readonly recorded?: number;
  /** Whether the platform has come back for more of a running turn. */
  readonly more: boolean;
  /** How often it had come back in this turn before. */
  readonly redirects?: number;
};

/** Whether a request without a token still counts as the one that had this answer. */
function isRecent(recorded: RecordedAnswer, { turn, phase }: CallState, nowMs: number): boolean {
  const current = recorded.turn === turn?.number;
  if (current && phase === 'running') return true;
  return nowMs - (current ? (turn.endedAtMs ?? nowMs) : recorded.atMs) <= DUPLICATE_WINDOW_MS;
}

/** The running or recorded turn that a request belongs to; undefined when it begins one of its own. */
export function joinable(
  state: CallState,
  { place, request }: { readonly place: Place; readonly request: CallRequest },
  key: string,
  nowMs: number,
): Join | undefined {
  const { turn } = state;
  if (turn === undefined) return undefined;
  const recorded = state.answers.get(key);
  if (recorded !== undefined && ('turn' in place || isRecent(recorded, state, nowMs))) {
    return { key, turn: recorded.turn, from: turn.seq + 1, more: false, recorded: recorded.seq };
  }
  if (place.kind === 'resume') {
    const missed = turn.key === key ? undefined : missedBy(state, request);
    if (missed !== undefined) return { ...missed, turn: turn.number, more: false };
    const isUnanswered = turn.key === key && recorded === undefined;
    return isUnanswered ? { key, turn: turn.number, from: turn.seq + 1, more: false } : undefined;
  }
  if (place.kind === 'rest' && place.turn === turn.number && turn.key !== key && place.from <= state.seq + 1) {
    return { key, turn: turn.number, from: place.from, more: state.phase === 'running', redirects: turn.redirects };
  }
  const repeats = place.kind === 'start' ? turn.key === key && isUnanswered(state, nowMs) : !isNext(state, place);
  if (!repeats) return undefined;
  // With a token of an older turn, whose answer is no longer at hand, or of none: it hears where the call is now.
  const answer = state.answers.get(turn.key);
  return {
    key: turn.key,
    turn: turn.number,
    from: turn.seq + 1,
    more: false,
    ...(answer !== undefined && { recorded: answer.seq }),
  };
}

/** Whether the place is one that the last turn gave out; any other token of a call that is known begins nothing. */
function isNext({ turn, exits }: CallState, place: Exclude<Place, { kind: 'start' | 'resume' }>): boolean {
  return place.kind === 'exit' && place.turn === (turn?.number ?? 0) + 1 && exits.has(place.seq);
}

/** Whether the turn runs, or ended a moment ago on a node that died before anybody had its answer. */
function isUnanswered({ phase, turn, answers }: CallState, nowMs: number): boolean {
  if (phase === 'running' || turn === undefined) return phase === 'running';
  return !answers.has(turn.key) && nowMs - (turn.endedAtMs ?? nowMs) <= DUPLICATE_WINDOW_MS;
}

/**
 * Which turn a request begins, and where it goes on from. A call that nobody remembers begins again from its document's
 * top, but under the number that the platform came with, so that the URLs it is given are new ones.
 */
export function beginning(state: CallState, place: Place): { readonly turn: number; readonly origin: TurnOrigin } {
  const next = (state.turn?.number ?? 0) + 1;
  if (place.kind === 'start' || (state.turn === undefined && place.kind === 'resume'))
    return { turn: next, origin: { kind: 'start' } };
  if (place.kind === 'resume') return { turn: next, origin: { kind: 'resume' } };
  const known = place.kind === 'exit' && place.turn === next && state.exits.has(place.seq);
  return {
    turn: Math.max(next, place.turn),
    origin: known ? { kind: 'exit', seq: place.seq } : { kind: 'start' },
  };
}

/** What makes two requests for the rest of a turn one. */
export function restKey(turn: number, from: number): string {
  return `turn:${turn}:${from}`;
}

/**
 * What makes two requests one. A turn token is given out once, so whatever comes with it first is its request; the voice
 * URL has none, and there the parameters and the platform's idempotency key decide.
 */
export function keyOf(place: Place, { parameters, idempotencyKey = '' }: CallRequest): string {
  if (place.kind === 'exit') return `turn:${place.turn}`;
  if (place.kind === 'rest') return restKey(place.turn, place.from);
  const sorted = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${place.kind}:${createHash('sha256')
    .update(JSON.stringify([idempotencyKey, sorted]))
    .digest('base64url')}`;
}
