import type { Delivery } from '../../src/call/delivery.ts';
import { createDeliverer, type Deliverer, type DelivererOptions } from '../../src/deliveries/deliverer.ts';
import type { SendOutcome } from '../../src/deliveries/send.ts';
import { delivery, type OutboxStore } from '../contract/outbox.ts';

export const RECEIVED: SendOutcome = { status: 204, error: null };
export const FAILED: SendOutcome = { status: 500, error: 'the receiver answered 500' };

let calls = 0;
/** Puts deliveries in, with a call of their own. */
export async function put({ log }: OutboxStore, ...deliveries: readonly Delivery[]): Promise<void> {
  await log.append(`desk/CA${(calls += 1)}`, 0, [{ kind: 'interrupted', seq: 1, turn: 1, atMs: 0 }], deliveries);
}

/** Deliveries of one agent. */
export const many = (count: number, agent: string): readonly Delivery[] =>
  Array.from({ length: count }, (_, index) => delivery(`${agent} ${index}`, agent));

/** Resolves once `condition` holds; fails loudly when it does not in time. */
export async function soon(condition: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const endsAt = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`never came true: ${condition.toString()}`);
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
}

const running = new Set<Deliverer>();

/** Stops every deliverer that was started. */
export async function stopDeliverers(): Promise<void> {
  await Promise.all([...running].map((deliverer) => deliverer.close()));
  running.clear();
}

/** Starts a deliverer that ends with the test. */
export function deliver(
  { outbox }: OutboxStore,
  send: DelivererOptions['send'],
  options: Partial<DelivererOptions> = {},
): { readonly deliverer: Deliverer; readonly errors: unknown[] } {
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const deliverer = createDeliverer({ outbox, send, onError, schedule: () => 0, ...options });
  running.add(deliverer);
  return { deliverer, errors };
}

/** Whether nothing waits. */
export const isDone =
  ({ outbox }: OutboxStore) =>
  async (): Promise<boolean> =>
    (await outbox.list({ state: 'pending', limit: 1 })).length === 0;
