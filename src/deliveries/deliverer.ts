// Takes deliveries out of the outbox and hands them over, many at once, as long as the process lives. Nothing is remembered
// here that another process would need: what is on its way when this one dies becomes due again when its lease runs out.
import type { Delivery } from '../call/delivery.ts';
import type { ClaimedDelivery, Outbox, Settlement } from './outbox.ts';
import { afterFailure, retryAfterMs } from './schedule.ts';
import { DELIVERY_TIMEOUT_MS, type SendOutcome } from './send.ts';

/** On their way at once, of one process. */
const MOST_SENDING = 128;
/** Of one agent: a receiver that hangs holds up no other agent's deliveries. */
const MOST_SENDING_PER_AGENT = 8;
/** Retries become due without anybody saying so. */
const LOOK_EVERY_MS = 1_000;
/** While the store is away. */
const LOOK_AGAIN_AFTER_MS = 2_000;
/** How long a stop waits for what is on its way. */
const CLOSE_WAITS_MS = 3_000;
const LEASE_MS = DELIVERY_TIMEOUT_MS + 20_000;

export type DelivererOptions = {
  readonly outbox: Outbox;
  /** Sends once; must not reject. */
  readonly send: (delivery: Delivery, signal: AbortSignal) => Promise<SendOutcome>;
  /** Is told when the store fails; deliveries go on when it is back. */
  readonly onError: (error: unknown) => void;
  /** Is told of each attempt, once it was made. */
  readonly onAttempt?: (delivery: Delivery, settlement: Settlement) => void;
  /** Milliseconds from the failed attempt with this number to the next. */
  readonly schedule?: (number: number) => number;
};

export type Deliverer = {
  /** Resolves when what was claimed is settled; takes nothing more. */
  close(): Promise<void>;
};

/** Starts to deliver. */
export function createDeliverer({
  outbox,
  send,
  onError,
  onAttempt,
  schedule = (number) => retryAfterMs(number, Math.random()),
}: DelivererOptions): Deliverer {
  const cancel = new AbortController();
  const busy = new Map<string, number>();
  /** Agents of which the last claim took as many as it was allowed to: there may be more. */
  let waiting: ReadonlySet<string> = new Set();
  const sending = new Set<Promise<void>>();
  const settler = createSettler(outbox, onError);
  const closing = new AbortController();
  let mayBeDue = true;
  let wake = (): void => undefined;
  const look = (): void => {
    mayBeDue = true;
    wake();
  };
  const forgetDue = outbox.onDue(look);

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      mayBeDue = false;
      const pauseMs = await fill();
      if (!mayBeDue && !closing.signal.aborted) await pause(pauseMs);
    }
  }

  /** Claims as much as there is room for; gives the milliseconds after which it is worth looking again. */
  async function fill(): Promise<number> {
    const total = MOST_SENDING - sending.size;
    if (total <= 0) return LOOK_EVERY_MS;
    const before = new Map(busy);
    try {
      const claimed = await outbox.claim({ total, perAgent: MOST_SENDING_PER_AGENT, busy: before, leaseMs: LEASE_MS });
      waiting = agentsWithMore(claimed, before, total);
      for (const each of claimed) start(each);
      return LOOK_EVERY_MS;
    } catch (error) {
      onError(error);
      return LOOK_AGAIN_AFTER_MS;
    }
  }

  function start(claimed: ClaimedDelivery): void {
    const { agent } = claimed.delivery;
    busy.set(agent, (busy.get(agent) ?? 0) + 1);
    const ended = attempt(claimed).finally(() => {
      sending.delete(ended);
      const left = (busy.get(agent) ?? 1) - 1;
      if (left === 0) busy.delete(agent);
      else busy.set(agent, left);
      if (waiting.has(agent) || sending.size === MOST_SENDING - 1) look();
    });
    sending.add(ended);
  }

  async function attempt({ delivery, number, leftMs }: ClaimedDelivery): Promise<void> {
    const atMs = Date.now();
    const startedAt = performance.now();
    const { status, error, patienceMs = 0 } = await send(delivery, cancel.signal);
    const tookMs = Math.round(performance.now() - startedAt);
    // Cut off by our own end: it is no fault of the receiver's, and another process may try at once.
    const wantedMs = cancel.signal.aborted ? 0 : Math.max(schedule(number), patienceMs);
    const settlement: Settlement = {
      id: delivery.id,
      attempt: { number, atMs, tookMs, status, error },
      ...(error === null ? { state: 'delivered', retryAfterMs: 0 } : afterFailure(leftMs - tookMs, wantedMs)),
    };
    await settler.add(settlement);
    onAttempt?.(delivery, settlement);
  }

  async function pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      // Nobody waits for it: it must not keep a command from ending.
      const timer = setTimeout(resolve, ms).unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const running = run();
  return {
    close: async () => {
      forgetDue();
      closing.abort();
      wake();
      const timer = setTimeout(() => cancel.abort(), CLOSE_WAITS_MS);
      await running;
      await Promise.all(sending);
      clearTimeout(timer);
    },
  };
}

/** The agents that got all the room they had: of them more may be due. */
function agentsWithMore(
  claimed: readonly ClaimedDelivery[],
  busy: ReadonlyMap<string, number>,
  total: number,
): ReadonlySet<string> {
  const now = new Map(busy);
  for (const { delivery } of claimed) now.set(delivery.agent, (now.get(delivery.agent) ?? 0) + 1);
  const isFull = claimed.length === total;
  return new Set([...now].flatMap(([agent, count]) => (isFull || count >= MOST_SENDING_PER_AGENT ? [agent] : [])));
}

/** Records attempts, all that ended meanwhile in one go. What cannot be recorded is sent again when its lease runs out. */
function createSettler(
  outbox: Outbox,
  onError: (error: unknown) => void,
): { add(settlement: Settlement): Promise<void> } {
  let waiting: Settlement[] = [];
  let next: Promise<void> | undefined;
  let current: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await current;
    next = undefined;
    const batch = waiting.splice(0);
    current = outbox.settle(batch).catch(onError);
    await current;
  };
  return {
    add: (settlement) => {
      waiting.push(settlement);
      next ??= flush();
      return next;
    },
  };
}
