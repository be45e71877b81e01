import type { CallEvent } from '../call/event.ts';
import type { CallOutput } from '../call/output.ts';
import { ANSWER_MAX_CHARACTERS, PART_MAX_CHARACTERS, PART_MAX_SENTENCES } from '../limits.ts';

/** An output with its number. */
export type NumberedOutput = Extract<CallEvent, CallOutput>;

/** Part of a turn's outputs, fit for one answer. */
export type Slice = {
  readonly outputs: readonly NumberedOutput[];
  /** Where the next slice begins. */
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
 * The slice that begins at `from`, out of the events from there on. All of the turn if they hold its end, as far as a
 * platform reads. Before that, as much as may be said while the end is unknown: it cannot be interrupted, so it is short.
 * `to` moves on even past events that are no outputs, so that the URL of the rest is never the one that was just asked for.
 */
export function sliceOf(events: readonly CallEvent[], from: number): Slice {
  const end = events.findIndex(({ kind }) => kind === 'turn-end');
  const ended = end !== -1;
  const ready = ended ? events.slice(0, end + 1) : events;
  const outputs = ready.filter(isOutput);
  const taken = ended ? readable(outputs) : speakable(outputs);
  const next = outputs[taken.length];
  const to = next?.seq ?? (ready.at(-1)?.seq ?? from - 1) + 1;
  return { outputs: taken, to, hasRest: !ended || next !== undefined };
}

function speakable(outputs: readonly NumberedOutput[]): readonly NumberedOutput[] {
  let sentences = 0;
  let characters = 0;
  return takeWhile(outputs, (output, isFirst) => {
    if (output.kind !== 'speech') return output.kind === 'passed-verb';
    sentences += 1;
    characters += output.text.length;
    return isFirst || (sentences <= PART_MAX_SENTENCES && characters <= PART_MAX_CHARACTERS);
  });
}

function readable(outputs: readonly NumberedOutput[]): readonly NumberedOutput[] {
  let characters = 0;
  return takeWhile(outputs, (output, isFirst) => {
    characters += output.kind === 'speech' ? output.text.length : 0;
    characters += output.kind === 'passed-verb' ? JSON.stringify(output.markup).length : 0;
    return isFirst || characters <= ANSWER_MAX_CHARACTERS;
  });
}

function takeWhile<T>(items: readonly T[], isWanted: (item: T, isFirst: boolean) => boolean): readonly T[] {
  const end = items.findIndex((item, index) => !isWanted(item, index === 0));
  return end === -1 ? items : items.slice(0, end);
}
