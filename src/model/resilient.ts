import type { Clock, ModelReply, ModelRequest } from '../interpret/ports.ts';
import type { ProviderReply } from './completion.ts';
import type { ProviderModel } from './openai.ts';

/** How often one model is asked. A caller who waits for more than a second try has waited too long. */
export const MODEL_TRIES = 2;
/**
 * After this much of a request's time no further try of the same model begins, and its stand-in is asked if it has not
 * begun. Without one it keeps all the time that the operator gives it: a slow model that is asked again is slower still.
 */
export const MODEL_PATIENCE_MS = 12_000;
/** Between two tries where the server names no time; a random part of it keeps calls from coming back together. */
const PAUSE_MS = 400;

/** What passes by itself, mostly. Anything else fails again in the same way. */
const PASSING: ReadonlySet<ModelReply['code']> = new Set(['rate-limit', 'unavailable', 'timeout']);

export type ResilienceOptions = {
  readonly clock: Clock;
  /** From 0 up to 1. Default: chance. */
  readonly random?: () => number;
};

/**
 * A model that asks again, and then its stand-in, while nothing has been said: once the caller has heard a word, a second
 * reply would contradict it. A prompt that is too long is given back at once, to be shortened.
 */
export function createResilientModel(
  model: ProviderModel,
  { clock, random = Math.random }: ResilienceOptions,
): ProviderModel {
  return {
    async reply({ fallback, ...request }, onText, signal) {
      const endsAtMs = clock.now() + MODEL_PATIENCE_MS;
      let hasSpoken = false;
      const say = (piece: string): void => {
        hasSpoken = true;
        onText(piece);
      };
      const isFinal = ({ finish, code }: ModelReply): boolean =>
        finish !== 'error' || hasSpoken || signal.aborted || code === 'context-length';

      /** One model, asked until it replies, fails for good, or its tries or the time are over. */
      async function ask(asked: ModelRequest, tries: number, hasStandIn: boolean): Promise<ProviderReply> {
        for (let left = tries - 1; ; left -= 1) {
          const limits = hasStandIn ? { startTimeoutMs: endsAtMs - clock.now() } : {};
          const reply = await model.reply(asked, say, signal, limits);
          if (left === 0 || isFinal(reply) || !PASSING.has(reply.code)) return reply;
          if (hasStandIn && reply.code === 'timeout') return reply;
          const waitMs = (reply.retryAfterMs ?? PAUSE_MS / 2) + random() * (PAUSE_MS / 2);
          if (clock.now() + waitMs >= endsAtMs) return reply;
          await pause(clock, waitMs, signal);
          if (signal.aborted) return reply;
        }
      }

      const first = await ask(request, MODEL_TRIES, fallback !== undefined);
      if (fallback === undefined || isFinal(first)) return withoutHints(first);
      const second = await ask({ ...request, model: fallback }, 1, false);
      if (second.finish !== 'error') return withoutHints(second);
      const reason = `${first.reason ?? 'failed'}; then ${fallback}: ${second.reason ?? 'failed'}`;
      return { ...withoutHints(second), reason };
    },
    prepare: (name) => model.prepare?.(name),
    close: () => model.close(),
  };
}

/** What only a further try needed to know does not go into a log. */
function withoutHints({ retryAfterMs: _wait, refused: _refused, ...reply }: ProviderReply): ModelReply {
  return reply;
}

/** Ends early when `signal` aborts, and leaves no timer behind. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
