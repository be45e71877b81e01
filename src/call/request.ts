import type { JsonObject } from '../json.ts';

/** A call request's parameters, by their exact names. Values keep the shape in which the platform sent them. */
export type Parameters = JsonObject;

export type PlatformName = 'cloudonix' | 'twilio';

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

/** Results of the verb before, true for one request only: a later turn never sees them again. */
const PER_VERB_RESULTS: ReadonlySet<string> = new Set([
  'SpeechResult',
  'StableSpeechResult',
  'UnstableSpeechResult',
  'Confidence',
  'Digits',
  'FinishedOnKey',
  'RecordingUrl',
  'RecordingSid',
  'RecordingDuration',
  'DialCallStatus',
  'DialCallSid',
  'DialCallDuration',
  'DialBridged',
]);

/** The parameters that stay true for the whole session. */
export function withoutVerbResults(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !PER_VERB_RESULTS.has(name)));
}

/** What the caller said or keyed, trimmed; empty when the caller did neither. */
export function callerInput(parameters: Parameters): string {
  for (const name of ['SpeechResult', 'Digits']) {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if ((typeof value === 'string' || typeof value === 'number') && String(value).trim() !== '')
      return String(value).trim();
  }
  return '';
}
