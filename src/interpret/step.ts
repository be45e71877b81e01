import type { CallEvent } from '../call/event.ts';
import { advanceAll, type CallState } from '../call/state.ts';
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

/** These happenings as the next events of a call, and the call after them. */
export function record(before: CallState, happenings: readonly Happening[], atMs: number): Recorded {
  let turn = before.turn?.number ?? 0;
  const events = happenings.map((happening, index): CallEvent => {
    if (happening.kind === 'turn-start') turn = happening.turn;
    return { seq: before.seq + index + 1, turn, atMs, ...happening };
  });
  return { events, state: advanceAll(before, events) };
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
