import type { CallRequest, Parameters, PlatformName } from '../call/request.ts';
import { VoiceError } from '../errors.ts';
import { suggestion } from '../language/nearest.ts';
import { PLATFORM_NAMES } from '../language/platforms.ts';
import { pair } from './config/layers.ts';

const CALLER = '+15551000001';
const CALLED = '+15551000002';

/** The requests of one platform, as far as a call without a phone needs them. */
type Pretence = {
  readonly callId: string;
  readonly start: (callId: string) => Parameters;
  readonly speech: (words: string) => Parameters;
  readonly digits: (keys: string) => Parameters;
  readonly dialled: (status: string) => Parameters;
};

/** How the call of a Dial may end. */
export const DIAL_STATUSES = ['completed', 'busy', 'no-answer', 'failed'] as const;

function twimlLike(callId: string, more: Parameters = {}): Pretence {
  return {
    callId,
    start: () => ({
      CallSid: callId,
      AccountSid: 'AC00000000000000000000000000000001',
      From: CALLER,
      To: CALLED,
      Direction: 'inbound',
      CallStatus: 'in-progress',
      ...more,
    }),
    speech: (words) => ({ SpeechResult: words, Confidence: '0.9' }),
    digits: (keys) => ({ Digits: keys }),
    dialled: (status) => ({ DialCallStatus: status }),
  };
}

const TWILIO_ID = 'CA00000000000000000000000000000001';
const UUID = '00000000-0000-4000-8000-000000000001';
const SESSION = '00000000000000000000000000000001';

const PRETENCES: { readonly [P in PlatformName]: Pretence } = {
  cloudonix: twimlLike(SESSION, { Session: SESSION, Domain: 'example.cloudonix.net' }),
  twilio: twimlLike(TWILIO_ID),
  signalwire: twimlLike(UUID),
  telnyx: twimlLike(UUID),
  plivo: {
    callId: UUID,
    start: (callId) => ({
      CallUUID: callId,
      From: CALLER,
      To: CALLED,
      Direction: 'inbound',
      CallStatus: 'in-progress',
      Event: 'StartApp',
    }),
    speech: (words) => ({ Speech: words, SpeechConfidenceScore: '0.9', InputType: 'speech' }),
    digits: (keys) => ({ Digits: keys, InputType: 'dtmf' }),
    dialled: (status) => ({ DialStatus: status }),
  },
  jambonz: {
    callId: UUID,
    start: (callId) => ({
      call_sid: callId,
      account_sid: UUID,
      application_sid: UUID,
      call_id: UUID,
      from: CALLER,
      to: CALLED,
      direction: 'inbound',
      call_status: 'in-progress',
    }),
    speech: (words) => ({
      reason: 'speechDetected',
      speech: { is_final: true, alternatives: [{ transcript: words, confidence: 0.9 }] },
    }),
    digits: (keys) => ({ reason: 'dtmfDetected', digits: keys }),
    dialled: (status) => ({ dial_call_status: status }),
  },
};

/** What a platform would ask with: its first request, and those that bring what the caller said or keyed. */
export type PretendedCall = {
  readonly first: CallRequest;
  readonly after: (heard: string) => CallRequest;
  /** What begins like one of the statuses is it; anything else counts as the last one. */
  readonly afterDial: (answer: string) => CallRequest;
};

/** A line of keys alone is sent as digits. */
const KEYS_ONLY = /^[\d*#]+$/;

/** The requests of a call on `platform`, `set` over its usual parameters. @throws CONFIG_INVALID */
export function pretendCall(platform: string, set: readonly string[]): PretendedCall {
  const name = PLATFORM_NAMES.find((each) => each === platform);
  if (name === undefined) {
    const expected = suggestion(platform, PLATFORM_NAMES) || `; expected one of ${PLATFORM_NAMES.join(', ')}`;
    throw new VoiceError('CONFIG_INVALID', { problem: `--platform ${platform}: there is no such platform${expected}` });
  }
  const { callId, start, speech, digits, dialled } = PRETENCES[name];
  const parameters = { ...start(callId), ...Object.fromEntries(set.map((text) => pair('--set', text))) };
  const request = (more: Parameters): CallRequest => ({
    platform: name,
    callSid: callId,
    parameters: { ...parameters, ...more },
    publicUrl: 'http://localhost',
  });
  const statusOf = (answer: string): string =>
    DIAL_STATUSES.find((status) => answer !== '' && status.startsWith(answer.toLowerCase())) ?? 'failed';
  return {
    first: request({}),
    after: (heard) => request(KEYS_ONLY.test(heard) ? digits(heard) : speech(heard)),
    afterDial: (answer) => request(dialled(statusOf(answer))),
  };
}
