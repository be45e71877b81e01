import { createHash } from 'node:crypto';
import { callIdOf } from '../call/call-id.ts';
import type { TurnOrigin } from '../call/event.ts';
import type { Place } from '../call/place.ts';
import type { CallRequest } from '../call/request.ts';
import { advanceAll, newCall, type CallState, type RecordedAnswer } from '../call/state.ts';
import { DUPLICATE_WINDOW_MS } from '../limits.ts';
import { endWithFailure } from './converse.ts';
import { recordOf, type Decision, type Settings } from './decision.ts';
import { createLiveCall, type LiveCall, type Observe } from './live-call.ts';
import type { CallLog } from './ports.ts';
import { record, step, type Recorded } from './step.ts';
import { runTurn, type RunningTurn, type TurnPorts } from './turn.ts';

/** Calls whose state is kept at hand; any other is read from the log again. */
const LIVE_CALLS = 10_000;

export type Arrival = { readonly agent: string; readonly request: CallRequest; readonly place: Place };

/** The turn that a request began or joined. Its answer is what `record` gives back, whoever was first. */
export type Joined = {
  readonly callId: string;
  readonly turn: number;
  /** The first event that belongs to the answer. */
  readonly from: number;
  /** How often the platform had come back in this turn before. */
  readonly redirects: number;
  /** Present when this request has had its answer before. */
  readonly recorded?: string;
  /** Records the answer and gives the one that counts: an earlier one, if another delivery of the request was faster. */
  record(slice: { readonly from: number; readonly to: number; readonly body: string }): Promise<string>;
};

export type Calls = {
  /** Begins a turn for this request, or joins the one that it repeats or continues. */
  arrive(arrival: Arrival): Promise<Joined>;
  /** The platform says that the call is over; its turn, if one runs, is aborted. */
  hangUp(agent: string, callSid: string, status: string): Promise<void>;
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

  function open(callId: string): Promise<LiveCall> {
    const known = live.get(callId);
    const call =
      known ?? log.read(callId, 1).then((events) => createLiveCall(log, advanceAll(newCall(callId), events), observe));
    live.delete(callId);
    live.set(callId, call);
    call.catch(() => live.delete(callId));
    if (live.size > LIVE_CALLS) forgetOldest();
    return call;
  }

  function forgetOldest(): void {
    for (const callId of live.keys()) {
      if (running.has(callId)) continue;
      live.delete(callId);
      return;
    }
  }

  /** Appends the `turn-start` and starts the turn; false when the call has moved on meanwhile. */
  async function claim(call: LiveCall, { agent, request, place }: Arrival, key: string): Promise<boolean> {
    let decisions: readonly Decision[] = [];
    let claimed = false;
    await call.commit((state) => {
      claimed = state.phase !== 'running' && joinable(state, place, key, ports.clock.now()) === undefined;
      if (!claimed) return undefined;
      const turnStart = { kind: 'turn-start', key, request, ...beginning(state, place) } as const;
      const taken = step(state, turnStart, settings(agent), ports.clock.now());
      decisions = taken.decisions;
      return taken;
    });
    if (claimed) start(call, decisions, agent);
    return claimed;
  }

  function start(call: LiveCall, decisions: readonly Decision[], agent: string): void {
    const { callId } = call.state;
    const turn = runTurn(call, decisions, agent, settings(agent), ports);
    running.set(callId, turn);
    const forget = (): void => {
      if (running.get(callId) === turn) running.delete(callId);
    };
    turn.ended.then(forget, async (error: unknown) => {
      forget();
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
    const { agent, request, place } = arrival;
    const key = keyOf(place, request);
    const call = await open(callIdOf(agent, request.callSid));
    await call.catchUp();
    for (;;) {
      const found = joinable(call.state, place, key, ports.clock.now());
      if (found !== undefined) {
        if (found.more) running.get(call.state.callId)?.post({ kind: 'request', from: found.from });
        return joined(call, found);
      }
      if (call.state.phase === 'running') await interrupt(call, agent);
      else await claim(call, arrival, key);
    }
  }

  /** The platform has left the running turn for another request, so the turn ends before that one begins. */
  async function interrupt(call: LiveCall, agent: string): Promise<void> {
    const turn = running.get(call.state.callId);
    if (turn !== undefined) {
      turn.post({ kind: 'interrupted' });
      await turn.ended;
      return;
    }
    await call.commit((state) =>
      state.phase === 'running' ? step(state, { kind: 'interrupted' }, settings(agent), ports.clock.now()) : undefined,
    );
  }

  function joined(call: LiveCall, { key, turn, from, redirects = 0, recorded }: Join): Joined {
    return {
      callId: call.state.callId,
      turn,
      from,
      redirects,
      ...(recorded !== undefined && { recorded }),
      record: async (slice) => {
        const state = await call.commit((current) =>
          current.answers.has(key)
            ? undefined
            : record(current, [{ kind: 'answered', key, ...slice }], ports.clock.now()),
        );
        return state.answers.get(key)?.body ?? slice.body;
      },
    };
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
      await call.commit((state) => (state.phase === 'idle' ? record(state, [input], ports.clock.now()) : undefined));
      live.delete(callId);
    },
    settled: async () => {
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
    },
  };
}

type Join = {
  readonly key: string;
  readonly turn: number;
  readonly from: number;
  readonly recorded?: string;
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
function joinable(state: CallState, place: Place, key: string, nowMs: number): Join | undefined {
  const { turn } = state;
  if (turn === undefined) return undefined;
  const recorded = state.answers.get(key);
  if (recorded !== undefined && (place.kind !== 'start' || isRecent(recorded, state, nowMs))) {
    return { key, turn: recorded.turn, from: turn.seq + 1, more: false, recorded: recorded.body };
  }
  if (place.kind === 'rest' && place.turn === turn.number && turn.key !== key && place.from <= state.seq + 1) {
    return { key, turn: turn.number, from: place.from, more: state.phase === 'running', redirects: turn.redirects };
  }
  const repeats = place.kind === 'start' ? turn.key === key && state.phase === 'running' : place.turn <= turn.number;
  if (!repeats) return undefined;
  // One of an older turn, whose answer is no longer at hand, hears where the call is now.
  const answer = state.answers.get(turn.key);
  return {
    key: turn.key,
    turn: turn.number,
    from: turn.seq + 1,
    more: false,
    ...(answer !== undefined && { recorded: answer.body }),
  };
}

/**
 * Which turn a request begins, and where it goes on from. A call that nobody remembers begins again from its document's
 * top, but under the number that the platform came with, so that the URLs it is given are new ones.
 */
function beginning(state: CallState, place: Place): { readonly turn: number; readonly origin: TurnOrigin } {
  const next = (state.turn?.number ?? 0) + 1;
  if (place.kind === 'start') return { turn: next, origin: { kind: 'start' } };
  const known = place.kind === 'exit' && place.turn === next && state.exits.has(place.seq);
  return {
    turn: Math.max(next, place.turn),
    origin: known ? { kind: 'exit', seq: place.seq } : { kind: 'start' },
  };
}

/**
 * What makes two requests one. A turn token is given out once, so whatever comes with it first is its request; the voice
 * URL has none, and there the parameters and the platform's idempotency key decide.
 */
function keyOf(place: Place, { parameters, idempotencyKey = '' }: CallRequest): string {
  if (place.kind === 'exit') return `turn:${place.turn}`;
  if (place.kind === 'rest') return `turn:${place.turn}:${place.from}`;
  const sorted = Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `start:${createHash('sha256')
    .update(JSON.stringify([idempotencyKey, sorted]))
    .digest('base64url')}`;
}
