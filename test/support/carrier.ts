import { placeOf } from '../../src/call/place.ts';
import type { CallRequest, Parameters, PlatformName } from '../../src/call/request.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { AGENT, callRequest, PUBLIC_URL, type World } from './world.ts';
import { parseStrictly, textOf, type XmlNode } from './xml.ts';

const CHARACTERS_PER_SECOND = 15;
const ROUND_TRIP_MS = 100;
const AUDIO_MS = 2_000;
const UTTERANCE_MS = 1_000;
const SILENCE_MS = 5_000;
/** Documents of one call; a call that needs more is going round in a circle. */
const MOST_REQUESTS = 200;

/** What the caller does when listened to: says words, keys digits, or stays silent. */
export type CallerLine = string | { readonly digits: string } | typeof SILENCE;
export const SILENCE = Symbol('silence');

/** Something that sounded on the line. */
export type Sound = {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether it stood in a Gather, so that the caller could speak over it. */
  readonly interruptible: boolean;
};

export type Exchange = {
  readonly url: string;
  readonly parameters: Parameters;
  readonly body: string;
  /** From the request's arrival to its answer. */
  readonly answeredInMs: number;
  readonly atMs: number;
};

export type Heard = {
  readonly sounds: readonly Sound[];
  /** The texts of `sounds`. */
  readonly words: readonly string[];
  readonly exchanges: readonly Exchange[];
  /** The longest silence in which the caller waited, in milliseconds. */
  readonly longestGapMs: number;
  readonly longestAnswerMs: number;
  /** Most redirects followed between two things that the caller said. */
  readonly mostRedirects: number;
  /** Whether our document hung up, the document ended, or the caller had nothing more to say. */
  readonly end: 'hangup' | 'document-end' | 'caller-done';
  /** Names of verbs that the platform carries out by itself. */
  readonly passed: readonly string[];
};

/** Sends one request of the call and gives the body of its answer. */
export type Post = (url: string, parameters: Parameters) => Promise<string>;

export type CarrierOptions = {
  readonly clock: VirtualClock;
  readonly post: Post;
  readonly voiceUrl?: string;
  readonly says?: readonly CallerLine[];
  /** Result parameters of verbs that the platform carries out itself, by element name. */
  readonly results?: { readonly [verb: string]: Parameters };
};

type Ear = { sounds: Sound[]; gapMs: number; silentSinceMs: number };

/** Behaves as a telephony platform with a caller on the line, on virtual time, until the call is over. */
export async function placeCall({
  clock,
  post,
  voiceUrl = `${PUBLIC_URL}/voice/${AGENT}`,
  says = [],
  results = {},
}: CarrierOptions): Promise<Heard> {
  const exchanges: Exchange[] = [];
  const ear: Ear = { sounds: [], gapMs: 0, silentSinceMs: clock.now() };
  const lines = [...says];
  const passed: string[] = [];
  let redirects = 0;
  let mostRedirects = 0;

  async function request(url: string, parameters: Parameters): Promise<XmlNode> {
    if (exchanges.length >= MOST_REQUESTS) throw new Error(`the call goes round in a circle at ${url}`);
    await clock.sleep(ROUND_TRIP_MS / 2);
    const atMs = clock.now();
    const body = await post(url, parameters);
    exchanges.push({ url, parameters, body, answeredInMs: clock.now() - atMs, atMs });
    await clock.sleep(ROUND_TRIP_MS / 2);
    return parseStrictly(body);
  }

  function sound(text: string, lengthMs: number, interruptible: boolean): Promise<void> {
    const startMs = clock.now();
    ear.gapMs = Math.max(ear.gapMs, startMs - ear.silentSinceMs);
    ear.silentSinceMs = startMs + lengthMs;
    ear.sounds.push({ text, startMs, endMs: ear.silentSinceMs, interruptible });
    return clock.sleep(lengthMs);
  }

  async function play(node: XmlNode, interruptible: boolean): Promise<boolean> {
    if (node.name === 'Say') {
      const text = textOf(node);
      await sound(text, (text.length / CHARACTERS_PER_SECOND) * 1_000, interruptible);
    } else if (node.name === 'Play') {
      await sound(`[${textOf(node)}]`, AUDIO_MS, interruptible);
    } else if (node.name === 'Pause') {
      await clock.sleep(Number(node.attributes['length'] ?? 1) * 1_000);
    } else {
      return false;
    }
    return true;
  }

  /** Listens; gives the next document, or undefined when the caller stayed silent and the verb after it runs. */
  async function gather(node: XmlNode): Promise<XmlNode | 'caller-done' | undefined> {
    for (const child of node.children) if (typeof child !== 'string') await play(child, true);
    ear.gapMs = Math.max(ear.gapMs, clock.now() - ear.silentSinceMs);
    mostRedirects = Math.max(mostRedirects, redirects);
    redirects = 0;
    const line = lines.shift();
    if (line === undefined) return 'caller-done';
    await clock.sleep(line === SILENCE ? SILENCE_MS : UTTERANCE_MS);
    ear.silentSinceMs = clock.now();
    const action = node.attributes['action'] ?? '';
    if (line !== SILENCE) {
      return request(
        action,
        typeof line === 'string' ? { SpeechResult: line, Confidence: '0.9' } : { Digits: line.digits },
      );
    }
    return node.attributes['actionOnEmptyResult'] === 'true' ? request(action, { SpeechResult: '' }) : undefined;
  }

  async function run(first: XmlNode): Promise<Heard['end']> {
    let document: XmlNode | undefined = first;
    while (document !== undefined) {
      if (document.name !== 'Response') throw new Error(`the root is <${document.name}>`);
      const verbs: readonly (XmlNode | string)[] = document.children;
      document = undefined;
      for (const verb of verbs) {
        if (typeof verb === 'string' || (await play(verb, false))) continue;
        if (verb.name === 'Hangup') return 'hangup';
        if (verb.name === 'Redirect') {
          redirects += 1;
          mostRedirects = Math.max(mostRedirects, redirects);
          document = await request(textOf(verb), {});
          break;
        }
        if (verb.name === 'Gather') {
          const next = await gather(verb);
          if (next === 'caller-done') return next;
          if (next === undefined) continue;
          document = next;
          break;
        }
        passed.push(verb.name);
        const result = results[verb.name];
        const action = verb.attributes['action'];
        if (result !== undefined && action !== undefined) {
          document = await request(action, result);
          break;
        }
      }
    }
    return 'document-end';
  }

  const end = await run(await request(voiceUrl, {}));
  return {
    sounds: ear.sounds,
    words: ear.sounds.map(({ text }) => text),
    exchanges,
    longestGapMs: ear.gapMs,
    longestAnswerMs: Math.max(...exchanges.map(({ answeredInMs }) => answeredInMs)),
    mostRedirects,
    end,
    passed,
  };
}

/** Posts straight to a world's document sink, as the server would after reading the request. */
export function toSink(world: World, platform: PlatformName = 'twilio', extra: Parameters = {}): Post {
  return (url, parameters) => {
    const { origin, pathname, searchParams } = new URL(url);
    if (origin !== PUBLIC_URL || !pathname.startsWith(`/voice/${AGENT}`))
      throw new Error(`${url} does not lead back to us`);
    const request: CallRequest = callRequest({ ...extra, ...parameters }, platform);
    return world.sink.answer(AGENT, request, placeOf(Object.fromEntries(searchParams)));
  };
}

/** A whole call against a world. */
export function call(
  world: World,
  says: readonly CallerLine[] = [],
  options: {
    readonly platform?: PlatformName;
    readonly parameters?: Parameters;
    readonly results?: CarrierOptions['results'];
  } = {},
): Promise<Heard> {
  const post = toSink(world, options.platform, options.parameters);
  const { results } = options;
  return world.clock.until(placeCall({ clock: world.clock, post, says, ...(results !== undefined && { results }) }));
}
