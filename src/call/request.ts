import { isJsonObject, ownValue } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** A call request's parameters, by their exact names. Values keep the shape in which the platform sent them. */
export type Parameters = JsonObject;

export type PlatformName = 'cloudonix' | 'twilio' | 'signalwire' | 'telnyx' | 'plivo' | 'jambonz';

/** What a platform posted, told apart from how it posted it. */
export type CallRequest = {
  readonly platform: PlatformName;
  /** The platform's own id of the call. */
  readonly callSid: string;
  readonly parameters: Parameters;
  /** Scheme, host and port under which the platform reaches us, without a slash at the end. */
  readonly publicUrl: string;
  /** Equal on every retry of one request, where the platform says so. */
  readonly idempotencyKey?: string;
};

/** What a request says, and who says it: as much as its meaning depends on. */
type Said = Pick<CallRequest, 'platform' | 'parameters'>;

/** Under which names a platform sends what later layers act on; a dotted path leads into JSON. */
type Names = {
  readonly speech: string;
  readonly digits: string;
  readonly callStatus: string;
  /** How the call of a Dial ended. */
  readonly dialStatus: string;
  /** Other results of the verb before. Like the three above, they are true for one request only. */
  readonly results: readonly string[];
  /** The words of one of them with which a Gather ended in nothing. Absent: the platform does not ask for its action then. */
  readonly nothing?: { readonly name: string; readonly words: ReadonlySet<string> };
};

const TWIML: Names = {
  speech: 'SpeechResult',
  digits: 'Digits',
  callStatus: 'CallStatus',
  dialStatus: 'DialCallStatus',
  results: [
    'StableSpeechResult',
    'UnstableSpeechResult',
    'Confidence',
    'FinishedOnKey',
    'RecordingUrl',
    'RecordingSid',
    'RecordingDuration',
    'DialCallSid',
    'DialCallDuration',
    'DialBridged',
  ],
};

const NAMES: { readonly [P in PlatformName]: Names } = {
  cloudonix: TWIML,
  twilio: TWIML,
  signalwire: TWIML,
  telnyx: TWIML,
  plivo: {
    speech: 'Speech',
    digits: 'Digits',
    callStatus: 'CallStatus',
    dialStatus: 'DialStatus',
    results: [
      'SpeechConfidenceScore',
      'InputType',
      'RecordUrl',
      'RecordFile',
      'RecordingID',
      'RecordingDuration',
      'RecordingDurationMs',
      'DialRingStatus',
      'DialHangupCause',
      'DialALegUUID',
      'DialBLegUUID',
    ],
  },
  jambonz: {
    speech: 'speech.alternatives.0.transcript',
    digits: 'digits',
    callStatus: 'call_status',
    dialStatus: 'dial_call_status',
    results: ['reason', 'dial_call_sid', 'dial_sip_status'],
    nothing: { name: 'reason', words: new Set(['timeout', 'error']) },
  },
};

/** The parameters that stay true for the whole session. */
export function withoutVerbResults({ platform, parameters }: Said): Parameters {
  const { speech, digits, dialStatus, results } = NAMES[platform];
  const perVerb = new Set([speech, digits, dialStatus, ...results].map((name) => name.split('.', 1)[0]));
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !perVerb.has(name)));
}

/** What the caller said or keyed, trimmed; empty when the caller did neither. */
export function callerInput(request: Said): string {
  return callerInputs(request)[0] ?? '';
}

/** What the caller said and what the caller keyed, each trimmed, as far as there is any. */
export function callerInputs({ platform, parameters }: Said): readonly string[] {
  const { speech, digits } = NAMES[platform];
  return [textAt(parameters, speech), textAt(parameters, digits)].filter((input) => input !== '');
}

/** True when the request says of the Gather before that it ended without a word or a key. */
export function hasCollectedNothing({ platform, parameters }: Said): boolean {
  const { nothing } = NAMES[platform];
  return nothing !== undefined && nothing.words.has(textAt(parameters, nothing.name));
}

/** How the call of a Dial ended, whichever way a platform spells it. */
export type DialOutcome = 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';

const DIAL_OUTCOMES: ReadonlyMap<string, DialOutcome> = new Map([
  ['completed', 'completed'],
  ['answered', 'completed'],
  ['busy', 'busy'],
  ['no-answer', 'no-answer'],
  ['noanswer', 'no-answer'],
  ['timeout', 'no-answer'],
  ['canceled', 'canceled'],
  ['cancelled', 'canceled'],
  ['cancel', 'canceled'],
]);

/** How the Dial before ended; undefined for a request that is not its result. A word that nobody knows is a failure. */
export function dialOutcome({ platform, parameters }: Said): DialOutcome | undefined {
  const status = textAt(parameters, NAMES[platform].dialStatus).toLowerCase();
  return status === '' ? undefined : (DIAL_OUTCOMES.get(status) ?? 'failed');
}

/** Call statuses after which a call is over, as the platforms spell them. */
const ENDED: ReadonlySet<string> = new Set([...DIAL_OUTCOMES.keys(), 'failed'].filter((word) => word !== 'answered'));

/** The status with which the call ended, as the platform spells it, when this request says that it did. */
export function endedStatus({ platform, parameters }: Said): string | undefined {
  const status = textAt(parameters, NAMES[platform].callStatus);
  return ENDED.has(status) ? status : undefined;
}

/** The text or number at a path, trimmed; empty when there is neither. */
function textAt(parameters: Parameters, path: string): string {
  let found: JsonValue | undefined = parameters;
  for (const key of path.split('.')) {
    if (Array.isArray(found)) found = found[Number(key)];
    else found = isJsonObject(found) ? ownValue(found, key) : undefined;
  }
  return typeof found === 'string' || typeof found === 'number' ? String(found).trim() : '';
}
