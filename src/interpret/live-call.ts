import type { CallEvent } from '../call/event.ts';
import { awake, resting, type Resting } from '../call/resting.ts';
import { advanceAll, newCall, type CallState } from '../call/state.ts';
import type { Delivery } from '../call/delivery.ts';
import type { CallLog } from './ports.ts';
import type { Recorded } from './step.ts';

/**
 * One call as this process knows it: the fold of its log so far. The log decides what is true; this is a copy that saves
 * reading it again, and it is caught up whenever another writer was first.
 */
export type LiveCall = {
  state(): CallState;
  /**
   * Appends what `make` makes of the call's newest state, and gives the state after it. On a conflict `make` runs again on
   * what the other writer left, so it must be pure; undefined appends nothing. Commits of one call run one by one.
   */
  commit(make: (state: CallState) => Recorded | undefined): Promise<CallState>;
  /** An event of the last turn, if this process has it at hand. */
  recent(seq: number): CallEvent | undefined;
  /** Until the function that comes back is called, `rider` may add to each append. */
  ride(rider: Rider): () => void;
  /** Reads what others have appended. */
  catchUp(): Promise<CallState>;
  /** Lays the state down where it takes little room, until it is next asked for. */
  rest(): void;
};

/**
 * Adds to what is about to be appended; undefined adds nothing. `before` are the events of the last turn that this process
 * knows, up to those. Pure: it is asked again after a conflict.
 */
export type Rider = (made: Recorded, before: readonly CallEvent[]) => Recorded | undefined;

/** Is told of each event that this process appended, once it is in the log. Must not throw. */
export type Observe = (callId: string, event: CallEvent) => void;

/** What must be sent to others because of events that are about to be appended to this call. Pure. */
export type DeliveriesOf = (before: CallState, events: readonly CallEvent[]) => readonly Delivery[];

/** A live call over `log`, starting from `initial`. */
export function createLiveCall(
  log: CallLog,
  initial: CallState,
  observe: Observe,
  deliveriesOf: DeliveriesOf = () => [],
): LiveCall {
  let known: CallState | Resting = initial;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const riders = new Set<Rider>();
  /** Of the last turn, from its `turn-start` or from where this process joined it. */
  let turn: CallEvent[] = [];

  function remember(events: readonly CallEvent[]): void {
    for (const event of events) {
      if (event.kind === 'turn-start') turn = [];
      turn.push(event);
    }
  }

  function current(): CallState {
    if ('bytes' in known) known = awake(known);
    return known;
  }

  async function catchUp(): Promise<CallState> {
    const { callId, seq } = current();
    const events = await log.read(callId, seq + 1);
    if (events.length > 0) {
      known = advanceAll(current(), events);
      remember(events);
    }
    return current();
  }

  /** Learns what the other writer left; a log that has forgotten the call, or begun it anew, is read from its start. */
  async function resolveConflict(): Promise<void> {
    const { callId, seq } = current();
    if ((await catchUp()).seq > seq) return;
    known = advanceAll(newCall(callId), await log.read(callId, 1));
    turn = [];
  }

  async function commit(make: (state: CallState) => Recorded | undefined): Promise<CallState> {
    for (;;) {
      const before = current();
      let made = make(before);
      if (made === undefined || made.events.length === 0) return before;
      for (const rider of riders) made = rider(made, turn) ?? made;
      const deliveries = deliveriesOf(before, made.events);
      if ((await log.append(before.callId, before.seq, made.events, deliveries)) === 'appended') {
        known = made.state;
        remember(made.events);
        for (const event of made.events) observe(before.callId, event);
        return made.state;
      }
      await resolveConflict();
    }
  }

  const settled = (): void => {
    waiting -= 1;
  };

  function inOrder<T>(task: () => Promise<T>): Promise<T> {
    const result = waiting === 0 ? task() : last.then(task);
    waiting += 1;
    // Not its result: it would hold a state for as long as the call lasts.
    last = result.then(settled, settled);
    return result;
  }

  return {
    state: current,
    commit: (make) => inOrder(() => commit(make)),
    recent: (seq) => turn.find((event) => event.seq === seq),
    ride(rider) {
      riders.add(rider);
      return () => void riders.delete(rider);
    },
    catchUp: () => inOrder(catchUp),
    rest() {
      turn = [];
      known = 'bytes' in known ? known : resting(known);
    },
  };
}
