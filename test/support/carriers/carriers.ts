import { generateKeyPairSync } from 'node:crypto';
import type { CallFacts, Carrier, Fact, Json } from './carrier.ts';
import { any, either, flag, matching, oneOf, whole } from './grammar.ts';
import { readJambonz } from './jambonz.ts';
import { readPlivo } from './plivo.ts';
import * as signing from './signing.ts';
import { twimlReader } from './twiml.ts';

type Facts = { readonly [K in Fact['kind']]?: (fact: Extract<Fact, { kind: K }>) => Json };

/** What a request says: of the call, and of what has just happened. */
function parametersFrom(
  ofCall: (call: CallFacts, status: 'ringing' | 'in-progress' | 'completed') => Json,
  ofFact: Facts,
): Carrier['parameters'] {
  return (fact, call) => {
    const status = fact.kind === 'start' ? 'ringing' : fact.kind === 'ended' ? 'completed' : 'in-progress';
    const more = (ofFact[fact.kind] as ((fact: Fact) => Json) | undefined)?.(fact) ?? {};
    return { ...ofCall(call, status), ...more };
  };
}

const TWILIO_FACTS: Facts = {
  words: ({ words }) => ({ SpeechResult: words, Confidence: '0.9' }),
  keys: ({ keys }) => ({ Digits: keys, FinishedOnKey: '' }),
  silence: () => ({ SpeechResult: '' }),
  recording: ({ url, seconds }) => ({ RecordingUrl: url, RecordingSid: 'RE1', RecordingDuration: String(seconds) }),
  dialled: ({ status }) => ({ DialCallStatus: status, DialCallSid: 'CA2', DialCallDuration: '5' }),
  ended: () => ({ CallDuration: '60' }),
};

const twimlCall =
  (account: string) =>
  ({ id, from, to }: CallFacts, status: string): Json => ({
    CallSid: id,
    AccountSid: account,
    From: from,
    To: to,
    CallStatus: status,
    Direction: 'inbound',
  });

const aboutTwilio = twimlCall('AC00000000000000000000000000000001');
const aboutSignalwire = twimlCall('b08dacad-2f25-4f6c-8f2e-000000000001');
const aboutTelnyx = twimlCall('61bf923e-5e4d-4595-a110-000000000001');

const wholeOrAuto = either(whole(1), oneOf('auto'));
const KILOBYTES_64 = 64 * 1024;

const twilio: Carrier = {
  name: 'twilio',
  key: 'f0000000000000000000000000000001',
  otherKey: 'f0000000000000000000000000000002',
  environment: { TWILIO_AUTH_TOKEN: 'f0000000000000000000000000000001' },
  parameters: parametersFrom(
    (call, status) => ({ ...aboutTwilio(call, status), ApiVersion: '2010-04-01', Caller: call.from, Called: call.to }),
    TWILIO_FACTS,
  ),
  encoding: 'form',
  headers: ({ id }, serial) => ({ 'I-Twilio-Idempotency-Token': `${id}-${serial}` }),
  sign: signing.twilio,
  covers: true,
  expires: false,
  readsForMs: 15_000,
  goesOnWhenEmpty: false,
  read: twimlReader({
    voice: matching(/^(man|woman|alice|(Polly|Google)\.[\w-]+)$/, 'man, woman, alice, Polly.Name or Google.name'),
    speechTimeout: wholeOrAuto,
    sayMost: 4_096,
    pause: whole(1),
    reject: oneOf('rejected', 'busy'),
    more: {
      Gather: {
        actionOnEmptyResult: flag,
        bargeIn: flag,
        debug: flag,
        enhanced: flag,
        maxSpeechTime: whole(1),
        speechModel: any,
      },
      Dial: { sequential: flag, referUrl: any, referMethod: any, recordingTrack: any, recordingConfigurationId: any },
      Conference: {
        beep: any,
        muted: flag,
        startConferenceOnEnter: flag,
        endConferenceOnExit: flag,
        maxParticipants: whole(1, 250),
      },
      Number: { statusCallback: any, statusCallbackEvent: any, statusCallbackMethod: any },
      Record: { recordingConfigurationId: any },
    },
    nouns: ['Conference', 'Client', 'Queue'],
    tellsOfSilence: true,
    limitBytes: KILOBYTES_64,
  }),
};

const signalwire: Carrier = {
  name: 'signalwire',
  key: 'PSK_000000000000000000000001',
  otherKey: 'PSK_000000000000000000000002',
  environment: { SIGNALWIRE_SIGNING_KEY: 'PSK_000000000000000000000001' },
  parameters: parametersFrom(
    (call, status) => ({ ...aboutSignalwire(call, status), ApiVersion: '2010-04-01' }),
    TWILIO_FACTS,
  ),
  encoding: 'form',
  sign: signing.signalwire,
  covers: true,
  expires: false,
  readsForMs: 5_000,
  goesOnWhenEmpty: false,
  read: twimlReader({
    voice: matching(/^(man|woman|alice|(Polly|gcloud)\.[\w-]+)$/, 'man, woman, Polly.Name or gcloud.name'),
    speechTimeout: wholeOrAuto,
    sayMost: 4_096,
    pause: whole(1),
    reject: oneOf('rejected', 'busy'),
    more: {
      Gather: {
        actionOnEmptyResult: flag,
        enhanced: flag,
        speechModel: oneOf('phone_call', 'video', 'default'),
        // Not in its documents, but in its package.
        bargeIn: flag,
        debug: flag,
        maxSpeechTime: whole(1),
      },
      Conference: {
        beep: any,
        muted: flag,
        startConferenceOnEnter: flag,
        endConferenceOnExit: flag,
        maxParticipants: whole(1, 250),
      },
    },
    nouns: ['Conference', 'Queue'],
    tellsOfSilence: true,
    limitBytes: KILOBYTES_64,
  }),
};

const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    // The raw key is the end of its DER form.
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
};
const telnyxKeys = pair();

const telnyx: Carrier = {
  name: 'telnyx',
  key: telnyxKeys.privateKey,
  otherKey: pair().privateKey,
  environment: { TELNYX_PUBLIC_KEY: telnyxKeys.publicKey },
  parameters: parametersFrom(
    (call, status) => ({ ...aboutTelnyx(call, status), CallSidLegacy: call.id, ConnectionId: '1494404757140276705' }),
    TWILIO_FACTS,
  ),
  encoding: 'form',
  sign: signing.telnyx,
  covers: true,
  expires: true,
  readsForMs: 5_000,
  goesOnWhenEmpty: false,
  read: twimlReader({
    voice: matching(/^(man|woman|alice|(Polly|Google|Azure|Telnyx|ElevenLabs)\.[\w.-]+)$/, 'man, woman, Polly.Name'),
    speechTimeout: wholeOrAuto,
    sayMost: 4_096,
    pause: whole(1, 180),
    reject: oneOf('rejected', 'busy'),
    more: {
      Gather: {
        // Not among its attributes, and unknown ones are passed over: without effect.
        actionOnEmptyResult: flag,
        timeout: whole(1, 120),
        minDigits: whole(1, 128),
        maxDigits: whole(1, 128),
        validDigits: any,
        invalidDigitsAction: any,
        transcriptionEngine: any,
        model: any,
        useEnhanced: flag,
        keyterms: any,
      },
      Say: { loop: whole(0, 10) },
      Dial: { timeout: whole(5, 120), timeLimit: whole(60, 14_400), fromDisplayName: any },
      Conference: {
        beep: any,
        muted: flag,
        startConferenceOnEnter: flag,
        endConferenceOnExit: flag,
        maxParticipants: whole(1, 250),
      },
      Number: { statusCallback: any, statusCallbackEvent: any, statusCallbackMethod: any },
      Record: { recordingTrack: any, channels: any },
    },
    nouns: ['Conference', 'Queue'],
    tellsOfSilence: false,
    limitBytes: KILOBYTES_64,
  }),
};

const decimalOrAuto = either(matching(/^\d+(\.\d+)?$/, 'seconds'), oneOf('auto'));

const cloudonix: Carrier = {
  name: 'cloudonix',
  key: 'XI000000000000000000000000000000a1',
  otherKey: 'XI000000000000000000000000000000a2',
  environment: { CLOUDONIX_API_KEY: 'XI000000000000000000000000000000a1' },
  parameters: parametersFrom(
    ({ id, from, to }, status) => ({
      CallSid: id,
      Session: id,
      From: from,
      To: to,
      CallStatus: status,
      Direction: 'inbound',
      ApiVersion: '1',
      AccountSid: 'example.cloudonix.net',
      Domain: 'example.cloudonix.net',
      ApplicationSid: '5c0ab3a1-0000-4000-8000-000000000001',
      SessionData: { token: id, domainId: 1, callIds: [], profile: { 'inbound-trunk-name': 'main' } },
    }),
    {
      words: ({ words }) => ({ SpeechResult: words }),
      keys: ({ keys }) => ({ Digits: keys }),
      silence: () => ({ SpeechResult: '' }),
      recording: ({ url }) => ({ RecordingUrl: url }),
      dialled: ({ status }) => ({ DialCallStatus: status === 'no-answer' ? 'noanswer' : status }),
    },
  ),
  encoding: 'json',
  headers: ({ id, from, to }, serial) => ({
    'User-Agent': 'Cloudonix APP.Core/5.3.673',
    'X-Cx-Domain': 'example.cloudonix.net',
    'X-Cx-From': from,
    'X-Cx-To': to,
    'X-Cx-Session': id,
    'X-Cx-Source': 'SUBSCRIBER',
    'X-Cx-Stageid': serial.toString(16).padStart(16, '0'),
  }),
  sign: signing.cloudonix,
  covers: false,
  expires: false,
  readsForMs: 10_000,
  goesOnWhenEmpty: false,
  read: twimlReader({
    voice: matching(/^(man|woman|\w+:[\w-]+)$/, 'man, woman or Provider:Voice'),
    speechTimeout: decimalOrAuto,
    sayMost: Infinity,
    pause: whole(1),
    reject: oneOf('rejected', 'busy', 'congestion', 'failed'),
    dialled: any,
    recordHolds: ['Say', 'Play', 'Pause'],
    more: {
      Gather: {
        actionOnEmptyResult: flag,
        maxTimeout: decimalOrAuto,
        timeout: decimalOrAuto,
        speechEngine: oneOf('aws', 'google'),
        speechDetection: oneOf('auto', 'low', 'normal', 'high', 'stt'),
        maxDuration: decimalOrAuto,
        interruptible: flag,
        minDigits: whole(1),
        maxDigits: whole(1),
      },
      Say: { answer: flag, statusCallback: any, statusCallbackMethod: any },
      Play: { answer: flag, statusCallback: any, statusCallbackMethod: any },
      Pause: { answer: flag },
      Dial: { callerName: any, forwardHeaders: flag, headers: any, hangupOn: any, trunks: any },
      Record: { answer: flag, maxSilence: any, transcribeEngine: any, fileFormat: oneOf('mp3', 'wav') },
      Conference: {
        beep: any,
        dtmf: any,
        holdMusic: any,
        prompts: any,
        muted: flag,
        startConferenceOnEnter: any,
        endConferenceOnExit: flag,
        maxParticipants: whole(1, 250),
      },
      Service: { provider: any, username: any, password: any },
      Sip: { domain: oneOf('origin', 'destination') },
    },
    nouns: ['Conference', 'Service', 'Header'],
    tellsOfSilence: true,
    limitBytes: Infinity,
  }),
};

const plivo: Carrier = {
  name: 'plivo',
  key: 'MAXXXXXXXXXXXXXXXXXX-token-1',
  otherKey: 'MAXXXXXXXXXXXXXXXXXX-token-2',
  environment: { PLIVO_AUTH_TOKEN: 'MAXXXXXXXXXXXXXXXXXX-token-1' },
  parameters: parametersFrom(
    ({ id, from, to }, status) => ({
      CallUUID: id,
      From: from.replace('+', ''),
      To: to.replace('+', ''),
      CallStatus: status,
      Direction: 'inbound',
      ALegUUID: id,
      BillRate: '0.0085',
    }),
    {
      start: () => ({ Event: 'StartApp' }),
      redirect: () => ({ Event: 'Redirect' }),
      words: ({ words }) => ({
        InputType: 'speech',
        Speech: words,
        SpeechConfidenceScore: '0.9',
        Digits: '',
        BilledAmount: '0.02',
        Event: 'Redirect',
      }),
      keys: ({ keys }) => ({ InputType: 'dtmf', Digits: keys, Speech: '', Event: 'Redirect' }),
      recording: ({ url, seconds }) => ({
        RecordUrl: url,
        RecordingID: 'c1',
        RecordingDuration: String(seconds),
        Event: 'Record',
      }),
      dialled: ({ status }) => ({
        DialStatus: status,
        DialRingStatus: 'true',
        DialHangupCause: status === 'busy' ? 'USER_BUSY' : 'NORMAL_CLEARING',
        DialALegUUID: 'a',
        DialBLegUUID: 'b',
        Event: 'Redirect',
      }),
      ended: () => ({ Event: 'Hangup', HangupCause: 'NORMAL_CLEARING', Duration: '60' }),
    },
  ),
  encoding: 'form',
  sign: signing.plivo,
  covers: true,
  expires: false,
  readsForMs: 15_000,
  goesOnWhenEmpty: false,
  read: readPlivo,
};

const jambonz: Carrier = {
  name: 'jambonz',
  key: 'wh_secret_00000000000000001',
  otherKey: 'wh_secret_00000000000000002',
  environment: { JAMBONZ_WEBHOOK_SECRET: 'wh_secret_00000000000000001' },
  parameters: parametersFrom(
    ({ id, from, to }, status) => ({
      call_sid: id,
      direction: 'inbound',
      from,
      to,
      call_id: `${id}@10.0.0.1`,
      sip_status: status === 'ringing' ? 100 : 200,
      sip_reason: status === 'ringing' ? 'Trying' : 'OK',
      call_status: status === 'ringing' ? 'trying' : status,
      account_sid: 'a0000000-0000-4000-8000-000000000001',
      application_sid: 'b0000000-0000-4000-8000-000000000001',
      trace_id: '18228daa536f82e0',
      caller_name: '',
    }),
    {
      words: ({ words }) => ({
        reason: 'speechDetected',
        speech: {
          language_code: 'en-US',
          channel_tag: 1,
          is_final: true,
          alternatives: [{ confidence: 0.9, transcript: words }],
        },
      }),
      keys: ({ keys }) => ({ reason: 'dtmfDetected', digits: keys }),
      silence: () => ({ reason: 'timeout' }),
      dialled: ({ status }) => ({
        dial_call_sid: 'c0000000',
        dial_call_status: status,
        dial_sip_status: { completed: 200, busy: 486, 'no-answer': 480, failed: 503 }[status],
      }),
      ended: () => ({ duration: 60 }),
    },
  ),
  encoding: 'json',
  sign: signing.jambonz,
  covers: true,
  expires: true,
  readsForMs: 10_000,
  goesOnWhenEmpty: true,
  read: readJambonz,
};

/** Every carrier; a platform without a row here is not tested. */
export const CARRIERS: readonly Carrier[] = [cloudonix, twilio, signalwire, telnyx, plivo, jambonz];

/** The environment of a server that knows all of them. */
export const CREDENTIALS: Carrier['environment'] = Object.assign({}, ...CARRIERS.map(({ environment }) => environment));
