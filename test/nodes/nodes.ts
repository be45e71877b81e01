import { afterAll, beforeAll } from 'vitest';
import { AGENT, createCaller, PUBLIC_URL, type Caller, type CallerOptions } from '../crash/caller.ts';
import { createServerDatabase, type Place } from '../crash/places.ts';
import { startServing, type Serving } from '../crash/serving.ts';
import type { Watch } from '../crash/points.ts';
import { startSurroundings, type Surroundings } from '../crash/surroundings.ts';
import { DATABASE_URL } from '../support/schema.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { startStallingProxy, type StallingProxy } from './stalling-proxy.ts';

const STARTING_MS = 90_000;

export type Nodes = {
  readonly surroundings: Surroundings;
  readonly place: Place;
  /** Between every node and the server of Postgres. */
  readonly proxy: TcpProxy;
  /** Between that proxy and the server. */
  readonly road: StallingProxy;
  readonly serving: readonly Serving[];
  /** Looks at what the servers around see, until the next is set. */
  watch: Watch;
  /** A caller of a call that nobody else has, whose requests go to the nodes in turn. */
  caller(options?: Partial<CallerOptions>): Caller;
  /** A node that is alive, in turn. */
  next(): string;
  /** Starts a further process on the same store. */
  start(): Promise<Serving>;
};

export type NodesOptions = {
  readonly count: number;
  readonly env?: { readonly [name: string]: string };
  /** Of the pauses of model and tools. */
  readonly pace?: number;
};

/** So many `serve` processes on a database of their own, for the tests of a file. Needs DATABASE_URL. */
export function useNodes({ count, env = {}, pace = 1 }: NodesOptions): Nodes {
  let surroundings: Surroundings | undefined;
  let place: Place | undefined;
  let proxy: TcpProxy | undefined;
  let road: StallingProxy | undefined;
  const serving: Serving[] = [];
  let requests = 0;
  let calls = 0;

  beforeAll(async () => {
    surroundings = await startSurroundings({ watch: (point) => nodes.watch(point), pace });
    place = await createServerDatabase(DATABASE_URL ?? '');
    road = await startStallingProxy(place.server ?? { host: '', port: 0 });
    proxy = await startTcpProxy({ host: '127.0.0.1', port: road.port });
    for (let index = 0; index < count; index += 1) await nodes.start();
  }, STARTING_MS);

  afterAll(async () => {
    for (const each of serving) each.kill();
    await Promise.all(serving.map(({ gone }) => gone));
    await proxy?.cut();
    await road?.close();
    await surroundings?.close();
    await place?.drop();
  });

  const nodes: Nodes = {
    get surroundings() {
      return there(surroundings);
    },
    get place() {
      return there(place);
    },
    get proxy() {
      return there(proxy);
    },
    get road() {
      return there(road);
    },
    serving,
    watch: () => false,
    start: async () => {
      const { app, modelUrl } = nodes.surroundings;
      const { args, env: storeEnv } = nodes.place.serve(nodes.proxy.port);
      const own = ['--app', `${AGENT}=${app}`, '--port', '0', '--model-url', modelUrl, '--public-url', PUBLIC_URL];
      const started = await startServing({ args: [...own, ...args], env: { ...storeEnv, ...env } });
      serving.push(started);
      return started;
    },
    next: () => {
      const alive = serving.filter((each) => each.isAlive());
      return there(alive[(requests += 1) % alive.length]).url;
    },
    caller: (options = {}) =>
      createCaller({
        callSid: `CA${String((calls += 1)).padStart(6, '0')}`,
        manner: 'retries',
        node: () => nodes.next(),
        ...options,
      }),
  };
  return nodes;
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is there from the first test on');
  return value;
}
