import { callIdOf } from '../call/call-id.ts';
import type { CallEvent } from '../call/event.ts';
import type { Place } from '../call/place.ts';
import type { CallRequest } from '../call/request.ts';
import { VoiceError } from '../errors.ts';
import { advanceAll, newCall, type CallState } from '../call/state.ts';
import { ABANDONED_AFTER_MS, LEFT_AFTER_MS } from '../limits.ts';
import { endWithFailure } from './converse.ts';
import { recordOf, type Settings } from './decision.ts';
import { beginning, joinable, keyOf, restKey, type Join } from './joining.ts';
import { createLiveCall, type DeliveriesOf, type LiveCall, type Observe } from './live-call.ts';
import type { CallLog } from './ports.ts';
import { ABANDONED, deliveriesOf } from './status-callbacks.ts';
import { createStepping, record, step, type Recorded, type Task } from './step.ts';
import { documentRequest, runTurn, type RunningTurn, type TurnPorts } from './turn.ts';

/** Calls whose state is kept at hand; any other is read from the log again. */
const LIVE_CALLS = 10_000;
/** So many of them, those that were served last, wait for their next turn awake; the others take less room. */
const AWAKE_CALLS = 48;

/**
 * The bytes that answer a request with what there is of a turn, from the event `from` on, and the event that they come to. Asked
 * again where another writer was first.
 */
export type Respond = (
  events: readonly CallEvent[],
  from: number,
  turn: number,
) => { readonly to: number; readonly body: string };

export type Arrival = {
  readonly agent: string;
  readonly request: CallRequest;
  readonly place: Place;
  /** With it, a turn that ends while this request waits leaves its answer in the log with its last events. */
  readonly respond?: Respond;
};

/** The turn that a request began or joined. Its answer is what `record` gives back, whoever was first. */
export type Joined = {
  readonly callId: string;
  /** Of the request, under which its answer is recorded. */
  readonly key: string;
  readonly turn: number;
  /** The first event that belongs to the answer. */
  readonly from: number;
  /** How often the platform had come back in this turn before. */
  readonly redirects: number;
  /** Present when this request has had its answer before. */
  readonly recorded?: string;
  /** Records the answer and gives the one that counts: an earlier one, if another delivery of the request was faster. */
  record(slice: { readonly from: number; readonly to: number; readonly body: string }): Promise<string>;
  /** The request has its answer, or nobody waits for it any more. */
  leave(): void;
};

export type Calls = {
  /** Begins a turn for this request, or joins the one that it repeats or continues. */
  arrive(arrival: Arrival): Promise<Joined>;
  /** The platform says that the call is over; its turn, if one runs, is aborted. */
  hangUp(agent: string, callSid: string, status: string): Promise<void>;
  /** Ends the calls of this process whose platform has not come back for longer than it could have been busy. */
  endAbandoned(): Promise<void>;
  /**
   * Goes on with the turn of this call, which another node has left off; nothing happens where it has ended meanwhile, or
   * shown within `silentForMs` that somebody runs it.
   */
  takeOver(callId: string, silentForMs: number): Promise<void>;
  /** Resolves when no turn is running. */
  settled(): Promise<void>;
};

export type CallsOptions = TurnPorts & {
  readonly log: CallLog;
  readonly settings: (agent: string) => Settings;
  readonly observe?: Observe;
};

/** The calls of one process over a log. */
export function createCalls({ log, settings, observe = () => undefined, ...ports }: CallsOptions): Calls {
  const live = new Map<string, Promise<LiveCall>>();
  const running = new Map<string, RunningTurn>();
  // Between two turns, the longest waiting first.
  const awake = new Set<LiveCall>();
  /** Until when the platforms of calls have to come back, for those whose last turn has run here. */
  const expected = new Map<string, number>();

  function open(callId: string): Promise<LiveCall> {
    const known = live.get(callId);
    const call =
      known ??
      log
        .read(callId, 1)
        .then((events) => createLiveCall(log, advanceAll(newCall(callId), events), observe, deliveriesFor(callId)));
    live.delete(callId);
    live.set(callId, call);
    call.catch(() => live.delete(callId));
    if (live.size > LIVE_CALLS) forgetOldest();
    return call;
  }

  function deliveriesFor(callId: string): DeliveriesOf {
    const [agent = ''] = callId.split('/', 1);
    return (before, events) => deliveriesOf(before, events, settings(agent));
  }

  function forgetOldest(): void {
    for (const callId of live.keys()) {
      if (running.has(callId)) continue;
      live.delete(callId);
      return;
    }
  }

  /** The call waits for its caller; the one that has waited longest is laid down in its place. */
  function layDown(call: LiveCall): void {
    awake.delete(call);
    awake.add(call);
    if (awake.size <= AWAKE_CALLS) return;
    for (const oldest of awake) {
      oldest.rest();
      awake.delete(oldest);
      return;
    }
  }

  /** Appends the `turn-start` and starts the turn; does neither when the call has moved on meanwhile. */
  async function claim(call: LiveCall, { agent, request, place }: Arrival, key: string): Promise<void> {
    let tasks: readonly Task[] = [];
    let claimed = false;
    await call.commit((state) => {
      claimed = state.phase !== 'running' && joinable(state, { place, request }, key, ports.clock.now()) === undefined;
      if (!claimed) return undefined;
      const turnStart = { kind: 'turn-start', key, request, ...beginning(state, place) } as const;
      const stepping = createStepping(state, settings(agent));
      tasks = stepping.takeSettled(turnStart, ports.clock.now()).flatMap((task) => {
        // A document that nobody need be asked for is part of the claim.
        const document =
          task.kind === 'fetch-document'
            ? ports.documents.known?.(documentRequest(stepping.state, agent, task.stage))
            : undefined;
        return document === undefined
          ? [task]
          : stepping.takeSettled({ kind: 'document', document }, ports.clock.now());
      });
      return stepping;
    });
    if (claimed) start(call, tasks, agent);
  }

  function start(call: LiveCall, tasks: readonly Task[], agent: string): void {
    const { callId } = call.state();
    const turn = runTurn(call, tasks, agent, settings(agent), ports);
    running.set(callId, turn);
    const forget = (): void => {
      if (running.get(callId) === turn) running.delete(callId);
      const dueAtMs = dueOf(call.state());
      if (dueAtMs !== Infinity) expected.set(callId, dueAtMs);
    };
    turn.ended.then(forget, async (error: unknown) => {
      forget();
      // The turn is left as it is, for whoever finds it when the store is back.
      if (error instanceof VoiceError && error.code === 'STORE_UNAVAILABLE') return;
      await call.commit((state) => abandon(state, `internal: ${String(error)}`, agent)).catch(() => undefined);
    });
  }

  /** Ends a turn that nobody runs any more, so that nobody waits for it. */
  function abandon(state: CallState, fault: string, agent: string): Recorded | undefined {
    if (state.phase !== 'running') return undefined;
    const happenings = endWithFailure('failed', [fault], settings(agent)).flatMap(
      (decision) => recordOf(decision) ?? [],
    );
    return record(state, happenings, ports.clock.now());
  }

  async function arrive(arrival: Arrival): Promise<Joined> {
    const { agent, request, place, respond } = arrival;
    const key = keyOf(place, request);
    const call = await open(callIdOf(agent, request.callSid));
    awake.delete(call);
    let found: Join | undefined;
    const getOff =
      respond === undefined
        ? (): void => undefined
        : call.ride((made, before) => answered(respond, found ?? begun(made.state, key), made, before));
    const leave = (): void => {
      getOff();
      if (call.state().phase !== 'running') layDown(call);
    };
    try {
      found = await join(call, arrival, key);
      return await joined(call, found, leave);
    } catch (error) {
      getOff();
      throw error;
    }
  }

  /** What is appended with the end of the turn that a request waits for: its answer. */
  function answered(
    respond: Respond,
    join: Join | undefined,
    { events, state }: Recorded,
    before: readonly CallEvent[],
  ): Recorded | undefined {
    if (join === undefined || join.turn !== state.turn?.number) return undefined;
    if (state.answers.has(join.key) || !events.some(({ kind }) => kind === 'turn-end')) return undefined;
    const { key, from } = join;
    const turn = [...before, ...events].slice(-1 - state.seq + from);
    // Another process has run the turn so far.
    if (turn[0]?.seq !== from) return undefined;
    const answer = respond(turn, from, join.turn);
    const added = record(state, [{ kind: 'answered', key, from, ...answer }], ports.clock.now());
    return { events: [...events, ...added.events], state: added.state };
  }

  /** The running turn that this request belongs to, begun if it has to be. */
  async function join(call: LiveCall, arrival: Arrival, key: string): Promise<Join> {
    for (let isNewest = false; ;) {
      const found = joinable(call.state(), arrival, key, ports.clock.now());
      if (found === undefined && call.state().phase !== 'running') {
        // On anything but the newest state this fails, and brings it.
        await claim(call, arrival, key);
        isNewest = true;
        continue;
      }
      if (!isNewest) {
        await call.catchUp();
        isNewest = true;
        continue;
      }
      if (found !== undefined) {
        if (found.more) running.get(call.state().callId)?.post({ kind: 'request', from: found.from });
        return found;
      }
      await interrupt(call, arrival.agent);
    }
  }

  /** The platform has left the running turn for another request, so the turn ends before that one begins. */
  async function interrupt(call: LiveCall, agent: string): Promise<void> {
    const turn = running.get(call.state().callId);
    if (turn !== undefined) {
      turn.post({ kind: 'interrupted' });
      await turn.ended;
      return;
    }
    await call.commit((state) =>
      state.phase === 'running' ? step(state, { kind: 'interrupted' }, settings(agent), ports.clock.now()) : undefined,
    );
  }

  async function joined(
    call: LiveCall,
    { key, turn, from, redirects = 0, recorded: seq }: Join,
    leave: () => void,
  ): Promise<Joined> {
    const { callId } = call.state();
    const recorded = seq === undefined ? undefined : await bodyOf(call, seq);
    return {
      callId,
      key,
      turn,
      from,
      redirects,
      ...(recorded !== undefined && { recorded }),
      record: async (slice) => {
        // Nothing came in time, and the answer leads back to this very request: the next time it shall find more.
        if (key === restKey(turn, slice.to)) return slice.body;
        let earlier: number | undefined;
        await call.commit((current) => {
          earlier = current.answers.get(key)?.seq;
          if (earlier !== undefined) return undefined;
          return record(current, [{ kind: 'answered', key, ...slice }], ports.clock.now());
        });
        return (earlier === undefined ? undefined : await bodyOf(call, earlier)) ?? slice.body;
      },
      leave,
    };
  }

  /** The bytes of a recorded answer. */
  async function bodyOf(call: LiveCall, seq: number): Promise<string | undefined> {
    const event = call.recent(seq) ?? (await log.read(call.state().callId, seq))[0];
    return event?.kind === 'answered' ? event.body : undefined;
  }

  return {
    arrive,
    hangUp: async (agent, callSid, status) => {
      const callId = callIdOf(agent, callSid);
      const call = await open(callId);
      const input = { kind: 'hung-up', status } as const;
      const turn = running.get(callId);
      turn?.post(input);
      await turn?.ended;
      await call.commit((state) => {
        if (state.phase === 'idle') return record(state, [input], ports.clock.now());
        // It runs on another node, which learns of it by its next append.
        return state.phase === 'running' ? step(state, input, settings(agent), ports.clock.now()) : undefined;
      });
      awake.delete(call);
      live.delete(callId);
      expected.delete(callId);
    },
    endAbandoned: async () => {
      for (const [callId, dueAtMs] of expected) {
        if (dueAtMs > ports.clock.now()) continue;
        expected.delete(callId);
        const call = await open(callId);
        await call.catchUp();
        const { phase } = await call.commit((state) =>
          dueOf(state) <= ports.clock.now()
            ? record(state, [{ kind: 'hung-up', status: ABANDONED }], ports.clock.now())
            : undefined,
        );
        if (phase === 'ended') live.delete(callId);
        else if (phase !== 'running') call.rest();
      }
    },
    takeOver: async (callId, silentForMs) => {
      if (running.has(callId)) return;
      const [agent = ''] = callId.split('/', 1);
      const call = await open(callId);
      await call.catchUp();
      let tasks: readonly Task[] | undefined;
      await call.commit((state) => {
        tasks = undefined;
        const nowMs = ports.clock.now();
        const isSilent = nowMs - state.atMs >= silentForMs;
        if (state.phase !== 'running' || running.has(callId) || !isSilent) return undefined;
        const input = { kind: 'taken-over', ranMs: nowMs - (state.turn?.beganAtMs ?? nowMs) } as const;
        const stepping = createStepping(state, settings(agent));
        tasks = stepping.takeSettled(input, nowMs);
        return stepping;
      });
      if (tasks !== undefined) start(call, tasks, agent);
    },
    settled: async () => {
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
    },
  };
}

/** The turn with this key, from its first event on. */
function begun({ turn }: CallState, key: string): Join | undefined {
  return turn?.key === key ? { key, turn: turn.number, from: turn.seq + 1, more: false } : undefined;
}

/** Until when the platform of an idle call has to come back. */
function dueOf({ phase, turn, exits }: CallState): number {
  if (phase !== 'idle' || turn?.endedAtMs === undefined) return Infinity;
  const isListening = [...exits.values()].some(({ kind }) => kind === 'reply');
  return turn.endedAtMs + (isListening ? ABANDONED_AFTER_MS : LEFT_AFTER_MS);
}
