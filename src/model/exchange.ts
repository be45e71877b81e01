import type { Dispatcher } from 'undici';
import { failure } from '../http/client.ts';
import { createAnswerReader } from './answer.ts';
import { createCompletion, failedReply } from './completion.ts';
import type { ProviderReply } from './completion.ts';
import type { Fault } from './faults.ts';
import type { EventReader } from './sse.ts';

/**
 * A finish reason beside words is often true and sometimes stands beside each of them; a server that neither goes on nor
 * ends its stream costs this much, and its words have been passed on by then.
 */
const CLOSING_GRACE_MS = 1_500;

/** What all requests to one server have in common. */
export type Envelope = {
  readonly origin: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
};

/** Milliseconds for each phase of a reply. */
export type Timeouts = {
  readonly startTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly finishGraceMs: number;
};

export type Exchange = Timeouts & {
  readonly agent: Dispatcher;
  readonly envelope: Envelope;
  readonly body: string;
  readonly onText: (piece: string) => void;
  readonly signal: AbortSignal;
};

/** One request and its reply. It ends at the model's own end, when a timer runs out, or when the caller aborts. */
export function stream(exchange: Exchange): Promise<ProviderReply> {
  const { agent, envelope, onText, signal } = exchange;
  const { promise, resolve } = Promise.withResolvers<ProviderReply>();
  let controller: Dispatcher.DispatchController | undefined;
  let answer: EventReader | undefined;
  let isSettled = false;
  let hasNews = false;
  const completion = createCompletion((piece) => {
    if (!isSettled) onText(piece);
  });
  const watch = createWatch(exchange, (reason) => fail({ reason, code: 'timeout' }));

  const close = (): void => controller?.abort(new Error('given up'));
  const settle = (reply: ProviderReply): void => {
    if (isSettled) return;
    isSettled = true;
    watch.stop();
    signal.removeEventListener('abort', cancel);
    resolve(reply);
  };
  const fail = (fault: Fault): void => {
    settle(completion.reply({ lost: fault }));
    close();
  };
  const cancel = (): void => {
    settle(failedReply('cancelled'));
    close();
  };

  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) {
    cancel();
    return promise;
  }
  const sink = {
    onEvent(event: unknown, name: string, written?: string): void {
      if (isSettled) return;
      hasNews = true;
      completion.take(event, name, written);
      if (completion.state() === 'failed') fail({ reason: 'the model server reported an error', code: 'unavailable' });
    },
    onAlike(written: string, at: number): number {
      const end = completion.takeAlike(written, at);
      hasNews ||= end !== -1;
      return end;
    },
    onDone(): void {
      if (isSettled) return;
      settle(completion.reply('done'));
      // The connection is kept for the next request, if its server ends the stream as it said.
      watch.enter('finished', close);
    },
    onFault: fail,
  };
  agent.dispatch(
    { ...envelope, method: 'POST', body: exchange.body },
    {
      onRequestStart(started) {
        controller = started;
        // Given up while it waited for a connection: it must not be sent any more.
        if (isSettled) close();
      },
      onResponseStart(_, status, headers) {
        if (status >= 200) answer = createAnswerReader(status, headers, sink);
      },
      onResponseData(_, chunk) {
        hasNews = false;
        answer?.push(chunk);
        if (isSettled) return;
        // Once for all that has come together; a comment is no sign that the model is at work.
        if (hasNews) watch.enter(completion.state() as Phase);
        completion.flush();
      },
      onResponseEnd() {
        answer?.end();
        settle(completion.reply('closed'));
        watch.stop();
      },
      onResponseError(_, error) {
        answer?.end();
        settle(completion.reply({ lost: lostConnection(error, envelope) }));
        watch.stop();
      },
    },
  );
  return promise;
}

/** The server is not there, or no longer; a request that cannot be sent at all is none of its faults. */
function lostConnection(error: Error, { origin }: Envelope): Fault {
  const { code, reason } = failure(error, new URL(origin));
  return code === 'unreachable' || code === 'broken' ? { reason, code: 'unavailable' } : { reason };
}

type Phase = 'waiting' | 'running' | 'closing' | 'finished';

type Watch = {
  /** What the stream has come to; a sign of life in the middle of a reply gives it its full time again, once that is up. */
  enter(state: Phase, onTimeout?: () => void): void;
  stop(): void;
};

/** The package's own timeout does not cover a stream that stalls, so each phase of a reply has a timer of ours. */
function createWatch(timeouts: Timeouts, onTimeout: (reason: string) => void): Watch {
  const phases = {
    waiting: [timeouts.startTimeoutMs, 'the model did not begin to answer within'],
    running: [timeouts.idleTimeoutMs, "the model's stream stalled for"],
    closing: [Math.min(CLOSING_GRACE_MS, timeouts.idleTimeoutMs), "the model's stream did not end within"],
    finished: [timeouts.finishGraceMs, "the model's stream did not end within"],
  } as const;
  let current: Phase | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isAlive = false;

  function enter(state: Phase, act?: () => void): void {
    if (state === current) {
      // Looked at when the time is up: a token is no reason to touch a timer.
      isAlive = state === 'running' || state === 'closing';
      return;
    }
    current = state;
    isAlive = false;
    clearTimeout(timer);
    const [ms, words] = phases[state];
    timer = setTimeout(() => {
      if (isAlive) {
        isAlive = false;
        timer?.refresh();
      } else if (act === undefined) {
        onTimeout(`${words} ${ms / 1000} s`);
      } else {
        act();
      }
    }, ms);
  }

  enter('waiting');
  return {
    enter,
    stop() {
      current = undefined;
      clearTimeout(timer);
    },
  };
}
