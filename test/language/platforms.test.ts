import { describe, expect, test } from 'vitest';
import {
  isNeverSent,
  PLATFORM_KNOWLEDGE,
  PLATFORM_NAMES,
  REQUEST_TYPES,
  sentNames,
  sentParameter,
  type KnownPlatform,
  type RequestType,
} from '../../src/language/platforms.ts';

// What each platform's requests carry, type by type; `?` marks what only some of them do. The rows of the source say the
// shapes, so a name that is lost, added or moved changes this list.
const NAMES: Readonly<Record<KnownPlatform, Readonly<Record<RequestType, string>>>> = {
  cloudonix: {
    start:
      'CallSid Session From To CallerName? Direction CallStatus Diverted? AssertedIdentity? ApiVersion AccountSid Domain ApplicationSid Application SessionData',
    speech: 'SpeechResult',
    digits: 'Digits',
    record: 'RecordingUrl',
    dial: 'DialCallStatus',
  },
  twilio: {
    start:
      'CallSid AccountSid From To CallStatus Direction ApiVersion Caller Called ForwardedFrom? CallerName? ParentCallSid? FromCity? FromState? FromZip? FromCountry? ToCity? ToState? ToZip? ToCountry? CallerCity? CallerState? CallerZip? CallerCountry? CalledCity? CalledState? CalledZip? CalledCountry?',
    speech: 'SpeechResult Confidence',
    digits: 'Digits FinishedOnKey?',
    record: 'RecordingUrl RecordingSid RecordingDuration Digits?',
    dial: 'DialCallStatus DialCallSid? DialCallDuration? DialBridged? RecordingUrl?',
  },
  signalwire: {
    start: 'CallSid AccountSid From To CallStatus Direction ApiVersion CallerName? ForwardedFrom?',
    speech: 'SpeechResult Confidence',
    digits: 'Digits FinishedOnKey?',
    record: 'RecordingUrl RecordingSid RecordingDuration Digits?',
    dial: 'DialCallStatus DialCallSid? DialCallDuration? DialBridged? RecordingUrl?',
  },
  telnyx: {
    start: 'CallSid AccountSid From To CallStatus Direction CallSidLegacy? ConnectionId? CallerId?',
    speech: 'SpeechResult Confidence?',
    digits: 'Digits FinishedOnKey?',
    record: 'RecordingUrl RecordingSid? RecordingDuration?',
    dial: 'DialCallStatus DialCallSid? DialCallDuration? DialBridged? RecordingUrl?',
  },
  plivo: {
    start: 'CallUUID From To CallStatus Direction Event ALegUUID? ForwardedFrom? CallerName?',
    speech: 'Speech SpeechConfidenceScore?',
    digits: 'Digits',
    record: 'RecordUrl RecordingID? RecordingDuration?',
    dial: 'DialStatus? DialBLegUUID?',
  },
  jambonz: {
    start: 'call_sid account_sid application_sid call_id direction from to call_status caller_name? sip_status?',
    speech: 'reason speech',
    digits: 'reason digits',
    record: '',
    dial: 'dial_call_status? dial_call_sid?',
  },
};

describe.each(PLATFORM_NAMES)('%s', (platform) => {
  test.each(REQUEST_TYPES)('sends with a %s request', (type) => {
    const names = Object.entries(PLATFORM_KNOWLEDGE[platform].sends[type]).map(([name, { sometimes }]) =>
      sometimes === true ? `${name}?` : name,
    );
    expect(names.join(' ')).toBe(NAMES[platform][type]);
  });

  test('maps names of other platforms to names that it sends', () => {
    const { equivalents, docs } = PLATFORM_KNOWLEDGE[platform];
    for (const [foreign, own] of Object.entries(equivalents)) {
      expect(isNeverSent(platform, foreign)).toBe(true);
      expect(sentNames(platform)).toContain(own);
    }
    expect(URL.canParse(docs)).toBe(true);
  });

  test('keeps what the first request had', () => {
    for (const type of REQUEST_TYPES)
      for (const name of Object.keys(PLATFORM_KNOWLEDGE[platform].sends.start))
        expect(sentParameter(platform, type, name)).toBeDefined();
  });
});

test.each<[KnownPlatform, string, string | undefined]>([
  ['cloudonix', 'SessionData.token', 'text'],
  ['cloudonix', 'SessionData.callStartTime', 'integer'],
  ['cloudonix', 'SessionData.callIds', 'list'],
  ['cloudonix', 'Application.domainId', 'integer'],
  ['cloudonix', 'SessionData.profile', 'object'],
  ['cloudonix', 'SessionData.token.x', undefined],
  ['cloudonix', 'SessionData.toString', undefined],
  ['cloudonix', '__proto__', undefined],
  ['twilio', 'SessionData', undefined],
])('%s sends %s as %s', (platform, name, kind) => {
  expect(sentParameter(platform, 'start', name)?.shape.kind).toBe(kind);
});

test.each<[KnownPlatform, string, boolean]>([
  ['twilio', 'SipHeader_X-A', false],
  ['plivo', 'X-PH-A', false],
  ['cloudonix', 'SessionData.profile.subscriber-sip-headers', false],
  ['cloudonix', 'Application.profile.anything', false],
  ['cloudonix', 'SessionData.nothing', true],
  ['jambonz', 'CallSid', true],
])('that %s never sends %s is %s', (platform, name, expected) => {
  expect(isNeverSent(platform, name)).toBe(expected);
});
