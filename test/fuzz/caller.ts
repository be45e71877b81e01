import { placeOf } from '../../src/call/place.ts';
import type { DocumentSink } from '../../src/transports/document.ts';
import { callRequest } from '../support/world.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

export type Heard = {
  readonly text: string;
  /** Where the call goes on when the caller speaks; undefined after a hang-up. */
  readonly next: string | undefined;
  readonly longestAnswerMs: number;
  readonly longestAnswerBytes: number;
};

/** A turn takes fewer. */
const MOST_REDIRECTS = 12;

/** What a caller hears from a request until it is listened to, in real time. Throws for a document that is not valid. */
export async function hear(sink: DocumentSink, agent: string, first: string, words?: string): Promise<Heard> {
  const heard = { text: '', next: undefined as string | undefined, longestAnswerMs: 0, longestAnswerBytes: 0 };
  let url: string | undefined = first;
  let speech = words;
  for (let redirects = 0; url !== undefined && redirects < MOST_REDIRECTS; redirects += 1) {
    const request = callRequest({ CallSid: agent, ...(speech === undefined ? {} : { SpeechResult: speech }) });
    const place = placeOf(Object.fromEntries(new URL(url, request.publicUrl).searchParams));
    const startMs = performance.now();
    const body = await sink.answer(agent, { ...request, callSid: agent }, place);
    heard.longestAnswerMs = Math.max(heard.longestAnswerMs, performance.now() - startMs);
    heard.longestAnswerBytes = Math.max(heard.longestAnswerBytes, Buffer.byteLength(body));
    const root = parseStrictly(body);
    heard.text += nodesNamed(root, 'Say')
      .map((node) => `${textOf(node)} `)
      .join('');
    const [gather] = nodesNamed(root, 'Gather');
    if (gather !== undefined) return { ...heard, next: gather.attributes['action'] };
    const [redirect] = nodesNamed(root, 'Redirect');
    url = redirect === undefined ? undefined : textOf(redirect);
    speech = undefined;
  }
  return heard;
}
