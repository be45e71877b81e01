import type { CallEvent } from '../call/event.ts';
import type { Place } from '../call/place.ts';
import type { CallRequest } from '../call/request.ts';
import type { Calls, Joined } from '../interpret/calls.ts';
import type { CallLog, Clock } from '../interpret/ports.ts';
import { EARLY_ANSWERS, EARLY_ANSWER_CHARACTERS, FLUSH_DEADLINE_MS, FLUSH_SPEECH_AFTER_MS } from '../limits.ts';
import { renderAnswer } from '../render/answer.ts';
import { isOutput, sliceOf, type Slice } from '../render/slice.ts';

export type DocumentSinkOptions = {
  readonly calls: Calls;
  readonly log: CallLog;
  readonly clock: Clock;
};

export type DocumentSink = {
  /**
   * The XML answer to a platform request, within the flush deadline however long the turn takes. `onSpeech` is called once,
   * when there is something to say; not for an answer that is a repetition.
   */
  answer(agent: string, request: CallRequest, place: Place, onSpeech?: () => void): Promise<string>;
};

/** Answers each platform request with the slice of its turn's outputs that is ready, as a document. */
export function createDocumentSink({ calls, log, clock }: DocumentSinkOptions): DocumentSink {
  return {
    answer: async (agent, request, place, onSpeech) => {
      const arrivedAtMs = clock.now();
      const joined = await calls.arrive({ agent, request, place });
      if (joined.recorded !== undefined) return joined.recorded;
      const slice = await collect(joined, arrivedAtMs, onSpeech);
      const body = renderAnswer(slice, { agent, turn: joined.turn, request });
      return joined.record({ from: joined.from, to: slice.to, body });
    },
  };

  /** The events from `from` on until the turn ends or the time is up; speech that is ready waits a shorter time. */
  async function collect(
    { callId, from, redirects }: Joined,
    arrivedAtMs: number,
    onSpeech?: () => void,
  ): Promise<Slice> {
    const enough = new AbortController();
    const stopAt = (atMs: number): (() => void) => clock.after(Math.max(0, atMs - clock.now()), () => enough.abort());
    const cancels = [stopAt(arrivedAtMs + FLUSH_DEADLINE_MS)];
    const events: CallEvent[] = [];
    let characters = 0;
    let isEarly = false;
    for await (const event of log.follow(callId, from, enough.signal)) {
      if (event.kind === 'answered' && event.from === from) break;
      events.push(event);
      if (event.kind === 'turn-end') break;
      if (event.kind === 'speech') {
        if (characters === 0) onSpeech?.();
        characters += event.text.length;
      }
      if (isEarly || !isOutput(event)) continue;
      isEarly = redirects < EARLY_ANSWERS || characters >= EARLY_ANSWER_CHARACTERS;
      if (isEarly) cancels.push(stopAt(arrivedAtMs + FLUSH_SPEECH_AFTER_MS));
    }
    for (const cancel of cancels) cancel();
    return sliceOf(events, from);
  }
}
