import { textOf, type XmlNode } from '../xml.ts';
import { Refusal, type Answer, type Method, type Step } from './carrier.ts';
import {
  absoluteUrl,
  SSML,
  SSML_RULES,
  any,
  either,
  elementsOf,
  flag,
  matching,
  method,
  oneOf,
  readDocument,
  upTo,
  whole,
  type Check,
  type Grammar,
} from './grammar.ts';

/** In what the carriers that speak TwiML differ. */
export type TwimlDialect = {
  readonly voice: Check;
  readonly speechTimeout: Check;
  readonly sayMost: number;
  readonly pause: Check;
  readonly reject: Check;
  /** Elements that a Record may hold. */
  readonly recordHolds?: readonly string[];
  /** What stands in a Dial without a noun. */
  readonly dialled?: Check;
  /** Attributes and elements beyond the ones that all of them have. */
  readonly more?: { readonly [element: string]: { readonly [name: string]: Check } };
  readonly nouns?: readonly string[];
  /** Whether `actionOnEmptyResult` has an effect. */
  readonly tellsOfSilence: boolean;
  readonly limitBytes: number;
};

const seconds = whole(0);
const languageTag = matching(/^[a-z]{2,3}(-[A-Za-z\d]+)*$/, 'a language tag');
const keySet = matching(/^[\d#*]*$/, 'keys');
const inputs = matching(/^(dtmf|speech|dtmf speech|speech dtmf)$/, 'dtmf, speech or both');
const number = matching(/^\+?[\d\s().-]{3,}$/, 'a number');
const recordingEvents = matching(/^(in-progress|completed|absent)( (in-progress|completed|absent))*$/, 'events');

const recordingCallback = {
  recordingStatusCallback: absoluteUrl,
  recordingStatusCallbackMethod: method,
  recordingStatusCallbackEvent: recordingEvents,
} as const;

/** The elements of a dialect, with those attributes that the vendor documents. */
export function twimlGrammar({
  voice,
  speechTimeout,
  sayMost,
  pause,
  reject,
  more,
  nouns,
  recordHolds = [],
}: TwimlDialect): Grammar {
  const rule = (name: string, attributes: { readonly [name: string]: Check }) => ({
    attributes: { ...attributes, ...more?.[name] },
  });
  const grammar: Grammar = {
    Response: { children: ['Say', 'Play', 'Pause', 'Gather', 'Record', 'Dial', 'Redirect', 'Hangup', 'Reject'] },
    Say: { ...rule('Say', { voice, language: languageTag, loop: seconds }), children: SSML, text: upTo(sayMost) },
    Play: {
      ...rule('Play', { loop: seconds, digits: matching(/^[\dw#*]+$/, 'keys') }),
      text: either(absoluteUrl, oneOf('')),
    },
    Pause: rule('Pause', { length: pause }),
    Gather: {
      ...rule('Gather', {
        action: absoluteUrl,
        method,
        input: inputs,
        finishOnKey: keySet,
        numDigits: whole(1),
        timeout: seconds,
        speechTimeout,
        language: languageTag,
        hints: any,
        profanityFilter: flag,
        partialResultCallback: absoluteUrl,
        partialResultCallbackMethod: method,
      }),
      required: ['action'],
      children: ['Say', 'Play', 'Pause'],
    },
    Record: {
      children: recordHolds,
      ...rule('Record', {
        action: absoluteUrl,
        method,
        timeout: seconds,
        finishOnKey: keySet,
        maxLength: whole(1),
        playBeep: flag,
        trim: oneOf('trim-silence', 'do-not-trim'),
        transcribe: flag,
        transcribeCallback: absoluteUrl,
        ...recordingCallback,
      }),
    },
    Dial: {
      ...rule('Dial', {
        action: absoluteUrl,
        method,
        callerId: any,
        timeout: seconds,
        timeLimit: seconds,
        hangupOnStar: flag,
        record: any,
        trim: any,
        answerOnBridge: flag,
        ringTone: any,
        ...recordingCallback,
      }),
      children: ['Number', 'Sip', ...(nouns ?? [])],
      text: any,
    },
    Number: { ...rule('Number', { sendDigits: any, url: absoluteUrl, method }), text: number },
    Sip: { ...rule('Sip', { username: any, password: any, url: absoluteUrl, method }), text: any },
    Redirect: { ...rule('Redirect', { method }), text: absoluteUrl },
    Hangup: rule('Hangup', {}),
    Reject: rule('Reject', { reason: reject }),
  };
  const extra = Object.fromEntries((nouns ?? []).map((noun) => [noun, { ...rule(noun, {}), text: any }]));
  return { ...SSML_RULES, ...grammar, ...extra };
}

/** Reads a document of the dialect into steps. */
export function twimlReader(dialect: TwimlDialect): (answer: Answer) => readonly Step[] {
  const rules = {
    types: ['text/xml', 'application/xml'],
    limitBytes: dialect.limitBytes,
    grammar: twimlGrammar(dialect),
  };
  return (answer) =>
    elementsOf(readDocument(answer, rules)).flatMap((verb) => [
      // What stands in a Record is played before it.
      ...(verb.name === 'Record' ? elementsOf(verb).map((child) => stepOf(child, dialect)) : []),
      stepOf(verb, dialect),
    ]);
}

function stepOf(verb: XmlNode, dialect: TwimlDialect): Step {
  return (STEPS[verb.name] as (verb: XmlNode, dialect: TwimlDialect) => Step)(verb, dialect);
}

const methodOf = ({ attributes }: XmlNode): Method => (attributes['method'] === 'GET' ? 'GET' : 'POST');

const STEPS: { readonly [verb: string]: (verb: XmlNode, dialect: TwimlDialect) => Step } = {
  Say: (verb) => ({ kind: 'speech', text: textOf(verb), voice: verb.attributes['voice'] }),
  Play: (verb) => ({ kind: 'audio', url: verb.attributes['digits'] ?? textOf(verb).trim() }),
  Pause: ({ attributes }) => ({ kind: 'pause', seconds: Number(attributes['length'] ?? 1) }),
  Gather: (verb, dialect) => {
    const { attributes } = verb;
    const input = attributes['input'] ?? 'dtmf';
    const number = attributes['numDigits'];
    return {
      kind: 'listen',
      prompts: elementsOf(verb).map((child) => stepOf(child, dialect)),
      hearsWords: input.includes('speech'),
      hearsKeys: input.includes('dtmf'),
      interruptible: (attributes['bargeIn'] ?? attributes['interruptible']) !== 'false',
      finishOnKey: attributes['finishOnKey'] ?? '#',
      numDigits: number === undefined ? undefined : Number(number),
      action: attributes['action'],
      method: methodOf(verb),
      tellsOfSilence: dialect.tellsOfSilence && attributes['actionOnEmptyResult'] === 'true',
      waitsMs: Number(attributes['timeout'] ?? 5) * 1_000 || 5_000,
    };
  },
  Record: (verb) => ({ kind: 'record', action: verb.attributes['action'], method: methodOf(verb) }),
  Dial: (verb, { dialled = number }) => {
    const nouns = elementsOf(verb);
    const fault = nouns.length === 0 ? dialled(textOf(verb).trim()) : undefined;
    if (fault !== undefined) throw new Refusal(`<Dial>${textOf(verb)}: ${fault}`);
    return {
      kind: 'dial',
      to: nouns.length > 0 ? nouns.map((noun) => textOf(noun).trim()) : [textOf(verb).trim()],
      action: verb.attributes['action'],
      method: methodOf(verb),
    };
  },
  Redirect: (verb) => ({ kind: 'redirect', url: textOf(verb).trim(), method: methodOf(verb) }),
  Hangup: () => ({ kind: 'end', how: 'hangup', reason: undefined }),
  Reject: ({ attributes }) => ({ kind: 'end', how: 'reject', reason: attributes['reason'] }),
};
