import { setTimeout as delay } from 'node:timers/promises';
import { AGENT, createCaller, PUBLIC_URL, type CallRecord, type Manner } from './caller.ts';
import type { Chance } from './chance.ts';
import { faultsOf } from './judge.ts';
import { faultsInLog } from './log.ts';
import type { Place } from './places.ts';
import type { Point } from './points.ts';
import { freePort, startServing, type Serving } from './serving.ts';
import { startStatementProxy } from './statement-proxy.ts';
import { trapFor, type Exchange, type Step } from './steps.ts';
import { startSurroundings, REPEAT_ANSWERS, type RepeatAnswer, type Surroundings } from './surroundings.ts';
import { partsIn, type Tale } from './story.ts';

/** A call whose process is killed at a step, or so many milliseconds after its caller has spoken. */
export type Scene = {
  readonly step: string;
  readonly at: { readonly step: Step } | { readonly partOfTurn: number };
  readonly exchange: Exchange;
  readonly manner: Manner;
  readonly chance: Chance;
};

export type Outcome = {
  readonly callSid: string;
  readonly lane: string;
  readonly step: string;
  readonly exchange: Exchange;
  readonly manner: Manner;
  /** Whether the step was met. */
  readonly isKilled: boolean;
  readonly isLost: boolean;
  readonly faults: readonly string[];
  /** Whether the caller heard something again because the platform did not say what it lacked. */
  readonly heardAgain: boolean;
  /** The name of the database or the folder. */
  readonly place: string;
};

/** One store with the processes that serve it, and the calls that are tried on it one by one. */
export type Lane = {
  readonly name: string;
  perform(scene: Scene): Promise<Outcome>;
  /** Ends the processes, and gives what the log itself is at fault for, by call. */
  audit(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Drops its place, unless somebody wants to look at it. */
  close(keep?: boolean): Promise<void>;
};

export type LaneOptions = {
  readonly name: string;
  readonly place: Place;
  /** Two: another process takes over. One: the same is started again. */
  readonly nodes: 1 | 2;
};

type Node = { readonly port: number; readonly databasePort?: number; serving: Promise<Serving> };

/** A dead node's turns are taken over within a lease and a look; a busy machine takes longer. */
const TAKEN_OVER_WITHIN_MS = 15_000;
/** Of a turn whose length nobody has measured yet. */
const USUAL_TURN_MS = 2_000;

/** Starts the processes. The place goes with the lane, or with its failure to start. */
export async function openLane(options: LaneOptions): Promise<Lane> {
  try {
    return await startLane(options);
  } catch (error) {
    await options.place.drop();
    throw error;
  }
}

async function startLane({ name, place, nodes: count }: LaneOptions): Promise<Lane> {
  const records: CallRecord[] = [];
  const repeats = new Map<string, RepeatAnswer>();
  const nodes: Node[] = [];
  const proxies: { close(): Promise<void> }[] = [];
  const turnsMs = new Map<Exchange, number>();
  let active = 0;
  let current = '';
  let trap: (point: Point) => boolean = () => false;
  let kills = 0;

  const surroundings = await startSurroundings({
    watch: (point) => 'callSid' in point && point.callSid === current && spring(point),
    repeatAnswer: (callSid) => repeats.get(callSid) ?? 'same',
  });

  function node(index = active): Node {
    const found = nodes[index];
    if (found === undefined) throw new Error(`there is no node ${index}`);
    return found;
  }

  /** Kills the process when its step has come. */
  function spring(point: Point): boolean {
    if (!trap(point)) return false;
    killActive();
    return true;
  }

  function killActive(): void {
    const killed = node();
    const dead = killed.serving;
    trap = () => false;
    kills += 1;
    alive?.kill();
    active = (active + 1) % nodes.length;
    killed.serving = dead.then(async ({ gone }) => {
      await gone;
      return start(killed, surroundings, place);
    });
    void killed.serving.catch(() => undefined);
  }

  let alive: Serving | undefined;
  for (let index = 0; index < count; index += 1) {
    const port = await freePort();
    const proxy =
      place.server === undefined
        ? undefined
        : await startStatementProxy(place.server, (point) => {
            const isOurs = 'text' in point && point.text.includes(current) && active === index;
            return isOurs && current !== '' && spring(point);
          });
    if (proxy !== undefined) proxies.push(proxy);
    const started: Node = { port, ...(proxy && { databasePort: proxy.port }), serving: Promise.reject(new Error()) };
    started.serving.catch(() => undefined);
    started.serving = start(started, surroundings, place);
    await started.serving;
    nodes.push(started);
  }

  async function perform({ step, at, exchange, manner, chance }: Scene): Promise<Outcome> {
    for (const each of nodes) await each.serving;
    alive = await node().serving;
    const number = records.length + 1;
    current = `CA${String(number).padStart(6, '0')}`;
    const callSid = current;
    repeats.set(callSid, chance.pick(REPEAT_ANSWERS));
    const caller = createCaller({
      callSid,
      manner,
      node: () => `http://127.0.0.1:${node().port}`,
      watch: (point) => 'callSid' in point && point.callSid === current && spring(point),
      namesFailure: chance.next() < 0.5,
    });
    records.push(caller.record);
    const killsBefore = kills;
    const wishes: Tale[] = exchange === 'greeting' ? ['short'] : ['short', exchange, 'short'];

    async function withKill(work: () => Promise<void>): Promise<void> {
      const startedAtMs = performance.now();
      const stopTimer = arm(at, exchange, chance);
      await work();
      stopTimer();
      if (kills === killsBefore) turnsMs.set(exchange, performance.now() - startedAtMs);
      trap = () => false;
    }

    if (exchange === 'greeting') await withKill(() => caller.arrives());
    else await caller.arrives();
    for (const [index, tale] of wishes.entries()) {
      if (caller.record.isLost) break;
      const wish = { tale, ref: `${callSid}w${index + 1}` };
      if (tale === exchange) await withKill(() => caller.wants(wish));
      else await caller.wants(wish);
    }
    current = '';
    const { isLost, sounds, mayComeAgain } = caller.record;
    const heard = sounds.flatMap(partsIn);
    const heardAgain = mayComeAgain.some((part) => heard.indexOf(part) !== heard.lastIndexOf(part));
    const faults = faultsOf(caller.record, surroundings.seen(callSid));
    return {
      callSid,
      lane: name,
      step,
      exchange,
      manner,
      isKilled: kills > killsBefore,
      isLost,
      faults,
      heardAgain,
      place: place.name,
    };
  }

  /** Gives a function that disarms what waits for its time. */
  function arm(at: Scene['at'], exchange: Exchange, chance: Chance): () => void {
    if ('step' in at) {
      trap = trapFor(at.step, exchange, chance);
      return () => undefined;
    }
    const timer = setTimeout(killActive, at.partOfTurn * (turnsMs.get(exchange) ?? USUAL_TURN_MS));
    return () => clearTimeout(timer);
  }

  async function audit(): Promise<ReadonlyMap<string, readonly string[]>> {
    for (const each of nodes) await each.serving;
    if (records.some(({ isLost }) => isLost)) await delay(TAKEN_OVER_WITHIN_MS);
    await Promise.all(nodes.map(async ({ serving }) => (await serving).stop()));
    return faultsInLog(place, records);
  }

  return {
    name,
    perform,
    audit,
    close: async (keep = false) => {
      for (const { serving } of nodes) {
        const last = await serving.catch(() => undefined);
        last?.kill();
        await last?.gone;
      }
      await Promise.all([...proxies, surroundings].map((each) => each.close()));
      if (!keep) await place.drop();
    },
  };
}

function start({ port, databasePort }: Node, { app, modelUrl }: Surroundings, place: Place): Promise<Serving> {
  const { args, env } = place.serve(databasePort);
  const own = ['--app', `${AGENT}=${app}`, '--port', String(port), '--model-url', modelUrl, '--public-url', PUBLIC_URL];
  return startServing({ args: [...own, ...args], env });
}
