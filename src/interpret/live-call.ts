import type { CallEvent } from '../call/event.ts';
import { advanceAll, newCall, type CallState } from '../call/state.ts';
import type { CallLog } from './ports.ts';
import type { Recorded } from './step.ts';

/**
 * One call as this process knows it: the fold of its log so far. The log decides what is true; this is a copy that saves
 * reading it again, and it is caught up whenever another writer was first.
 */
export type LiveCall = {
  readonly state: CallState;
  /**
   * Appends what `make` makes of the call's newest state, and gives the state after it. On a conflict `make` runs again on
   * what the other writer left, so it must be pure; undefined appends nothing. Commits of one call run one by one.
   */
  commit(make: (state: CallState) => Recorded | undefined): Promise<CallState>;
  /** Reads what others have appended. */
  catchUp(): Promise<CallState>;
};

/** Is told of each event that this process appended, once it is in the log. Must not throw. */
export type Observe = (callId: string, event: CallEvent) => void;

/** A live call over `log`, starting from `initial`. */
export function createLiveCall(log: CallLog, initial: CallState, observe: Observe): LiveCall {
  let state = initial;
  let last: Promise<unknown> = Promise.resolve();

  async function catchUp(): Promise<CallState> {
    const events = await log.read(state.callId, state.seq + 1);
    state = advanceAll(state, events);
    return state;
  }

  /** Learns what the other writer left; a log that has forgotten the call, or begun it anew, is read from its start. */
  async function resolveConflict(): Promise<void> {
    const { seq } = state;
    if ((await catchUp()).seq > seq) return;
    state = advanceAll(newCall(state.callId), await log.read(state.callId, 1));
  }

  async function commit(make: (state: CallState) => Recorded | undefined): Promise<CallState> {
    for (;;) {
      const made = make(state);
      if (made === undefined || made.events.length === 0) return state;
      if ((await log.append(state.callId, state.seq, made.events)) === 'appended') {
        state = made.state;
        for (const event of made.events) observe(state.callId, event);
        return state;
      }
      await resolveConflict();
    }
  }

  function inOrder<T>(task: () => Promise<T>): Promise<T> {
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    return result;
  }

  return {
    get state() {
      return state;
    },
    commit: (make) => inOrder(() => commit(make)),
    catchUp: () => inOrder(catchUp),
  };
}
