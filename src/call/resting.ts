import { compressed, expanded } from '../compressed.ts';
import { newCall, type CallState } from './state.ts';

/** A call in a tenth of its room, for the long while in which the caller listens and speaks. */
export type Resting = {
  /** All of the state but its document. */
  readonly bytes: Buffer;
  /** Shared by all calls that run it, and so left as it is. */
  readonly document: CallState['document'];
};

type Plain = Omit<CallState, 'document' | 'exits' | 'answers'> & {
  readonly exits: readonly (readonly [number, never])[];
  readonly answers: readonly (readonly [string, never])[];
};

/** `state` laid down; `awake` gives it back as it was. */
export function resting({ document, exits, answers, ...rest }: CallState): Resting {
  return { bytes: compressed(JSON.stringify({ ...rest, exits: [...exits], answers: [...answers] })), document };
}

/** The state that was laid down. */
export function awake({ bytes, document }: Resting): CallState {
  const { exits, answers, ...rest } = JSON.parse(expanded(bytes)) as Plain;
  return { ...newCall(rest.callId), ...rest, document, exits: new Map(exits), answers: new Map(answers) };
}
