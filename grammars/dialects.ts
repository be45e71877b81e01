// How each platform writes what documents say, as data: what it calls an element or attribute, which values it takes, what it
// has no use for, and what it cannot do. The renderer and the checker read these rows; no other list exists. Imports nothing.

/** How a value is written. What no field speaks of is written as it is. */
export type ValueRule = {
  /** The attribute's name there; absent: the same. */
  readonly to?: string;
  /** The same thing in other words; `null`: nothing need be said, because the platform does it anyway. */
  readonly words?: { readonly [word: string]: string | null };
  /** Written in place of any word that has no row, or of a voice that it has not; `null`: the platform cannot be told. */
  readonly otherwise?: string | null;
  /** What it asks for is done in another way, so it is not written. */
  readonly seenTo?: true;
  /** Fractions are rounded up. */
  readonly whole?: true;
  readonly minimum?: number;
  readonly maximum?: number;
  /** A word that is refused beside another attribute. */
  readonly refuses?: { readonly word: string; readonly beside: string };
  /** Of several keys only the first is taken. */
  readonly oneKey?: true;
  /** Words of a list stand in the order of the alphabet. */
  readonly sorted?: true;
  /**
   * What a voice's name begins with, by its provider in small letters; `null`: the platform has none of this provider.
   * A provider without a row keeps its name, which the text of the row `*` parts from the voice, a full stop by default.
   */
  readonly voices?: { readonly [provider: string]: string | null };
};

export type ElementDialect = {
  /** The element's name there; absent: the same. */
  readonly name?: string;
  /** The platform has nothing of the kind, and why, if that needs saying: a verb with it is not sent. */
  readonly cannot?: true | string;
  /** The call goes on well without it: without its tags, or without all of it. */
  readonly leftOut?: 'tags' | 'whole';
  /** By their names in CXML. `null`: the platform has no use for it. Of several rules the later ones fill gaps. */
  readonly attributes?: { readonly [name: string]: null | ValueRule | readonly ValueRule[] };
  /** Attributes of the grammar that have no rule are left out. */
  readonly only?: true;
  /** Said where the document does not, because the platform's own default is another. By the names there. */
  readonly defaults?: { readonly [name: string]: string };
  /** Names, as they are there, of what may stand in it; anything else stands before it. Absent: all may. */
  readonly holds?: readonly string[];
  /** Only the last of its children may stand in it. */
  readonly holdsOne?: true;
  /** Elements that its own text stands in: a number, unless it may stand alone, or an address that begins with `sip:`. */
  readonly textIn?: { readonly number?: string; readonly sip: string };
  /** It is a verb there: it takes the place of the verb that it stands in, and these attributes of it. */
  readonly replacesParent?: readonly string[];
  /** Where it has this attribute it is another element, whose text the attribute is. */
  readonly becomes?: { readonly attribute: string; readonly name: string };
  /** The platform does not ask for an action without a result, so a Redirect there follows. */
  readonly emptyResult?: 'redirect';
};

export type DialectGrammar = {
  /** Of elements without a row: `cxml` has every one, `twiml` those that the grammar says so of, `own` none. */
  readonly has: 'cxml' | 'twiml' | 'own';
  readonly format: 'xml' | 'json';
  /** Of an answer, in bytes, where the platform names it. */
  readonly limitBytes?: number;
  /** By the key of the row in the grammar. */
  readonly elements: { readonly [row: string]: ElementDialect };
};

const SAME = {} as const satisfies ValueRule;
const WHOLE_SECONDS = { whole: true, minimum: 1 } as const satisfies ValueRule;
/** True is what platforms do anyway. */
const UNLESS_TRUE = { words: { true: null }, otherwise: null } as const satisfies ValueRule;
const UNLESS_FALSE = { words: { false: null }, otherwise: null } as const satisfies ValueRule;
/** Without it the call is another one. */
const CANNOT_TELL = { otherwise: null } as const satisfies ValueRule;
const SEEN_TO = { seenTo: true } as const satisfies ValueRule;
const NO_AUTO = { words: { auto: null } } as const satisfies ValueRule;
const NO_CALLBACK = { statusCallback: null, statusCallbackMethod: null } as const;
const REASON = { words: { rejected: 'rejected', busy: 'busy' }, otherwise: 'rejected' } as const satisfies ValueRule;
const TAGS: ElementDialect = { leftOut: 'tags' };
const WHOLE: ElementDialect = { leftOut: 'whole' };
const CANNOT: ElementDialect = { cannot: true };

/** What CXML has beyond TwiML, for a platform with these prefixes of voices. */
function twimlElements(voices: ValueRule['voices'] = {}): { readonly [row: string]: ElementDialect } {
  return {
    Gather: {
      attributes: {
        timeout: WHOLE_SECONDS,
        speechTimeout: WHOLE_SECONDS,
        minDigits: null,
        maxDigits: null,
        maxTimeout: null,
        maxDuration: null,
        speechEngine: null,
        speechDetection: null,
        interruptible: { to: 'bargeIn', words: { true: null } },
      },
    },
    Say: { attributes: { voice: { voices }, answer: UNLESS_TRUE, ...NO_CALLBACK } },
    Play: { attributes: { answer: UNLESS_TRUE, ...NO_CALLBACK } },
    Pause: { attributes: { length: WHOLE_SECONDS, answer: UNLESS_TRUE } },
    Record: {
      holds: [],
      attributes: {
        maxSilence: null,
        answer: UNLESS_TRUE,
        transcribeEngine: null,
        fileFormat: { words: { mp3: null }, otherwise: null },
      },
    },
    Reject: { attributes: { reason: REASON } },
    Dial: {
      textIn: { sip: 'Sip' },
      attributes: {
        callerName: null,
        hangupOn: { to: 'hangupOnStar', words: { '*': 'true' }, otherwise: null },
        record: {
          words: { true: 'record-from-answer', false: 'do-not-record', 'record-from-start': 'record-from-ringing' },
        },
        trunks: CANNOT_TELL,
        headers: CANNOT_TELL,
        forwardHeaders: UNLESS_FALSE,
      },
    },
    Header: WHOLE,
    Sip: { attributes: { domain: null } },
    Conference: {
      attributes: {
        dtmf: null,
        holdMusic: UNLESS_TRUE,
        prompts: UNLESS_FALSE,
        startConferenceOnEnter: { words: { required: 'true' } },
        talkDetection: null,
      },
    },
    audio: TAGS,
    voice: TAGS,
  };
}

const POLLY = { polly: 'Polly.', aws: 'Polly.' } as const;
const TWILIO = twimlElements({ google: 'Google.', ...POLLY });
const SIGNALWIRE = twimlElements({ google: 'gcloud.', ...POLLY });
const TELNYX = twimlElements({ google: 'Google.', ...POLLY });

/** A Gather's `timeout` is the wait between two keys, and in TwiML also the wait for the first word. */
const PLIVO_EXECUTION = {
  ...NO_AUTO,
  to: 'executionTimeout',
  minimum: 5,
  maximum: 60,
} as const satisfies ValueRule;
const STREAMS_DIFFER = 'its streams speak a protocol of their own';

/** What speech markup Plivo takes. */
const PLIVO_SSML = {
  break: { only: true, attributes: { strength: SAME, time: SAME } },
  emphasis: { only: true, attributes: { level: SAME } },
  lang: { only: true, attributes: { 'xml:lang': SAME } },
  p: { only: true },
  phoneme: { only: true, attributes: { alphabet: SAME, ph: SAME } },
  prosody: { only: true, attributes: { volume: SAME, rate: SAME, pitch: SAME } },
  s: { only: true },
  'say-as': { only: true, attributes: { 'interpret-as': SAME, format: SAME } },
  sub: { only: true, attributes: { alias: SAME } },
  w: { only: true, attributes: { role: SAME } },
} as const satisfies { readonly [row: string]: ElementDialect };

/** Speech markup that only some platforms read: its words are spoken all the same. */
const FOREIGN_SSML = {
  audio: TAGS,
  mark: TAGS,
  voice: TAGS,
  'amazon:effect': TAGS,
  'amazon:domain': TAGS,
  'amazon:emotion': TAGS,
  'amazon:breath': TAGS,
  'amazon:auto-breaths': TAGS,
  'google:style': TAGS,
} as const;

export const dialects = {
  cloudonix: {
    has: 'cxml',
    format: 'xml',
    elements: {
      Gather: {
        attributes: {
          bargeIn: { to: 'interruptible', words: { true: null } },
          speechModel: null,
          enhanced: null,
          maxSpeechTime: null,
          debug: UNLESS_FALSE,
        },
      },
      Say: { attributes: { voice: { words: { alice: 'woman' }, voices: { '*': ':' } } } },
    },
  },

  twilio: {
    has: 'twiml',
    format: 'xml',
    limitBytes: 64 * 1024,
    elements: {
      ...TWILIO,
      Gather: {
        attributes: {
          ...TWILIO['Gather']?.attributes,
          speechTimeout: { ...WHOLE_SECONDS, refuses: { word: 'auto', beside: 'speechModel' } },
        },
      },
    },
  },

  signalwire: {
    has: 'twiml',
    format: 'xml',
    limitBytes: 64 * 1024,
    elements: {
      ...SIGNALWIRE,
      Siprec: CANNOT,
      Transcription: CANNOT,
      Recording: CANNOT,
      ConversationRelay: CANNOT,
      ConnectedAssistant: CANNOT,
      Client: CANNOT,
      Sim: CANNOT,
      WhatsApp: CANNOT,
      Application: CANNOT,
      Task: WHOLE,
    },
  },

  telnyx: {
    has: 'twiml',
    format: 'xml',
    elements: {
      ...TELNYX,
      Gather: {
        emptyResult: 'redirect',
        attributes: {
          ...TELNYX['Gather']?.attributes,
          timeout: { ...WHOLE_SECONDS, maximum: 120 },
          minDigits: SAME,
          maxDigits: SAME,
          speechEngine: { to: 'transcriptionEngine', words: { google: 'Google' }, otherwise: null },
          speechModel: { to: 'model' },
          enhanced: { to: 'useEnhanced' },
          actionOnEmptyResult: SEEN_TO,
          interruptible: UNLESS_TRUE,
          bargeIn: UNLESS_TRUE,
          maxSpeechTime: null,
          debug: null,
        },
      },
      Pause: { attributes: { length: { ...WHOLE_SECONDS, maximum: 180 }, answer: UNLESS_TRUE } },
      Record: {
        holds: [],
        attributes: {
          ...TELNYX['Record']?.attributes,
          maxLength: { maximum: 14_400 },
          transcribe: { to: 'transcription' },
          transcribeCallback: { to: 'transcriptionCallback' },
        },
      },
      Dial: {
        ...TELNYX['Dial'],
        attributes: {
          ...TELNYX['Dial']?.attributes,
          callerName: { to: 'fromDisplayName' },
          timeout: { minimum: 5, maximum: 120 },
          timeLimit: { minimum: 60, maximum: 14_400 },
        },
      },
      Echo: CANNOT,
      Pay: CANNOT,
      Sms: CANNOT,
      Client: CANNOT,
      Sim: CANNOT,
      WhatsApp: CANNOT,
      Application: CANNOT,
      Room: CANNOT,
      VirtualAgent: CANNOT,
      ConnectedAssistant: CANNOT,
    },
  },

  plivo: {
    has: 'own',
    format: 'xml',
    limitBytes: 100 * 1024,
    elements: {
      Response: {},
      Gather: {
        name: 'GetInput',
        only: true,
        holds: ['Speak', 'Play', 'Wait'],
        emptyResult: 'redirect',
        attributes: {
          action: SAME,
          method: SAME,
          input: { to: 'inputType', sorted: true },
          finishOnKey: { oneKey: true, words: { '': 'none' } },
          numDigits: SAME,
          timeout: [{ to: 'digitEndTimeout', minimum: 2, maximum: 10 }, PLIVO_EXECUTION],
          maxTimeout: PLIVO_EXECUTION,
          speechTimeout: { to: 'speechEndTimeout', whole: true, minimum: 2, maximum: 10 },
          speechModel: SAME,
          language: SAME,
          hints: SAME,
          profanityFilter: SAME,
          partialResultCallback: { to: 'interimSpeechResultsCallback' },
          partialResultCallbackMethod: { to: 'interimSpeechResultsCallbackMethod' },
          actionOnEmptyResult: SEEN_TO,
          interruptible: UNLESS_TRUE,
          bargeIn: UNLESS_TRUE,
          enhanced: UNLESS_FALSE,
          debug: UNLESS_FALSE,
        },
      },
      Say: {
        name: 'Speak',
        only: true,
        attributes: {
          voice: {
            words: { man: 'MAN', woman: 'WOMAN', MAN: 'MAN', WOMAN: 'WOMAN' },
            voices: { ...POLLY, '*': null },
            otherwise: 'WOMAN',
          },
          language: SAME,
          loop: SAME,
          answer: UNLESS_TRUE,
        },
      },
      Play: {
        only: true,
        becomes: { attribute: 'digits', name: 'DTMF' },
        attributes: { digits: SAME, loop: SAME, answer: UNLESS_TRUE },
      },
      Pause: { name: 'Wait', only: true, attributes: { length: WHOLE_SECONDS, answer: UNLESS_TRUE } },
      Record: {
        only: true,
        holds: [],
        attributes: {
          action: SAME,
          method: SAME,
          timeout: SAME,
          finishOnKey: SAME,
          maxLength: SAME,
          playBeep: SAME,
          fileFormat: SAME,
          recordingStatusCallback: { to: 'callbackUrl' },
          recordingStatusCallbackMethod: { to: 'callbackMethod' },
          transcribe: { to: 'transcriptionType', words: { true: 'auto', false: null } },
          transcribeCallback: { to: 'transcriptionUrl' },
          answer: UNLESS_TRUE,
        },
      },
      Redirect: { only: true, attributes: { method: SAME } },
      Hangup: {},
      Reject: { name: 'Hangup', only: true, defaults: { reason: 'rejected' }, attributes: { reason: REASON } },
      Dial: {
        only: true,
        textIn: { number: 'Number', sip: 'User' },
        attributes: {
          action: SAME,
          method: SAME,
          callerId: SAME,
          callerName: SAME,
          timeout: SAME,
          timeLimit: SAME,
          hangupOnStar: SAME,
          hangupOn: { to: 'hangupOnStar', words: { '*': 'true' }, otherwise: null },
          record: { words: { 'do-not-record': null, false: null }, otherwise: null },
          forwardHeaders: UNLESS_FALSE,
          answerOnBridge: UNLESS_FALSE,
          sequential: UNLESS_FALSE,
        },
      },
      Header: WHOLE,
      Number: { only: true, attributes: { sendDigits: SAME, url: CANNOT_TELL } },
      Sip: { name: 'User', only: true, attributes: { username: CANNOT_TELL, password: CANNOT_TELL, url: CANNOT_TELL } },
      Conference: {
        only: true,
        replacesParent: ['action', 'method', 'timeLimit', 'hangupOnStar'],
        attributes: {
          muted: SAME,
          startConferenceOnEnter: { words: { required: 'true' } },
          endConferenceOnExit: SAME,
          maxParticipants: { to: 'maxMembers' },
          beep: [
            { to: 'enterSound', words: { true: 'beep:1', onEnter: 'beep:1', onExit: null, false: null } },
            { to: 'exitSound', words: { true: 'beep:1', onExit: 'beep:1', onEnter: null, false: null } },
          ],
          record: { words: { 'record-from-start': 'true', 'do-not-record': null } },
          waitUrl: { to: 'waitSound' },
          statusCallback: { to: 'callbackUrl' },
          statusCallbackMethod: { to: 'callbackMethod' },
          holdMusic: UNLESS_TRUE,
          prompts: UNLESS_FALSE,
        },
      },
      Sms: {
        name: 'Message',
        only: true,
        attributes: { to: { to: 'dst' }, from: { to: 'src' }, statusCallback: { to: 'callbackUrl' } },
      },
      Start: { cannot: STREAMS_DIFFER },
      Stop: { cannot: STREAMS_DIFFER },
      Connect: { cannot: STREAMS_DIFFER },
      ...PLIVO_SSML,
      ...FOREIGN_SSML,
    },
  },

  jambonz: {
    has: 'own',
    format: 'json',
    elements: {
      Response: {},
      Gather: {
        name: 'gather',
        only: true,
        holds: ['say', 'play'],
        holdsOne: true,
        // Its keys end by themselves only with these two, and its speech is not interruptible unless it is told so.
        defaults: { finishOnKey: '#', minDigits: '1', interDigitTimeout: '5', bargein: 'true' },
        attributes: {
          action: { to: 'actionHook' },
          method: SEEN_TO,
          input: SAME,
          finishOnKey: { oneKey: true },
          numDigits: SAME,
          minDigits: SAME,
          maxDigits: SAME,
          timeout: [
            { ...NO_AUTO, to: 'interDigitTimeout' },
            { ...NO_AUTO, to: 'timeout' },
          ],
          maxTimeout: { to: 'timeout' },
          speechTimeout: { to: 'recognizer.asrTimeout', words: { auto: null } },
          speechEngine: { to: 'recognizer.vendor' },
          speechModel: { to: 'recognizer.model' },
          enhanced: { to: 'recognizer.enhancedModel' },
          language: { to: 'recognizer.language' },
          hints: { to: 'recognizer.hints' },
          profanityFilter: { to: 'recognizer.profanityFilter' },
          partialResultCallback: { to: 'partialResultHook' },
          actionOnEmptyResult: SEEN_TO,
          interruptible: { to: 'bargein' },
          bargeIn: { to: 'bargein' },
          debug: UNLESS_FALSE,
        },
      },
      Say: {
        name: 'say',
        only: true,
        attributes: {
          voice: {
            to: 'synthesizer.voice',
            words: { man: null, woman: null },
            voices: { google: 'google:', polly: 'aws:', aws: 'aws:' },
          },
          language: { to: 'synthesizer.language' },
          loop: { words: { '0': 'forever' } },
          answer: { to: 'earlyMedia', words: { true: null, false: 'true' } },
        },
      },
      Play: {
        name: 'play',
        only: true,
        becomes: { attribute: 'digits', name: 'dtmf' },
        attributes: {
          digits: SAME,
          loop: { words: { '0': 'forever' } },
          answer: { to: 'earlyMedia', words: { true: null, false: 'true' } },
        },
      },
      Pause: {
        name: 'pause',
        only: true,
        defaults: { length: '1' },
        attributes: { length: SAME, answer: UNLESS_TRUE },
      },
      Redirect: { name: 'redirect', only: true, attributes: { method: SEEN_TO } },
      Hangup: { name: 'hangup' },
      // The SIP status of each of CXML's reasons.
      Reject: {
        name: 'sip:decline',
        only: true,
        defaults: { status: '486' },
        attributes: {
          reason: { to: 'status', words: { rejected: '486', busy: '486', congestion: '500', failed: '603' } },
        },
      },
      Dial: {
        name: 'dial',
        only: true,
        textIn: { number: 'phone', sip: 'sip' },
        attributes: {
          action: { to: 'actionHook' },
          method: SEEN_TO,
          callerId: SAME,
          callerName: SAME,
          timeout: SAME,
          timeLimit: SAME,
          answerOnBridge: SAME,
          ringTone: null,
          record: { words: { 'do-not-record': null, false: null }, otherwise: null },
          hangupOnStar: UNLESS_FALSE,
          forwardHeaders: UNLESS_FALSE,
          sequential: UNLESS_FALSE,
        },
      },
      Header: { name: 'header', only: true, attributes: { name: SAME, value: SAME } },
      Number: { name: 'phone', only: true, attributes: { sendDigits: CANNOT_TELL, url: CANNOT_TELL } },
      Sip: { name: 'sip', only: true, attributes: { username: SAME, password: SAME, url: CANNOT_TELL } },
      Client: { name: 'user', only: true },
      Identity: TAGS,
      CustomParameter: WHOLE,
      Conference: {
        name: 'conference',
        only: true,
        replacesParent: ['actionHook'],
        attributes: {
          beep: { words: { onEnter: 'true', onExit: 'true' } },
          muted: { to: 'joinMuted' },
          startConferenceOnEnter: { words: { required: 'true' } },
          endConferenceOnExit: SAME,
          maxParticipants: SAME,
          waitUrl: { to: 'waitHook' },
          statusCallback: { to: 'statusHook' },
          record: { words: { 'do-not-record': null }, otherwise: null },
          holdMusic: UNLESS_TRUE,
          prompts: UNLESS_FALSE,
        },
      },
      Queue: { name: 'dequeue', only: true, replacesParent: ['actionHook'] },
      Enqueue: {
        name: 'enqueue',
        only: true,
        attributes: { action: { to: 'actionHook' }, method: SEEN_TO, waitUrl: { to: 'waitHook' } },
      },
      Leave: { name: 'leave' },
      Refer: { name: 'sip:refer', only: true, attributes: { action: { to: 'actionHook' }, method: SEEN_TO } },
      ReferSip: { name: 'referTo' },
      Record: { cannot: 'it keeps no recording of a message' },
      Start: { cannot: STREAMS_DIFFER },
      Stop: { cannot: STREAMS_DIFFER },
      Connect: { cannot: STREAMS_DIFFER },
      // Its own speech markup is what the synthesizer's vendor reads.
      break: {},
      emphasis: {},
      lang: {},
      p: {},
      phoneme: {},
      prosody: {},
      s: {},
      'say-as': {},
      sub: {},
      w: {},
      ...FOREIGN_SSML,
    },
  },
} as const satisfies Record<string, DialectGrammar>;
