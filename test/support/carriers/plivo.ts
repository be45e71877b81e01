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
  whole,
  type Grammar,
} from './grammar.ts';

const autoOrSeconds = either(whole(2, 10), oneOf('auto'));

const GRAMMAR: Grammar = {
  Response: {
    children: ['Speak', 'Play', 'Wait', 'GetInput', 'Record', 'Dial', 'Conference', 'Redirect', 'Hangup', 'DTMF'],
  },
  Speak: {
    attributes: {
      voice: matching(/^(WOMAN|MAN|Polly\.\w+)$/, 'WOMAN, MAN or Polly.Name'),
      language: any,
      loop: whole(0),
    },
    children: SSML,
    text: any,
  },
  Play: { attributes: { loop: whole(0) }, text: absoluteUrl },
  Wait: { attributes: { length: whole(1), silence: flag, minSilence: whole(1), beep: flag } },
  GetInput: {
    attributes: {
      action: absoluteUrl,
      method,
      inputType: matching(/^(dtmf|speech|dtmf speech)$/, 'dtmf, speech or "dtmf speech"'),
      executionTimeout: whole(5, 60),
      digitEndTimeout: autoOrSeconds,
      speechEndTimeout: autoOrSeconds,
      finishOnKey: either(matching(/^[\d#*]?$/, 'one key'), oneOf('none')),
      numDigits: whole(1, 32),
      speechModel: oneOf('default', 'command_and_search', 'phone_call', 'telephony'),
      hints: any,
      language: any,
      interimSpeechResultsCallback: absoluteUrl,
      interimSpeechResultsCallbackMethod: method,
      log: flag,
      redirect: flag,
      profanityFilter: flag,
    },
    required: ['action'],
    children: ['Speak', 'Play', 'Wait'],
  },
  Record: {
    attributes: {
      action: absoluteUrl,
      method,
      fileFormat: oneOf('mp3', 'wav'),
      redirect: flag,
      timeout: whole(1),
      maxLength: whole(1),
      playBeep: flag,
      finishOnKey: any,
      recordSession: flag,
      startOnDialAnswer: flag,
      transcriptionType: any,
      transcriptionUrl: absoluteUrl,
      transcriptionMethod: method,
      callbackUrl: absoluteUrl,
      callbackMethod: method,
      recordChannelType: any,
    },
  },
  Dial: {
    attributes: {
      action: absoluteUrl,
      method,
      hangupOnStar: flag,
      timeLimit: whole(1),
      timeout: whole(1),
      callerId: any,
      callerName: any,
      confirmSound: absoluteUrl,
      confirmTimeout: any,
      confirmKey: any,
      dialMusic: any,
      callbackUrl: absoluteUrl,
      callbackMethod: method,
      redirect: flag,
      digitsMatch: any,
      digitsMatchBLeg: any,
      sipHeaders: any,
    },
    children: ['Number', 'User'],
  },
  Number: {
    attributes: { sendDigits: any, sendOnPreanswer: flag },
    text: matching(/^\+?[\d\s().-]{3,}$/, 'a number'),
  },
  User: {
    attributes: { sendDigits: any, sendOnPreanswer: flag, sipHeaders: any },
    text: matching(/^sip:.+@.+/, 'SIP'),
  },
  Conference: {
    attributes: {
      muted: flag,
      startConferenceOnEnter: flag,
      endConferenceOnExit: flag,
      maxMembers: whole(1, 200),
      enterSound: any,
      exitSound: any,
      waitSound: any,
      record: flag,
      hangupOnStar: flag,
      stayAlone: flag,
      action: absoluteUrl,
      method,
      callbackUrl: absoluteUrl,
      callbackMethod: method,
      redirect: flag,
    },
    text: any,
  },
  Redirect: { attributes: { method }, text: absoluteUrl },
  Hangup: { attributes: { reason: oneOf('rejected', 'busy'), schedule: whole(0) } },
  DTMF: { attributes: { async: flag }, text: any },
  ...SSML_RULES,
};

const RULES = { types: ['text/xml', 'application/xml'], limitBytes: 100 * 1024, grammar: GRAMMAR };

/** Reads Plivo's XML into steps. */
export function readPlivo(answer: Answer): readonly Step[] {
  return elementsOf(readDocument(answer, RULES)).map(stepOf);
}

const methodOf = ({ attributes }: XmlNode): Method => (attributes['method'] === 'GET' ? 'GET' : 'POST');

/** An action whose answer is thrown away; nobody who wants to go on says that. */
function actionOf({ name, attributes }: XmlNode): string | undefined {
  if (attributes['action'] !== undefined && attributes['redirect'] === 'false') {
    throw new Refusal(`<${name} redirect="false">: what its action answers is not run`);
  }
  return attributes['action'];
}

function stepOf(verb: XmlNode): Step {
  return (STEPS[verb.name] as (verb: XmlNode) => Step)(verb);
}

const STEPS: { readonly [verb: string]: (verb: XmlNode) => Step } = {
  Speak: (verb) => ({ kind: 'speech', text: textOf(verb), voice: verb.attributes['voice'] ?? 'WOMAN' }),
  Play: (verb) => ({ kind: 'audio', url: textOf(verb).trim() }),
  DTMF: (verb) => ({ kind: 'audio', url: textOf(verb).trim() }),
  Wait: ({ attributes }) => ({ kind: 'pause', seconds: Number(attributes['length'] ?? 1) }),
  GetInput: (verb) => {
    const { attributes } = verb;
    const input = attributes['inputType'] ?? 'dtmf';
    const number = attributes['numDigits'];
    return {
      kind: 'listen',
      prompts: elementsOf(verb).map(stepOf),
      hearsWords: input.includes('speech'),
      hearsKeys: input.includes('dtmf'),
      interruptible: true,
      finishOnKey: attributes['finishOnKey'] ?? '#',
      numDigits: number === undefined ? undefined : Number(number),
      action: actionOf(verb),
      method: methodOf(verb),
      tellsOfSilence: false,
      waitsMs: Number(attributes['executionTimeout'] ?? 15) * 1_000,
    };
  },
  Record: (verb) => ({ kind: 'record', action: actionOf(verb), method: methodOf(verb) }),
  Dial: (verb) => ({
    kind: 'dial',
    to: elementsOf(verb).map((noun) => textOf(noun).trim()),
    action: actionOf(verb),
    method: methodOf(verb),
  }),
  Conference: (verb) => ({
    kind: 'dial',
    to: [textOf(verb).trim()],
    action: actionOf(verb),
    method: methodOf(verb),
  }),
  Redirect: (verb) => ({ kind: 'redirect', url: textOf(verb).trim(), method: methodOf(verb) }),
  Hangup: ({ attributes }) => ({
    kind: 'end',
    how: attributes['reason'] === undefined ? 'hangup' : 'reject',
    reason: attributes['reason'],
  }),
};
