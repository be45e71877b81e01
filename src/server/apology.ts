// What a caller hears while the store is away: nothing can be read or written then, so all of it follows from the request.
import { callIdOf } from '../call/call-id.ts';
import type { Place } from '../call/place.ts';
import { callerInput, type CallRequest } from '../call/request.ts';
import { renderAnswer } from '../render/answer.ts';
import type { NumberedOutput, Slice } from '../render/slice.ts';

/** An outage that outlasts so many apologies, each some seconds long, outlasts the caller's patience too. */
const MOST_APOLOGIES = 5;
/** What is counted for callers who have given up is forgotten now and then. */
const MOST_COUNTED = 10_000;

export type ApologyLines = {
  /** To a caller who has spoken, and shall say it again. */
  readonly apology: string;
  /** To any other. */
  readonly wait: string;
};

export type Apologies = {
  /** An answer that apologises and leads the platform back to where it was; undefined when that was said often enough. */
  next(agent: string, request: CallRequest, place: Place, lines: ApologyLines): string | undefined;
  /** The call was answered. */
  answered(agent: string, request: CallRequest): void;
};

/** Counts apologies call by call. Each node counts its own: they cannot tell each other. */
export function createApologies(): Apologies {
  const counts = new Map<string, number>();
  return {
    next(agent, request, place, lines) {
      const callId = callIdOf(agent, request.callSid);
      const count = counts.get(callId) ?? 0;
      const answer = count < MOST_APOLOGIES ? apologyAt(place, agent, request, lines) : undefined;
      if (counts.size >= MOST_COUNTED) counts.clear();
      counts.set(callId, count + 1);
      return answer;
    },
    answered(agent, request) {
      if (counts.size > 0) counts.delete(callIdOf(agent, request.callSid));
    },
  };
}

/**
 * Says a line and leads back, so that the platform stays busy until the store is there again: where the caller has spoken,
 * to the place where they were listened to; a turn that did begin with those words is then fetched instead. From the
 * fallback URL, where nobody knows of a place, back to it.
 */
export function apologyAt(place: Place, agent: string, request: CallRequest, { apology, wait }: ApologyLines): string {
  const render = (turn: number, slice: Slice): string => renderAnswer(slice, { agent, turn, request });
  const rest = (text: string, turn: number, from: number): string =>
    render(turn, { outputs: [speech(text)], to: from, hasRest: true });
  const exit = (turn: number, seq: number): string =>
    render(turn - 1, { outputs: [speech(wait), leadBack(seq)], to: seq, hasRest: false });
  const hasSpoken = callerInput(request) !== '';
  if (place.kind === 'resume') {
    const outputs = [speech(hasSpoken ? apology : wait), leadTo(fallbackUrl(agent, request))];
    return render(0, { outputs, to: 0, hasRest: false });
  }
  if (place.kind === 'rest') return rest(wait, place.turn, place.from);
  if (place.kind === 'exit' && place.turn > 1 && hasSpoken) return rest(apology, place.turn - 1, place.seq);
  if (place.kind === 'exit') return exit(place.turn, place.seq);
  // Of a call that nobody remembers, the first turn begins at the document's top.
  return exit(1, 1);
}

const NUMBERS = { turn: 0, atMs: 0 } as const;

function speech(text: string): NumberedOutput {
  return { ...NUMBERS, seq: 0, kind: 'speech', role: 'notice', text };
}

/** An output with this number, as far as the link to it goes. */
function leadBack(seq: number): NumberedOutput {
  return { ...NUMBERS, seq, kind: 'redirect', exit: { kind: 'verbs', from: 0 } };
}

function leadTo(url: string): NumberedOutput {
  const markup = { name: 'Redirect', attributes: { method: 'POST' }, children: [url] };
  return { ...NUMBERS, seq: 0, kind: 'passed-verb', markup, greeting: false };
}

function fallbackUrl(agent: string, { publicUrl }: CallRequest): string {
  return `${publicUrl}/voice/${encodeURIComponent(agent)}/fallback`;
}
