import type { CallEvent } from '../call/event.ts';
import { advance, type CallState } from '../call/state.ts';
import { decide } from './decide.ts';
import { recordOf, type Decision, type Settings, type Trigger } from './decision.ts';

/** Events to append, and the call after them. */
export type Recorded = { readonly events: readonly CallEvent[]; readonly state: CallState };

/** One input taken, and what is then to be done. */
export type Step = Recorded & { readonly decisions: readonly Decision[] };

type Unnumbered<E> = E extends { kind: 'turn-start' }
  ? Omit<E, 'seq' | 'atMs'>
  : E extends unknown
    ? Omit<E, 'seq' | 'turn' | 'atMs'>
    : never;
/** An event before it has its place in a log. Only a `turn-start` says which turn it belongs to: the one it begins. */
export type Happening = Unnumbered<CallEvent>;

/** `happening` as the next event of this call. */
function nextEvent(state: CallState, happening: Happening, atMs: number): CallEvent {
  return { seq: state.seq + 1, turn: state.turn?.number ?? 0, atMs, ...happening };
}

/** These happenings as the next events of a call, and the call after them. */
export function record(before: CallState, happenings: readonly Happening[], atMs: number): Recorded {
  const events: CallEvent[] = [];
  let state = before;
  for (const happening of happenings) {
    const event = nextEvent(state, happening, atMs);
    events.push(event);
    state = advance(state, event);
  }
  return { events, state };
}

/**
 * Takes one input: folds it in, decides, and folds in what the decisions leave in the log. Pure; live calls and replays
 * run on it alike.
 */
export function step(before: CallState, input: Trigger, settings: Settings, atMs: number): Step {
  const taken = record(before, [input], atMs);
  const decisions = decide(taken.state, input, settings);
  const done = record(
    taken.state,
    decisions.flatMap((decision) => recordOf(decision) ?? []),
    atMs,
  );
  return { events: [...taken.events, ...done.events], state: done.state, decisions };
}
