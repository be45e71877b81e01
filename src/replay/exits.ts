import type { CallEvent } from '../call/event.ts';

/** An output from which a turn may go on. */
export type ExitOutput = Extract<CallEvent, { readonly kind: 'listen' | 'redirect' | 'passed-verb' }>;

/** The outputs of a turn from which the next one may go on, in their order. */
export function exitsOf(events: readonly CallEvent[], turn: number): readonly ExitOutput[] {
  return events.filter(
    (event): event is ExitOutput =>
      event.turn === turn &&
      (event.kind === 'listen' || event.kind === 'redirect' || event.kind === 'passed-verb') &&
      event.exit !== undefined,
  );
}
