import { setTimeout as delay } from 'node:timers/promises';
import { Refusal, type Answer, type CallFacts, type Carrier, type DialStatus, type Fact } from './carrier.ts';
import type { Listening, Method, Step } from './carrier.ts';

const CHARACTERS_PER_SECOND = 15;
const ROUND_TRIP_MS = 100;
const AUDIO_MS = 2_000;
const UTTERANCE_MS = 1_000;
/** The caller's time passes this much faster while something plays; while the server works, it passes as it does. */
const PACE = 20;
/** Nothing takes longer to play than this, of our time: what is long is long enough for the server by then. */
const SOUND_MOST_MS = 250;
/** Documents of one call; a call that needs more is going round in a circle. */
const MOST_REQUESTS = 60;

export const SILENCE = Symbol('silence');

/**
 * What the caller does when listened to. `afterMs` of the prompt an interruption comes; the others wait for its end. To
 * words that are `unanswered` the carrier got no answer, and goes to its fallback URL with them.
 */
export type CallerLine =
  | string
  | { readonly keys: string }
  | { readonly interrupts: string; readonly afterMs: number }
  | { readonly unanswered: string }
  | typeof SILENCE;

export type Sound = {
  readonly text: string;
  readonly voice?: string;
  /** Milliseconds until the caller's words cut it off. */
  readonly cutAfterMs?: number;
};

export type Exchange = { readonly fact: Fact; readonly url: string; readonly answer: Answer };

export type Heard = {
  readonly callId: string;
  readonly sounds: readonly Sound[];
  readonly exchanges: readonly Exchange[];
  readonly dialled: readonly string[];
  /** The longest silence in which the caller waited for us, in milliseconds. */
  readonly longestSilenceMs: number;
  readonly end: 'hangup' | 'reject' | 'document-end' | 'caller-done';
  readonly endReason: string | undefined;
};

/** Sends what happened to a URL, as the carrier does. */
export type Tell = (fact: Fact, to: { readonly url: string; readonly method: Method }) => Promise<Answer>;

export type CallOptions = {
  readonly carrier: Carrier;
  readonly call: CallFacts;
  readonly voiceUrl: string;
  readonly tell: Tell;
  readonly says?: readonly CallerLine[];
  /** How each Dial ends, one after the other; the last again. */
  readonly dials?: readonly DialStatus[];
  /** Whether the caller leaves no message where one is recorded: the next step runs. */
  readonly recordsNothing?: boolean;
};

type Next = { readonly fact: Fact; readonly url: string; readonly method: Method; readonly rest: readonly Step[] };

/** Behaves as the carrier with a caller on the line, until the call is over. @throws Refusal */
export async function placeCall({
  carrier,
  call,
  voiceUrl,
  tell,
  says = [],
  dials = [],
  recordsNothing = false,
}: CallOptions): Promise<Heard> {
  const sounds: Sound[] = [];
  const exchanges: Exchange[] = [];
  const dialled: string[] = [];
  const lines = [...says];
  let silenceMs = 0;
  let longestSilenceMs = 0;

  const heardSomething = (): void => {
    longestSilenceMs = Math.max(longestSilenceMs, silenceMs);
    silenceMs = 0;
  };

  async function sound(sounding: Sound, lengthMs: number): Promise<void> {
    heardSomething();
    sounds.push(sounding);
    await delay(Math.min(lengthMs / PACE, SOUND_MOST_MS));
  }

  async function play(step: Step, cutAfterMs = Infinity): Promise<number> {
    if (step.kind === 'pause') {
      silenceMs += step.seconds * 1_000;
      await delay(Math.min((step.seconds * 1_000) / PACE, SOUND_MOST_MS));
      return step.seconds * 1_000;
    }
    if (step.kind !== 'speech' && step.kind !== 'audio') throw new Error(`${step.kind} does not sound`);
    const lengthMs = step.kind === 'audio' ? AUDIO_MS : (step.text.length / CHARACTERS_PER_SECOND) * 1_000;
    const isCut = cutAfterMs < lengthMs;
    await sound(
      {
        text: step.kind === 'audio' ? `[${step.url}]` : step.text.replaceAll(/\s+/g, ' ').trim(),
        ...(step.kind === 'speech' && step.voice !== undefined && { voice: step.voice }),
        ...(isCut && { cutAfterMs }),
      },
      Math.min(lengthMs, cutAfterMs),
    );
    return lengthMs;
  }

  /** Listens; gives the request that follows, or undefined where the next step runs. */
  async function listen(step: Listening, url: string): Promise<Omit<Next, 'rest'> | 'caller-done' | undefined> {
    const line = lines.shift();
    let cutAfterMs = typeof line === 'object' && 'interrupts' in line && step.interruptible ? line.afterMs : Infinity;
    for (const prompt of step.prompts) {
      if (cutAfterMs <= 0) break;
      cutAfterMs -= await play(prompt, cutAfterMs);
    }
    heardSomething();
    if (line === undefined) return 'caller-done';
    const fact = factOf(line, step);
    await delay(UTTERANCE_MS / PACE);
    if (typeof line === 'object' && 'unanswered' in line) return { fact, url: `${voiceUrl}/fallback`, method: 'POST' };
    if (fact.kind === 'silence' && !step.tellsOfSilence) return undefined;
    return { fact, url: step.action ?? url, method: step.method };
  }

  async function request({ fact, url, method }: Next): Promise<readonly Step[]> {
    if (exchanges.length >= MOST_REQUESTS) throw new Error(`the call goes round in a circle at ${url}`);
    const answer = await tell(fact, { url, method });
    exchanges.push({ fact, url, answer });
    silenceMs += answer.tookMs + ROUND_TRIP_MS;
    if (answer.tookMs > carrier.readsForMs) throw new Refusal(`no answer within ${carrier.readsForMs} ms`);
    if (answer.status !== 200) throw new Refusal(`${fact.kind} to ${url} is answered with ${answer.status}`);
    return carrier.read(answer);
  }

  /** Runs a document; gives the request that follows, or the end. */
  async function run(steps: readonly Step[], url: string): Promise<Next | Pick<Heard, 'end' | 'endReason'>> {
    for (const [index, step] of steps.entries()) {
      const rest = steps.slice(index + 1);
      if (step.kind === 'end') return { end: step.how, endReason: step.reason };
      if (step.kind === 'redirect') return { fact: { kind: 'redirect' }, url: step.url, method: step.method, rest };
      if (step.kind === 'record') {
        heardSomething();
        if (recordsNothing) continue;
        return {
          fact: { kind: 'recording', url: 'https://recordings.example/1.mp3', seconds: 4 },
          url: step.action ?? url,
          method: step.method,
          rest,
        };
      }
      if (step.kind === 'dial') {
        heardSomething();
        const status = dials[Math.min(dialled.length, dials.length - 1)] ?? 'completed';
        dialled.push(...step.to);
        if (step.action === undefined) continue;
        return { fact: { kind: 'dialled', status }, url: step.action, method: step.method, rest };
      }
      if (step.kind === 'listen') {
        const next = await listen(step, url);
        if (next === 'caller-done') return { end: next, endReason: undefined };
        if (next !== undefined) return { ...next, rest };
        continue;
      }
      await play(step);
    }
    return { end: 'document-end', endReason: undefined };
  }

  let next: Next = { fact: { kind: 'start' }, url: voiceUrl, method: 'POST', rest: [] };
  for (;;) {
    const steps = await request(next);
    const after = await run(steps.length === 0 && carrier.goesOnWhenEmpty ? next.rest : steps, next.url);
    if ('end' in after) return { callId: call.id, sounds, exchanges, dialled, longestSilenceMs, ...after };
    next = after;
  }
}

/** What the carrier makes of the caller's line, where it listens for that sort of line at all. */
function factOf(line: CallerLine, step: Listening): Fact {
  if (line === SILENCE) return { kind: 'silence' };
  if (typeof line === 'object' && 'keys' in line) {
    if (!step.hearsKeys) throw new Error('the caller keys something, and nobody listens for keys');
    const upTo = step.finishOnKey === '' ? -1 : line.keys.search(new RegExp(`[${step.finishOnKey}]`));
    const keys = (upTo === -1 ? line.keys : line.keys.slice(0, upTo)).slice(0, step.numDigits);
    return { kind: 'keys', keys };
  }
  if (!step.hearsWords) throw new Error('the caller speaks, and nobody listens for words');
  return {
    kind: 'words',
    words: typeof line === 'string' ? line : 'interrupts' in line ? line.interrupts : line.unanswered,
  };
}
