// A carrier with callers: posts signed forms, does as the answers say, and knows what it has to hear.
import http from 'node:http';
import { signTwilio } from '../../src/signatures/twilio.ts';
import { nowMs } from './answering.ts';
import { agentWords, callerWords, GREETING, referenceOf } from './conversation.ts';
import type { Turn } from './seen.ts';

/** Longer than any turn may take. */
const ANSWER_MS = 65_000;
const MOST_REDIRECTS = 20;

export type Call = {
  readonly id: string;
  /** The next turn; never throws, what went wrong is in it. */
  speak(): Promise<Turn>;
  /** The status callback that ends the call. */
  hangUp(): Promise<void>;
};

export type Carrier = {
  /** The voice URL is asked and greets. Throws if it does not. */
  begin(id: string): Promise<Call>;
  /** Connections kept open between requests. */
  close(): void;
};

type Answer = { readonly status: number; readonly body: string; readonly firstSentenceMs?: number };

export function createCarrier(voiceUrl: string, authToken: string): Carrier {
  const agent = new http.Agent({ keepAlive: true });

  function post(url: string, parameters: { readonly [name: string]: string }): Promise<Answer> {
    const pairs = Object.entries(parameters);
    const body = new URLSearchParams(pairs).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': Buffer.byteLength(body),
      'x-twilio-signature': signTwilio(authToken, url, pairs),
    };
    return new Promise((resolve, reject) => {
      const request = http.request(url, { method: 'POST', agent, headers, timeout: ANSWER_MS }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        response.on('error', reject).on('end', () => {
          const [, firstMs] = /\bfs;dur=([\d.]+)/.exec(String(response.headers['server-timing'])) ?? [];
          const status = response.statusCode ?? 0;
          resolve({ status, body: text, ...(firstMs !== undefined && { firstSentenceMs: Number(firstMs) }) });
        });
      });
      request.on('timeout', () => request.destroy(new Error(`no answer within ${ANSWER_MS} ms`)));
      request.on('error', reject).end(body);
    });
  }

  /** What the caller hears until it is their turn. */
  async function hear(url: string, form: { readonly [name: string]: string }, more: object = {}): Promise<Heard> {
    const words: string[] = [];
    let firstSentenceMs: number | undefined;
    let at = url;
    for (let requests = 0; requests <= MOST_REDIRECTS; requests += 1) {
      const answer = await post(at, requests === 0 ? { ...form, ...more } : form);
      const { said, action, redirect } = readAnswer(answer.body);
      if (requests === 0) firstSentenceMs = answer.firstSentenceMs;
      if (said !== '') words.push(said);
      const next = action ?? redirect;
      if (answer.status !== 200 || next === undefined)
        throw new Error(`${at} answered ${answer.status}: ${answer.body}`);
      at = new URL(next, at).href;
      if (action !== undefined) {
        return { said: words.join(' '), action: at, ...(firstSentenceMs !== undefined && { firstSentenceMs }) };
      }
    }
    throw new Error(`${url} was redirected more than ${MOST_REDIRECTS} times`);
  }

  return {
    close: () => agent.destroy(),
    begin: async (id) => {
      const form = {
        CallSid: id,
        AccountSid: 'AC0123456789abcdef0123456789abcdef',
        ApiVersion: '2010-04-01',
        From: '+15550100142',
        To: '+15550100199',
        Direction: 'inbound',
        CallStatus: 'in-progress',
      };
      const greeted = await hear(voiceUrl, form);
      if (greeted.said !== GREETING) throw new Error(`the call is greeted with "${greeted.said}"`);
      let { action } = greeted;
      let turn = 0;
      return {
        id,
        speak: async () => {
          turn += 1;
          const about = { call: id, turn, reference: referenceOf(id, turn), fromMs: nowMs() };
          const spoken = { SpeechResult: callerWords(id, turn), Confidence: '0.93' };
          try {
            const heard = await hear(action, form, spoken);
            ({ action } = heard);
            const { firstSentenceMs } = heard;
            const fault = heard.said === agentWords(turn) ? undefined : `the caller heard "${heard.said}"`;
            const timing = { toMs: nowMs(), ...(firstSentenceMs !== undefined && { firstSentenceMs }) };
            return { ...about, ...timing, ...(fault !== undefined && { fault }) };
          } catch (error) {
            return { ...about, toMs: nowMs(), fault: (error as Error).message };
          }
        },
        hangUp: async () => {
          const ended = { CallStatus: 'completed', CallDuration: '60' };
          const { status } = await post(`${voiceUrl}/status`, { ...form, ...ended });
          if (status !== 204) throw new Error(`the status callback was answered with ${status}`);
        },
      };
    },
  };
}

type Heard = { readonly said: string; readonly action: string; readonly firstSentenceMs?: number };

const ENTITIES: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decoded = (text: string): string => text.replaceAll(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);

/** The words of an answer in one line, and where it leads on; of a Gather and a Redirect behind it, the Gather counts. */
export function readAnswer(xml: string): {
  readonly said: string;
  readonly action: string | undefined;
  readonly redirect: string | undefined;
} {
  const action = /<Gather\b[^>]*?\saction="([^"]*)"/.exec(xml)?.[1];
  const redirect = /<Redirect\b[^>]*>([^<]*)</.exec(xml)?.[1];
  // What follows a Gather is heard only by callers who say nothing.
  const heard = action === undefined ? xml : (xml.split('</Gather>')[0] ?? '');
  const said = [...heard.matchAll(/<Say\b[^>]*>([^<]*)</g)].map(([, words = '']) => decoded(words)).join(' ');
  return {
    said: said.replaceAll(/\s+/g, ' ').trim(),
    action: action && decoded(action),
    redirect: redirect && decoded(redirect.trim()),
  };
}
