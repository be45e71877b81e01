// What the model and the tool server share: the parent sets their pace, and takes what they saw since it asked last.
import { answerParent } from './answering.ts';
import { INSTANT, type Pace, type Span, type Taken } from './seen.ts';

export type Witness = {
  readonly pace: Pace;
  saw(span: Span): void;
  /** A request that no service may send. */
  blame(fault: string): void;
};

export function createWitness(): Witness {
  let pace = INSTANT;
  let taken: { spans: Span[]; faults: string[] } = { spans: [], faults: [] };
  answerParent({
    // Infinity does not pass through IPC.
    pace: (given: Omit<Pace, 'tokensPerSecond'> & { readonly tokensPerSecond: number | null }) => {
      pace = { ...given, tokensPerSecond: given.tokensPerSecond ?? Infinity };
    },
    take: (): Taken => {
      const all = taken;
      taken = { spans: [], faults: [] };
      return all;
    },
  });
  return {
    get pace() {
      return pace;
    },
    saw: (span) => void taken.spans.push(span),
    blame: (fault) => void taken.faults.push(fault),
  };
}
