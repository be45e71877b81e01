// What each platform puts into its requests, as far as its documents or captures show. Data only.
import type { PlatformName } from '../call/request.ts';

export type KnownPlatform = PlatformName;

const NAMES: { readonly [P in PlatformName]: true } = {
  cloudonix: true,
  twilio: true,
  signalwire: true,
  telnyx: true,
  plivo: true,
  jambonz: true,
};

/** Every platform. */
export const PLATFORM_NAMES = Object.keys(NAMES) as readonly PlatformName[];

/** When a platform asks for a document: as the call begins, or with the result of a verb. */
export const REQUEST_TYPES = ['start', 'speech', 'digits', 'record', 'dial'] as const;
export type RequestType = (typeof REQUEST_TYPES)[number];

/** What a parameter's value looks like. Numbers come as text in forms; that makes no difference to what fits them. */
export type ValueShape =
  | { readonly kind: 'text' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'integer' | 'number' | 'boolean' }
  /** Telephone keys: a number, unless the caller keys * or #. */
  | { readonly kind: 'keys' }
  /** Usually digits, with or without a plus sign; a name or an address for callers that have no number. */
  | { readonly kind: 'address' }
  | { readonly kind: 'object'; readonly fields: { readonly [name: string]: ValueShape } }
  | { readonly kind: 'list' };

export type SentParameter = {
  readonly shape: ValueShape;
  /** Only some requests of the type carry it. */
  readonly sometimes?: true;
};

type Sent = { readonly [name: string]: SentParameter };

export type PlatformKnowledge = {
  /** By request type. A later request is bound over the first one, so what `start` has is there in all of them. */
  readonly sends: { readonly [T in RequestType]: Sent };
  /** Names that a trunk, a custom header or the operator adds begin so; nothing is known of them. */
  readonly openPrefixes: readonly string[];
  /** A name of another platform to the one that holds the same here. */
  readonly equivalents: { readonly [foreign: string]: string };
  readonly docs: string;
};

const TEXT: SentParameter = { shape: { kind: 'text' } };
const ADDRESS: SentParameter = { shape: { kind: 'address' } };
const KEYS: SentParameter = { shape: { kind: 'keys' } };
const INTEGER: SentParameter = { shape: { kind: 'integer' } };
const NUMBER: SentParameter = { shape: { kind: 'number' } };

function words(...allowed: readonly string[]): SentParameter {
  return { shape: { kind: 'words', words: allowed } };
}

function sometimes({ shape }: SentParameter): SentParameter {
  return { shape, sometimes: true };
}

function object(fields: { readonly [name: string]: SentParameter }): ValueShape {
  return {
    kind: 'object',
    fields: Object.fromEntries(Object.entries(fields).map(([name, { shape }]) => [name, shape])),
  };
}

const CALL_STATUS = words(
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'canceled',
  'failed',
  'no-answer',
  'unknown',
);
const PLACE = ['City', 'State', 'Zip', 'Country'] as const;
const PLACES: Sent = Object.fromEntries(
  ['From', 'To', 'Caller', 'Called'].flatMap((end) => PLACE.map((part) => [`${end}${part}`, sometimes(TEXT)])),
);

// SignalWire and Telnyx answer to the same markup and name most things alike.
const TWILIO_LIKE: Sent = {
  CallSid: TEXT,
  AccountSid: TEXT,
  From: ADDRESS,
  To: ADDRESS,
  CallStatus: CALL_STATUS,
  Direction: words('inbound', 'outbound-api', 'outbound-dial'),
};
const TWILIO_SPEECH: Sent = { SpeechResult: TEXT, Confidence: NUMBER };
const TWILIO_RECORD: Sent = {
  RecordingUrl: TEXT,
  RecordingSid: TEXT,
  RecordingDuration: INTEGER,
  Digits: sometimes(KEYS),
};
const TWILIO_DIAL: Sent = {
  DialCallStatus: words('completed', 'answered', 'busy', 'no-answer', 'failed', 'canceled'),
  DialCallSid: sometimes(TEXT),
  DialCallDuration: sometimes(INTEGER),
  DialBridged: sometimes({ shape: { kind: 'boolean' } }),
  RecordingUrl: sometimes(TEXT),
};
const TO_TWILIO = { Session: 'CallSid', Domain: 'AccountSid', CallUUID: 'CallSid', call_sid: 'CallSid' } as const;

export const PLATFORM_KNOWLEDGE: { readonly [P in KnownPlatform]: PlatformKnowledge } = {
  cloudonix: {
    sends: {
      start: {
        CallSid: TEXT,
        Session: TEXT,
        From: ADDRESS,
        To: ADDRESS,
        CallerName: sometimes(TEXT),
        Direction: words('inbound', 'subscriber', 'outbound-api', 'application'),
        CallStatus: CALL_STATUS,
        Diverted: sometimes(TEXT),
        AssertedIdentity: sometimes(TEXT),
        ApiVersion: INTEGER,
        AccountSid: TEXT,
        Domain: TEXT,
        ApplicationSid: TEXT,
        Application: {
          shape: object({
            id: INTEGER,
            domainId: INTEGER,
            name: TEXT,
            uuid: TEXT,
            profile: { shape: object({}) },
            type: TEXT,
            url: TEXT,
            method: TEXT,
          }),
        },
        SessionData: {
          shape: object({
            id: INTEGER,
            domainId: INTEGER,
            outgoingSubscriberId: INTEGER,
            destination: ADDRESS,
            callerId: ADDRESS,
            token: TEXT,
            profile: { shape: object({}) },
            callStartTime: INTEGER,
            status: TEXT,
            vappServer: TEXT,
            callIds: { shape: { kind: 'list' } },
            ringing: { shape: { kind: 'boolean' } },
            domainNameOrId: TEXT,
          }),
        },
      },
      speech: { SpeechResult: TEXT },
      digits: { Digits: KEYS },
      record: { RecordingUrl: TEXT },
      dial: { DialCallStatus: words('completed', 'answered', 'busy', 'noanswer', 'failed', 'canceled') },
    },
    openPrefixes: [],
    equivalents: { CallUUID: 'CallSid', call_sid: 'CallSid', ForwardedFrom: 'Diverted' },
    docs: 'https://developers.cloudonix.com/Documentation/voiceApplication/Request',
  },
  twilio: {
    sends: {
      start: {
        ...TWILIO_LIKE,
        ApiVersion: TEXT,
        Caller: ADDRESS,
        Called: ADDRESS,
        ForwardedFrom: sometimes(ADDRESS),
        CallerName: sometimes(TEXT),
        ParentCallSid: sometimes(TEXT),
        ...PLACES,
      },
      speech: TWILIO_SPEECH,
      digits: { Digits: KEYS, FinishedOnKey: sometimes(KEYS) },
      record: TWILIO_RECORD,
      dial: TWILIO_DIAL,
    },
    openPrefixes: ['SipHeader_', 'Stir', 'Sip'],
    equivalents: { ...TO_TWILIO, Diverted: 'ForwardedFrom' },
    docs: 'https://www.twilio.com/docs/voice/twiml#request-parameters',
  },
  signalwire: {
    sends: {
      start: { ...TWILIO_LIKE, ApiVersion: TEXT, CallerName: sometimes(TEXT), ForwardedFrom: sometimes(ADDRESS) },
      speech: TWILIO_SPEECH,
      digits: { Digits: KEYS, FinishedOnKey: sometimes(KEYS) },
      record: TWILIO_RECORD,
      dial: TWILIO_DIAL,
    },
    openPrefixes: ['SipHeader_', 'Sip'],
    equivalents: { ...TO_TWILIO, Diverted: 'ForwardedFrom' },
    docs: 'https://developer.signalwire.com/compatibility-api/cxml/',
  },
  telnyx: {
    sends: {
      start: {
        ...TWILIO_LIKE,
        CallSidLegacy: sometimes(TEXT),
        ConnectionId: sometimes(TEXT),
        CallerId: sometimes(ADDRESS),
      },
      // The page that was read does not name the results of a Gather; Twilio's names are expected.
      speech: { SpeechResult: TEXT, Confidence: sometimes(NUMBER) },
      digits: { Digits: KEYS, FinishedOnKey: sometimes(KEYS) },
      record: { RecordingUrl: TEXT, RecordingSid: sometimes(TEXT), RecordingDuration: sometimes(INTEGER) },
      dial: TWILIO_DIAL,
    },
    openPrefixes: ['SipHeader_'],
    equivalents: TO_TWILIO,
    docs: 'https://developers.telnyx.com/docs/voice/programmable-voice/texml-setup',
  },
  plivo: {
    sends: {
      start: {
        CallUUID: TEXT,
        From: ADDRESS,
        To: ADDRESS,
        CallStatus: words(...(CALL_STATUS.shape.kind === 'words' ? CALL_STATUS.shape.words : []), 'timeout', 'cancel'),
        Direction: words('inbound', 'outbound'),
        Event: TEXT,
        ALegUUID: sometimes(TEXT),
        ForwardedFrom: sometimes(ADDRESS),
        CallerName: sometimes(TEXT),
      },
      speech: { Speech: TEXT, SpeechConfidenceScore: sometimes(NUMBER) },
      digits: { Digits: KEYS },
      record: { RecordUrl: TEXT, RecordingID: sometimes(TEXT), RecordingDuration: sometimes(INTEGER) },
      dial: { DialStatus: sometimes(TEXT), DialBLegUUID: sometimes(TEXT) },
    },
    openPrefixes: ['SIP-H-', 'X-PH-'],
    equivalents: {
      Session: 'CallUUID',
      CallSid: 'CallUUID',
      call_sid: 'CallUUID',
      SpeechResult: 'Speech',
      Confidence: 'SpeechConfidenceScore',
      RecordingUrl: 'RecordUrl',
      DialCallStatus: 'DialStatus',
      Diverted: 'ForwardedFrom',
    },
    docs: 'https://www.plivo.com/docs/voice/concepts/callbacks',
  },
  jambonz: {
    sends: {
      start: {
        call_sid: TEXT,
        account_sid: TEXT,
        application_sid: TEXT,
        call_id: TEXT,
        direction: words('inbound', 'outbound'),
        from: ADDRESS,
        to: ADDRESS,
        call_status: TEXT,
        caller_name: sometimes(TEXT),
        sip_status: sometimes(INTEGER),
      },
      speech: { reason: TEXT, speech: { shape: object({ alternatives: { shape: { kind: 'list' } } }) } },
      digits: { reason: TEXT, digits: KEYS },
      record: {},
      dial: { dial_call_status: sometimes(TEXT), dial_call_sid: sometimes(TEXT) },
    },
    openPrefixes: [],
    equivalents: {
      CallSid: 'call_sid',
      Session: 'call_sid',
      CallUUID: 'call_sid',
      AccountSid: 'account_sid',
      ApplicationSid: 'application_sid',
      From: 'from',
      To: 'to',
      Direction: 'direction',
      CallStatus: 'call_status',
      CallerName: 'caller_name',
      Digits: 'digits',
      DialCallStatus: 'dial_call_status',
    },
    docs: 'https://docs.jambonz.org/webhooks/overview',
  },
};

/** What a request of a type carries under a name, which may be a dotted path; undefined when nothing is known of it. */
export function sentParameter(platform: KnownPlatform, type: RequestType, name: string): SentParameter | undefined {
  const { sends } = PLATFORM_KNOWLEDGE[platform];
  const environment = { ...sends.start, ...sends[type] };
  if (Object.hasOwn(environment, name)) return environment[name];
  const [head = '', ...path] = name.split('.');
  const parameter = Object.hasOwn(environment, head) ? environment[head] : undefined;
  let shape: ValueShape | undefined = parameter?.shape;
  for (const key of path)
    shape = shape?.kind === 'object' && Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
  return parameter === undefined || shape === undefined || path.length === 0 ? undefined : { ...parameter, shape };
}

/** True when no request of the platform carries the name, as far as is known. */
export function isNeverSent(platform: KnownPlatform, name: string): boolean {
  const { openPrefixes } = PLATFORM_KNOWLEDGE[platform];
  if (openPrefixes.some((prefix) => name.startsWith(prefix))) return false;
  if (isOpenObject(platform, name)) return false;
  return REQUEST_TYPES.every((type) => sentParameter(platform, type, name) === undefined);
}

/** A path into an object whose fields are the trunk's or the operator's. */
function isOpenObject(platform: KnownPlatform, name: string): boolean {
  const keys = name.split('.');
  return keys.slice(1).some((_, index) => {
    const parent = sentParameter(platform, 'start', keys.slice(0, index + 1).join('.'));
    return parent?.shape.kind === 'object' && Object.keys(parent.shape.fields).length === 0;
  });
}

/** Every name that the platform sends in some request. */
export function sentNames(platform: KnownPlatform): readonly string[] {
  return [...new Set(REQUEST_TYPES.flatMap((type) => Object.keys(PLATFORM_KNOWLEDGE[platform].sends[type])))];
}
