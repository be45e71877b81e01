import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ENGLISH } from '../../src/interpret/lines.ts';
import { parseStrictly, textOf, type XmlNode } from '../support/xml.ts';
import type { Watch } from './points.ts';
import { partsIn, partsOf, wordsOf, type Wish } from './story.ts';

/** What a platform does whose request got no answer. */
export const MANNERS = ['retries', 'fallback', 'leaves'] as const;
export type Manner = (typeof MANNERS)[number];

/** Under which platforms reach every node; a balancer of theirs finds one. */
export const PUBLIC_URL = 'http://voice.example';
export const AGENT = 'desk';

/** The strictest platform reads an answer for this long. */
const ANSWER_MAX_MS = 5_000;
/** A platform that has had no answer by then takes the connection for lost. */
const PATIENCE_MS = 15_000;
/** From a caller's words until they are listened to again: a dead node's lease, a start, and the turn; then it is stuck. */
const STUCK_AFTER_MS = 40_000;
const AGAIN_AFTER_MS = 150;
/** A person says again what was not heard, but not for ever. */
const MOST_REPETITIONS = 2;

type Parameters = { readonly [name: string]: string };

/** What came of a call, as its platform and its caller know it. */
export type CallRecord = {
  readonly callSid: string;
  readonly manner: Manner;
  /** Everything that sounded, in order. */
  readonly sounds: string[];
  /** What the caller has asked for, in order. */
  readonly wishes: Wish[];
  /** Bodies of the answers that arrived whole. */
  readonly answers: string[];
  readonly faults: string[];
  /**
   * Sentences of the last answer before a fallback request that does not say what failed: nobody can tell whether that
   * answer or the request after it was lost, and to say it again is better than never.
   */
  readonly mayComeAgain: string[];
  /** Requests that got no answer the first time. */
  failures: number;
  /** The platform has given the call up. */
  isLost: boolean;
};

export type Caller = {
  readonly record: CallRecord;
  /** The voice URL. */
  readonly arrives: () => Promise<void>;
  /** The caller speaks where they were listened to, until they are listened to again. */
  readonly wants: (wish: Wish) => Promise<void>;
};

export type CallerOptions = {
  readonly callSid: string;
  readonly manner: Manner;
  /** Origin of a node that may be there. Asked for each request anew. */
  readonly node: () => string;
  readonly watch?: Watch;
  /** Whether the fallback request says which URL failed and what it brought along, as not every platform does. */
  readonly namesFailure?: boolean;
  /** Headers that prove a request to be the platform's. */
  readonly sign?: (url: string, parameters: Parameters) => Parameters;
  /** Milliseconds from the caller's words until they are listened to again, at most. Default 40,000. */
  readonly stuckAfterMs?: number;
  /** How often the caller says again what was not answered. Default 2. */
  readonly repetitions?: number;
};

/** The platform got no answer, and its manner is to give up. */
class Lost extends Error {}
class NoAnswer extends Error {}

/** A caller and their platform, which does without waiting what the answers say. */
export function createCaller({
  callSid,
  manner,
  node,
  watch = () => false,
  namesFailure = true,
  sign = () => ({}),
  stuckAfterMs = STUCK_AFTER_MS,
  repetitions = MOST_REPETITIONS,
}: CallerOptions): Caller {
  const base = { CallSid: callSid, AccountSid: 'AC1', From: '+15550001111', To: '+15550002222' };
  const record: CallRecord = {
    callSid,
    manner,
    sounds: [],
    wishes: [],
    answers: [],
    faults: [],
    mayComeAgain: [],
    failures: 0,
    isLost: false,
  };
  let action: string | undefined;
  let stuckAtMs = Infinity;

  /** One request; rejects with NoAnswer when the connection is refused, lost, or silent for too long. */
  async function attempt(url: string, parameters: Parameters, token: string): Promise<string> {
    const startedAtMs = performance.now();
    const { pathname, search } = new URL(url);
    const sent = { ...base, ...parameters };
    try {
      const response = await fetch(`${node()}${pathname}${search}`, {
        method: 'POST',
        body: new URLSearchParams(sent),
        headers: { 'i-twilio-idempotency-token': token, ...sign(url, sent) },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (watch({ kind: 'answering', callSid })) throw new NoAnswer('cut off');
      const body = await response.text();
      const tookMs = performance.now() - startedAtMs;
      if (tookMs > ANSWER_MAX_MS) record.faults.push(`an answer took ${Math.round(tookMs)} ms`);
      // Platforms take that as they take no answer.
      if (response.status >= 500) throw new NoAnswer(`${response.status}: ${body}`);
      if (response.status !== 200) throw new Error(`${pathname}${search} is answered with ${response.status}: ${body}`);
      return body;
    } catch (error) {
      if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) {
        throw new NoAnswer(error.cause instanceof Error ? error.cause.message : error.message, { cause: error });
      }
      throw error;
    }
  }

  async function request(url: string, parameters: Parameters): Promise<string> {
    const token = randomUUID();
    const body = await attempt(url, parameters, token).catch(async (error: unknown) => {
      if (!(error instanceof NoAnswer)) throw error;
      record.failures += 1;
      if (manner === 'leaves') throw new Lost();
      return manner === 'retries' ? again(url, parameters, token) : again(...fallback(url, parameters), randomUUID());
    });
    record.answers.push(body);
    watch({ kind: 'answered', callSid });
    return body;
  }

  function fallback(url: string, parameters: Parameters): [string, Parameters] {
    const failure = namesFailure ? { ...parameters, ErrorUrl: url } : {};
    if (!namesFailure) record.mayComeAgain.push(...partsIn(record.answers.at(-1) ?? ''));
    return [`${PUBLIC_URL}/voice/${AGENT}/fallback`, { ...failure, ErrorCode: '11200' }];
  }

  /** The same, until somebody answers. */
  async function again(url: string, parameters: Parameters, token: string): Promise<string> {
    for (;;) {
      try {
        return await attempt(url, parameters, token);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        if (performance.now() > stuckAtMs)
          throw new Error(`stuck: nobody answers (${error.message})`, { cause: error });
        await delay(AGAIN_AFTER_MS);
      }
    }
  }

  /** Documents one after the other, until one listens. */
  async function walk(url: string, parameters: Parameters): Promise<void> {
    action = undefined;
    stuckAtMs = performance.now() + stuckAfterMs;
    let next: string | undefined = url;
    for (let documents = 0; next !== undefined; documents += 1) {
      if (performance.now() > stuckAtMs) throw new Error(`stuck: the call goes round in a circle at ${next}`);
      const body = await request(next, documents === 0 ? parameters : {});
      next = undefined;
      for (const verb of elements(parseStrictly(body))) {
        if (verb.name === 'Say') record.sounds.push(textOf(verb));
        if (verb.name === 'Hangup') throw new Error('the call was hung up');
        if (verb.name === 'Gather') {
          record.sounds.push(...elements(verb).map(textOf));
          action = verb.attributes['action'] ?? '';
          return;
        }
        if (verb.name === 'Redirect') {
          next = textOf(verb);
          break;
        }
      }
    }
    throw new Error('the document ended');
  }

  async function unlessLost(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      record.isLost = true;
      if (!(error instanceof Lost)) record.faults.push((error as Error).message);
    }
  }

  return {
    record,
    arrives: () => unlessLost(() => walk(`${PUBLIC_URL}/voice/${AGENT}`, { CallStatus: 'ringing' })),
    wants: async (wish) => {
      record.wishes.push(wish);
      await unlessLost(async () => {
        const failuresBefore = record.failures;
        for (let times = 0; times <= repetitions; times += 1) {
          const soundsBefore = record.sounds.length;
          await walk(action ?? '', { SpeechResult: wordsOf(wish), Confidence: '0.9' });
          const heard = new Set(record.sounds.flatMap(partsIn));
          if (partsOf(wish).every((part) => heard.has(part))) return;
          // A fallback that knows nothing of what failed has the caller listened to again; so does an apology.
          const fellBack = manner === 'fallback' && record.failures > failuresBefore;
          const isAsked = record.sounds.slice(soundsBefore).some((sound) => sound.includes(ENGLISH.apology));
          if (!fellBack && !isAsked) return;
        }
      });
    },
  };
}

function elements(node: XmlNode): readonly XmlNode[] {
  return node.children.filter((child) => typeof child !== 'string');
}
