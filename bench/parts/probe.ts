// Loaded into a service before its own code; tells the parent what the process has used, so that the service needs no
// endpoint for it. With `--expose-gc` it can collect garbage first.
import type { EventEmitter } from 'node:events';
import { setImmediate as settled } from 'node:timers/promises';
import { answerParent } from './answering.ts';

export type Usage = {
  /** User and system, of all threads, in microseconds since the process began. */
  readonly cpuMicros: number;
  /** JavaScript heap and what hangs on it outside. */
  readonly heapBytes: number;
  readonly rssBytes: number;
  /** How many of each kind keep the event loop alive; `Timeout` are timers, `TCPSocketWrap` connections. */
  readonly resources: { readonly [kind: string]: number };
  /** On the process and on its open handles. */
  readonly listeners: number;
};

/** The first collection runs finalizers, whose garbage the second one takes. */
const COLLECTIONS = 2;

async function usage({ collect = false }: { readonly collect?: boolean } = {}): Promise<Usage> {
  const { user, system } = process.cpuUsage();
  if (collect) await collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources: { [kind: string]: number } = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return {
    cpuMicros: user + system,
    heapBytes: heapUsed + external,
    rssBytes: rss,
    resources,
    listeners: [process, ...openHandles()].reduce((sum, each) => sum + listenersOf(each), 0),
  };
}

async function collectGarbage(): Promise<void> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('garbage can be collected only with --expose-gc');
  for (let times = 0; times < COLLECTIONS; times += 1) {
    gc();
    await settled();
  }
}

/** Sockets and servers; Node has no documented way to them. */
function openHandles(): readonly EventEmitter[] {
  const inspected = process as unknown as { _getActiveHandles(): readonly EventEmitter[] };
  return inspected._getActiveHandles().filter((handle) => typeof handle.eventNames === 'function');
}

const listenersOf = (emitter: EventEmitter): number =>
  emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

answerParent({ usage });
