import type { CallEvent } from '../call/event.ts';
import { createAdvancing, type CallState } from '../call/state.ts';
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
  const recording = createRecording(before);
  for (const happening of happenings) recording.add(happening, atMs);
  return recording;
}

/**
 * Takes one input: folds it in, decides, and folds in what the decisions leave in the log. Pure.
 */
export function step(before: CallState, input: Trigger, settings: Settings, atMs: number): Step {
  const stepping = createStepping(before, settings);
  const decisions = stepping.take(input, atMs);
  return { events: stepping.events, state: stepping.state, decisions };
}

export type Stepping = Recorded & {
  /** As `step`, on the call after all that was taken before. */
  take(input: Trigger, atMs: number): readonly Decision[];
  /** As `take`, and with it the tool results that it settles: nobody has to bring those. */
  takeSettled(input: Trigger, atMs: number): readonly Task[];
};

/** A decision that is left to be carried out. */
export type Task = Exclude<Decision, { kind: 'settle-tool' }>;

/** Takes inputs one by one, with one copy of the call for all of them. Live calls and replays run on it alike. */
export function createStepping(before: CallState, settings: Settings): Stepping {
  const recording = createRecording(before);
  const { state, events } = recording;

  function take(input: Trigger, atMs: number): readonly Decision[] {
    recording.add(input, atMs);
    const decisions = decide(state, input, settings);
    for (const decision of decisions) {
      const left = recordOf(decision);
      if (left !== undefined) recording.add(left, atMs);
    }
    return decisions;
  }

  function takeSettled(input: Trigger, atMs: number): readonly Task[] {
    const tasks: Task[] = [];
    const settled: Trigger[] = [];
    for (const decision of take(input, atMs)) {
      if (decision.kind === 'settle-tool') {
        settled.push({ kind: 'tool-end', id: decision.id, result: decision.result });
      } else {
        tasks.push(decision);
      }
    }
    for (const result of settled) if (state.phase === 'running') tasks.push(...takeSettled(result, atMs));
    return tasks;
  }

  return { state, events, take, takeSettled };
}

/** The events that have been added so far, and the call after them. */
function createRecording(before: CallState): Recorded & { add(happening: Happening, atMs: number): void } {
  const advancing = createAdvancing(before);
  const { state } = advancing;
  const events: CallEvent[] = [];
  return {
    state,
    events,
    add(happening, atMs) {
      const turn = happening.kind === 'turn-start' ? happening.turn : (state.turn?.number ?? 0);
      const event: CallEvent = { seq: state.seq + 1, turn, atMs, ...happening };
      events.push(event);
      advancing.take(event);
    },
  };
}
