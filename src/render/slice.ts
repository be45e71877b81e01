import type { CallEvent } from '../call/event.ts';
import type { CallOutput } from '../call/output.ts';
import { PART_MAX_CHARACTERS, PART_MAX_SENTENCES } from '../limits.ts';

/** An output with its number. */
export type NumberedOutput = Extract<CallEvent, CallOutput>;

/** Part of a turn's outputs, fit for one answer. */
export type Slice = {
  readonly outputs: readonly NumberedOutput[];
  /** The number after the last output; where the next slice begins. */
  readonly to: number;
  /** Whether more of the turn is to be fetched from `to` on. */
  readonly hasRest: boolean;
};

const OUTPUT_KINDS: { readonly [K in CallOutput['kind']]: true } = {
  speech: true,
  'passed-verb': true,
  listen: true,
  redirect: true,
  hangup: true,
};

/** Tells an output from the inputs and steps around it. */
export function isOutput(event: CallEvent): event is NumberedOutput {
  return Object.hasOwn(OUTPUT_KINDS, event.kind);
}

/**
 * The slice that begins at `from`, out of the turn's outputs from there on. All of them once the turn has ended. Before
 * that, as much as may be said while its end is unknown: it cannot be interrupted, so it is short.
 */
export function sliceOf(outputs: readonly NumberedOutput[], from: number, ended: boolean): Slice {
  const taken = ended ? outputs : speakable(outputs);
  return { outputs: taken, to: (taken.at(-1)?.seq ?? from - 1) + 1, hasRest: !ended };
}

function speakable(outputs: readonly NumberedOutput[]): readonly NumberedOutput[] {
  const taken: NumberedOutput[] = [];
  let sentences = 0;
  let characters = 0;
  for (const output of outputs) {
    if (output.kind !== 'speech' && output.kind !== 'passed-verb') break;
    sentences += output.kind === 'speech' ? 1 : 0;
    characters += output.kind === 'speech' ? output.text.length : 0;
    if (taken.length > 0 && (sentences > PART_MAX_SENTENCES || characters > PART_MAX_CHARACTERS)) break;
    taken.push(output);
  }
  return taken;
}
