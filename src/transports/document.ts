import type { CallEvent } from '../call/event.ts';
import type { Place } from '../call/place.ts';
import type { CallRequest } from '../call/request.ts';
import type { Calls, Joined, Respond } from '../interpret/calls.ts';
import type { CallLog, Clock } from '../interpret/ports.ts';
import { EARLY_ANSWERS, EARLY_ANSWER_CHARACTERS, FLUSH_DEADLINE_MS, FLUSH_SPEECH_AFTER_MS } from '../limits.ts';
import { renderAnswer } from '../render/answer.ts';
import { isOutput, sliceOf } from '../render/slice.ts';

export type DocumentSinkOptions = {
  readonly calls: Calls;
  readonly log: CallLog;
  readonly clock: Clock;
};

export type DocumentSink = {
  /**
   * The answer to a platform request, in its dialect, within the flush deadline however long the turn takes. `onSpeech` is
   * called once, when there is something to say; not for an answer that is a repetition.
   */
  answer(agent: string, request: CallRequest, place: Place, onSpeech?: () => void): Promise<string>;
};

/** Answers each platform request with the slice of its turn's outputs that is ready, as a document. */
export function createDocumentSink({ calls, log, clock }: DocumentSinkOptions): DocumentSink {
  return {
    answer: async (agent, request, place, onSpeech) => {
      const patience = createPatience(clock);
      let speaks = false;
      const respond: Respond = (events, from, turn) => {
        const slice = sliceOf(events, from);
        speaks ||= slice.outputs.some(({ kind }) => kind === 'speech');
        return { to: slice.to, body: renderAnswer(slice, { agent, turn, request }) };
      };
      try {
        const joined = await calls.arrive({ agent, request, place, respond });
        // The turn that this request has begun was over at once.
        if (joined.recorded !== undefined && speaks) onSpeech?.();
        return await answerOf(joined, respond, patience, onSpeech).finally(() => joined.leave());
      } finally {
        patience.end();
      }
    },
  };

  async function answerOf(
    joined: Joined,
    respond: Respond,
    patience: Patience,
    onSpeech?: () => void,
  ): Promise<string> {
    const { from, turn, recorded } = joined;
    const collected = recorded ?? (await collect(joined, patience, onSpeech));
    return typeof collected === 'string' ? collected : joined.record({ from, ...respond(collected, from, turn) });
  }

  /**
   * The answer, if the turn ends with it in the log; else the events from `from` on when the time is up. Speech that is ready
   * waits a shorter time.
   */
  async function collect(
    { callId, key, from, redirects }: Joined,
    patience: Patience,
    onSpeech?: () => void,
  ): Promise<string | readonly CallEvent[]> {
    const events: CallEvent[] = [];
    let characters = 0;
    let isEarly = false;

    function take(event: CallEvent): void {
      events.push(event);
      if (event.kind === 'speech') {
        if (characters === 0) onSpeech?.();
        characters += event.text.length;
      }
      if (isEarly || !isOutput(event)) return;
      isEarly = redirects < EARLY_ANSWERS || characters >= EARLY_ANSWER_CHARACTERS;
      if (isEarly) patience.shorten();
    }

    for await (const appended of log.follow(callId, from, patience.signal)) {
      for (const event of appended) {
        // The answer before it may have begun at the same place.
        if (event.kind === 'answered' && event.key === key) return event.body;
        take(event);
      }
      if (appended.some(({ kind }) => kind === 'turn-end')) break;
    }
    return events;
  }
}

/** How long a platform request may wait for its answer. */
type Patience = {
  /** Aborts when the time is up. */
  readonly signal: AbortSignal;
  /** There is something to say, so that the time is up sooner, perhaps at once. */
  shorten(): void;
  end(): void;
};

/** The timers are always of the same lengths: ever different ones cost Node many times as much. */
function createPatience(clock: Clock): Patience {
  const enough = new AbortController();
  let isShort = false;
  let isLate = false;
  let cancel = clock.after(FLUSH_SPEECH_AFTER_MS, () => {
    isLate = true;
    if (isShort) enough.abort();
    else cancel = clock.after(FLUSH_DEADLINE_MS - FLUSH_SPEECH_AFTER_MS, () => enough.abort());
  });
  return {
    signal: enough.signal,
    shorten() {
      isShort = true;
      if (!isLate) return;
      cancel();
      // What comes together with the first of it still belongs to this answer.
      cancel = clock.after(0, () => enough.abort());
    },
    end: () => cancel(),
  };
}
