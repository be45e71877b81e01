// The markup as data: every element, attribute and value. Parser, checker, compiler and printer read these rows; no other
// list of elements exists. Imports nothing.

/** What an attribute's value, or an element's text, may be. */
export type ValueGrammar = {
  /**
   * `list` is words parted by commas or whitespace; `keys` is a run of telephone keys; `seconds` and `integer` are whole
   * numbers unless `decimals` is set; `name` is what a model or a request can be asked for.
   */
  readonly type:
    | 'string'
    | 'url'
    | 'integer'
    | 'number'
    | 'seconds'
    | 'milliseconds'
    | 'boolean'
    | 'enum'
    | 'list'
    | 'keys'
    | 'name';
  /** The allowed words of an `enum` or a `list`; words allowed beside a number; the allowed characters of `keys`. */
  readonly values?: readonly string[];
  /** Platforms differ in the words they know: an unknown one is a warning, and passed on. */
  readonly open?: true;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly decimals?: true;
  /** `stage`: gives the next document of this leg, fetched by us. `direct`: the platform, or a tool call, goes there itself. */
  readonly url?: 'stage' | 'direct';
  /** URL schemes allowed after resolving. Default: http and https. */
  readonly schemes?: readonly string[];
  /** Of a URL: it may be empty, which asks the platform for silence. */
  readonly silence?: true;
  /** Of a stage URL: the attribute that holds the method with which the stage is fetched. */
  readonly method?: string;
};

export type AttributeGrammar = ValueGrammar & {
  readonly required?: true;
  /** As it would be written. An empty URL is the document's own. Absent: nothing happens without the attribute. */
  readonly default?: string;
  /** Ours, beyond what the markup's vendors document. */
  readonly extension?: true;
  /** Part of the language, but not carried out yet: `true`, or those of its values that are not. Reported as an error. */
  readonly planned?: true | readonly string[];
};

export type ElementGrammar = {
  readonly summary: string;
  /** The element's name, where another row has it as its key: which row is meant is told by the parent. */
  readonly name?: string;
  readonly attributes: { readonly [name: string]: AttributeGrammar };
  /** Keys of the rows that may stand in it. */
  readonly children: readonly string[];
  /** What its text is; absent: it has none. */
  readonly text?: ValueGrammar & {
    readonly required?: true;
    /** Not required beside this attribute. */
    readonly unless?: string;
    /** It runs on between the children, so whitespace there parts words. */
    readonly mixed?: true;
  };
  /** Of its children: those that may stand in it no more than once. */
  readonly once?: readonly string[];
  /** Of a verb. `plain` returns at once; `control` may wait or leave; `end` always leaves the document. */
  readonly flow?: 'plain' | 'control' | 'end';
  /** Carried out by us, so it must never reach a platform. */
  readonly runs?: 'here';
  readonly extension?: true;
  /** Part of the language, but not carried out yet: reported as an error. */
  readonly planned?: true;
  readonly dialects: readonly ('cxml' | 'twiml')[];
  readonly docs: string;
};

const CXML = 'https://developers.cloudonix.com/Documentation/voiceApplication/Verb';
const TWIML = 'https://www.twilio.com/docs/voice/twiml';

const BOTH = ['cxml', 'twiml'] as const;
const ONLY_CXML = ['cxml'] as const;
const ONLY_TWIML = ['twiml'] as const;

const NONE = [] as const;
const SPOKEN = ['Say', 'Play', 'Pause'] as const;
const SSML = [
  'break',
  'emphasis',
  'lang',
  'p',
  'phoneme',
  'prosody',
  's',
  'say-as',
  'sub',
  'w',
  'audio',
  'mark',
  'voice',
  'amazon:effect',
  'amazon:domain',
  'amazon:emotion',
  'amazon:breath',
  'amazon:auto-breaths',
  'google:style',
] as const;

const METHOD = { type: 'enum', values: ['GET', 'POST'], default: 'POST' } as const;
const STAGE = { type: 'url', url: 'stage', method: 'method' } as const;
const OWN_STAGE = { ...STAGE, default: '' } as const;
const DIRECT = { type: 'url', url: 'direct' } as const;
const SOCKET = { type: 'url', url: 'direct', schemes: ['ws', 'wss'] } as const;
const TEXT = { type: 'string' } as const;
const MIXED_TEXT = { type: 'string', mixed: true } as const;
const TRUE = { type: 'boolean', default: 'true' } as const;
const FALSE = { type: 'boolean', default: 'false' } as const;
const LANGUAGE = { type: 'string', default: 'en-US' } as const;
const LOOP = { type: 'integer', minimum: 0, default: '1' } as const;
const KEYS = '0123456789*#' as const;
const TRIM = { type: 'enum', values: ['trim-silence', 'do-not-trim'], default: 'trim-silence' } as const;
const TRACK = {
  type: 'enum',
  values: ['inbound_track', 'outbound_track', 'both_tracks'],
  default: 'inbound_track',
} as const;
const RECORDING_EVENTS = {
  type: 'list',
  values: ['in-progress', 'completed', 'absent'],
  open: true,
  default: 'completed',
} as const;
const CALL_EVENTS = {
  type: 'list',
  values: ['initiated', 'ringing', 'answered', 'completed'],
  open: true,
  default: 'completed',
} as const;
const RECORD = {
  type: 'enum',
  values: [
    'true',
    'false',
    'do-not-record',
    'record-from-answer',
    'record-from-ringing',
    'record-from-start',
    'record-from-answer-dual',
    'record-from-ringing-dual',
  ],
  default: 'do-not-record',
} as const;

const STATUS_CALLBACK = { statusCallback: DIRECT, statusCallbackMethod: METHOD } as const;
const RECORDING_CALLBACK = {
  recordingStatusCallback: DIRECT,
  recordingStatusCallbackMethod: METHOD,
  recordingStatusCallbackEvent: RECORDING_EVENTS,
} as const;
const CREDENTIALS = { username: TEXT, password: TEXT } as const;
const NAME_AND_VALUE = { name: { type: 'string', required: true }, value: { type: 'string', required: true } } as const;
const SPEECH_SYNTHESIS = { voice: TEXT, language: LANGUAGE } as const;
const NUMBER_LEG = { ...STATUS_CALLBACK, statusCallbackEvent: CALL_EVENTS, url: DIRECT, method: METHOD } as const;

export const cxml = {
  Response: {
    summary: 'The document: verbs that run from top to bottom.',
    attributes: {},
    children: [
      'Say',
      'Play',
      'Pause',
      'Gather',
      'Converse',
      'Record',
      'Dial',
      'Redirect',
      'Hangup',
      'Reject',
      'Start',
      'Stop',
      'Connect',
      'Coach',
      'Enqueue',
      'Leave',
      'Echo',
      'Pay',
      'Prompt',
      'Refer',
      'Sms',
    ],
    dialects: BOTH,
    docs: `${CXML}s`,
  },

  Gather: {
    summary: 'Collects what the caller says or keys while its content plays.',
    attributes: {
      action: OWN_STAGE,
      method: METHOD,
      input: { type: 'list', values: ['dtmf', 'speech'], default: 'dtmf' },
      finishOnKey: { type: 'keys', values: [KEYS], default: '#' },
      numDigits: { type: 'integer', minimum: 1 },
      minDigits: { type: 'integer', minimum: 1 },
      maxDigits: { type: 'integer', minimum: 1 },
      timeout: { type: 'seconds', minimum: 0, values: ['auto'], default: '5' },
      maxTimeout: { type: 'seconds', minimum: 0, default: '30' },
      speechTimeout: { type: 'seconds', minimum: 0, decimals: true, values: ['auto'], default: 'auto' },
      speechEngine: { type: 'enum', values: ['aws', 'google'], open: true, default: 'aws' },
      speechDetection: { type: 'enum', values: ['auto', 'low', 'normal', 'high', 'stt'], open: true, default: 'auto' },
      speechModel: TEXT,
      enhanced: FALSE,
      language: LANGUAGE,
      hints: TEXT,
      profanityFilter: TRUE,
      partialResultCallback: DIRECT,
      partialResultCallbackMethod: METHOD,
      actionOnEmptyResult: FALSE,
      maxDuration: { type: 'seconds', minimum: 1, default: '300' },
      maxSpeechTime: { type: 'seconds', minimum: 1 },
      interruptible: TRUE,
      bargeIn: TRUE,
      debug: FALSE,
    },
    children: [...SPOKEN, 'Converse'],
    once: ['Converse'],
    flow: 'control',
    dialects: BOTH,
    docs: `${CXML}/gather`,
  },

  Converse: {
    summary: 'A language model answers: a whole conversation inside Gather, one reply elsewhere.',
    attributes: {
      ...SPEECH_SYNTHESIS,
      voice: { type: 'string', default: 'woman' },
      model: { type: 'name' },
      temperature: { type: 'number', minimum: 0, maximum: 2 },
      fallback: { type: 'name', extension: true },
      maxTokens: { type: 'integer', minimum: 1, extension: true },
      context: { type: 'enum', values: ['auto', 'none', 'no'], default: 'auto' },
      sessionTools: { type: 'list', values: ['hangup', 'redirect', 'dial'], open: true },
      ...STATUS_CALLBACK,
      statusCallbackEvent: {
        type: 'list',
        values: ['in-progress', 'tool-response', 'llm-response', 'completed'],
        open: true,
        default: 'in-progress completed',
      },
    },
    children: ['Tool', 'System', 'User', 'Assistant', 'Destination', 'Speech'],
    once: ['Speech'],
    flow: 'control',
    runs: 'here',
    dialects: ONLY_CXML,
    docs: `${CXML}/converse`,
  },
  Tool: {
    summary: 'A web service that the model may call.',
    attributes: {
      name: { type: 'name', required: true },
      url: { ...DIRECT, required: true },
      kind: {
        type: 'enum',
        values: ['webhook', 'client', 'mcp', 'builtin', 'inline', 'integration'],
        planned: ['client', 'mcp', 'builtin', 'inline', 'integration'],
        default: 'webhook',
        extension: true,
      },
      // GET is planned as well; the rule on methods says so, because a signature on it will never be possible.
      method: { type: 'enum', values: ['POST', 'GET'], default: 'POST', extension: true },
      wire: {
        type: 'enum',
        values: ['arguments', 'envelope', 'tool-calls'],
        planned: ['envelope', 'tool-calls'],
        default: 'arguments',
        extension: true,
      },
      signature: {
        type: 'enum',
        values: ['standard-webhooks', 'speechify', 'flireo', 'none'],
        planned: ['speechify', 'flireo'],
        default: 'standard-webhooks',
        extension: true,
      },
      secret: { type: 'name', extension: true },
      mode: { type: 'enum', values: ['sync', 'async'], planned: ['async'], default: 'sync', extension: true },
      ack: { type: 'string', planned: true, extension: true },
      timeout: { type: 'seconds', minimum: 0.1, maximum: 30, decimals: true, default: '4', extension: true },
    },
    children: ['Description', 'Parameter', 'ToolHeader', 'Filler', 'Failure'],
    once: ['Description', 'Failure'],
    runs: 'here',
    dialects: ONLY_CXML,
    docs: `${CXML}/converse/tool`,
  },
  Description: {
    summary: 'Tells the model what the tool does and when to use it.',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    runs: 'here',
    dialects: ONLY_CXML,
    docs: `${CXML}/converse/tool`,
  },
  Parameter: {
    summary: 'An argument of the tool: by default one that the call request carries.',
    attributes: {
      name: { type: 'name', required: true },
      description: TEXT,
      type: { type: 'enum', values: ['string', 'integer', 'number', 'boolean', 'enum'], default: 'string' },
      required: TRUE,
      values: TEXT,
      source: { type: 'enum', values: ['request', 'model'], default: 'request', extension: true },
    },
    children: NONE,
    runs: 'here',
    dialects: ONLY_CXML,
    docs: `${CXML}/converse/tool`,
  },
  Filler: {
    summary: 'Said while the tool runs, so that the caller does not wait in silence.',
    attributes: { after: { type: 'seconds', minimum: 0, decimals: true, default: '0' } },
    children: NONE,
    text: { type: 'string', required: true },
    runs: 'here',
    extension: true,
    planned: true,
    dialects: ONLY_CXML,
    docs: `${CXML}/converse/tool`,
  },
  Failure: {
    summary: 'Said when the tool fails.',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    runs: 'here',
    extension: true,
    planned: true,
    dialects: ONLY_CXML,
    docs: `${CXML}/converse/tool`,
  },
  System: {
    summary: 'Instructions to the model.',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    runs: 'here',
    dialects: ONLY_CXML,
    docs: `${CXML}/converse`,
  },
  User: {
    summary: 'A message to the model in the caller’s name.',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    runs: 'here',
    dialects: ONLY_CXML,
    docs: `${CXML}/converse`,
  },
  Assistant: {
    summary: 'A message in the model’s own name: an example of how it answers.',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    runs: 'here',
    extension: true,
    dialects: ONLY_CXML,
    docs: `${CXML}/converse`,
  },
  Destination: {
    summary: 'A number, SIP address or URL to which the model may dial or redirect.',
    attributes: { name: TEXT, description: TEXT, message: TEXT },
    children: NONE,
    text: { type: 'string', required: true },
    runs: 'here',
    extension: true,
    dialects: ONLY_CXML,
    docs: `${CXML}/converse`,
  },
  Speech: {
    summary: 'What the caller just said.',
    attributes: {},
    children: NONE,
    runs: 'here',
    dialects: ONLY_CXML,
    docs: `${CXML}/converse`,
  },

  Say: {
    summary: 'Speaks its text.',
    attributes: {
      ...SPEECH_SYNTHESIS,
      voice: { type: 'string', default: 'woman' },
      loop: LOOP,
      answer: TRUE,
      ...STATUS_CALLBACK,
    },
    children: SSML,
    text: { ...MIXED_TEXT, required: true },
    flow: 'plain',
    dialects: BOTH,
    docs: `${CXML}/say`,
  },
  Play: {
    summary: 'Plays the audio at a URL, or keys.',
    attributes: { loop: LOOP, digits: { type: 'keys', values: [`${KEYS}wWABCD`] }, answer: TRUE, ...STATUS_CALLBACK },
    children: NONE,
    text: { ...DIRECT, required: true, unless: 'digits' },
    flow: 'plain',
    dialects: BOTH,
    docs: `${CXML}/play`,
  },
  Pause: {
    summary: 'Waits in silence.',
    attributes: { length: { type: 'seconds', minimum: 0, default: '1' }, answer: TRUE },
    children: NONE,
    flow: 'plain',
    dialects: BOTH,
    docs: `${TWIML}/pause`,
  },
  Record: {
    summary: 'Records the caller.',
    attributes: {
      action: OWN_STAGE,
      method: METHOD,
      timeout: { type: 'seconds', minimum: 0, default: '5' },
      finishOnKey: { type: 'keys', values: [KEYS], default: '1234567890*#' },
      maxLength: { type: 'seconds', minimum: 1, default: '3600' },
      maxSilence: { type: 'seconds', minimum: 0 },
      playBeep: TRUE,
      ...RECORDING_CALLBACK,
      recordingConfigurationId: TEXT,
      trim: TRIM,
      answer: TRUE,
      transcribe: FALSE,
      transcribeCallback: DIRECT,
      transcribeEngine: TEXT,
      fileFormat: { type: 'enum', values: ['mp3', 'wav'], default: 'mp3' },
    },
    children: SPOKEN,
    flow: 'control',
    dialects: BOTH,
    docs: `${CXML}/record`,
  },
  Redirect: {
    summary: 'Goes on with the document at a URL; nothing after it runs.',
    attributes: { method: METHOD },
    children: NONE,
    text: { ...STAGE, required: true },
    flow: 'end',
    dialects: BOTH,
    docs: `${TWIML}/redirect`,
  },
  Hangup: {
    summary: 'Ends the call.',
    attributes: {},
    children: NONE,
    flow: 'end',
    dialects: BOTH,
    docs: `${TWIML}/hangup`,
  },
  Reject: {
    summary: 'Refuses the call without answering it.',
    attributes: { reason: { type: 'enum', values: ['rejected', 'busy', 'congestion', 'failed'], default: 'rejected' } },
    children: NONE,
    flow: 'end',
    dialects: BOTH,
    docs: `${CXML}/reject`,
  },

  Dial: {
    summary: 'Connects the caller with someone else.',
    attributes: {
      action: STAGE,
      method: METHOD,
      callerId: TEXT,
      callerName: TEXT,
      timeout: { type: 'seconds', minimum: 1, default: '30' },
      timeLimit: { type: 'seconds', minimum: 1 },
      hangupOnStar: FALSE,
      hangupOn: { type: 'keys', values: [KEYS] },
      record: RECORD,
      ...RECORDING_CALLBACK,
      recordingTrack: { type: 'enum', values: ['both', 'inbound', 'outbound'], default: 'both' },
      recordingConfigurationId: TEXT,
      trim: TRIM,
      trunks: TEXT,
      headers: TEXT,
      forwardHeaders: FALSE,
      answerOnBridge: FALSE,
      ringTone: TEXT,
      referUrl: DIRECT,
      referMethod: METHOD,
      sequential: FALSE,
      events: TEXT,
      passports: TEXT,
    },
    children: ['Header', 'Number', 'Sip', 'Conference', 'Service', 'Client', 'Queue', 'Sim', 'WhatsApp', 'Application'],
    text: TEXT,
    flow: 'control',
    dialects: BOTH,
    docs: `${CXML}/dial`,
  },
  Header: {
    summary: 'A SIP header of the outgoing call.',
    attributes: NAME_AND_VALUE,
    children: NONE,
    dialects: ONLY_CXML,
    docs: `${CXML}/dial`,
  },
  ToolHeader: {
    summary: 'An HTTP header of the tool’s request.',
    name: 'Header',
    attributes: NAME_AND_VALUE,
    children: NONE,
    runs: 'here',
    extension: true,
    planned: true,
    dialects: ONLY_CXML,
    docs: `${CXML}/converse/tool`,
  },
  Number: {
    summary: 'A telephone number or subscriber to dial.',
    attributes: { ...NUMBER_LEG, sendDigits: { type: 'keys', values: [`${KEYS}wWABCD`] }, byoc: TEXT },
    children: NONE,
    text: { type: 'string', required: true },
    dialects: BOTH,
    docs: `${CXML}/dial/number`,
  },
  Sip: {
    summary: 'A SIP address to dial.',
    attributes: {
      ...NUMBER_LEG,
      ...CREDENTIALS,
      domain: { type: 'enum', values: ['origin', 'destination'], default: 'origin' },
    },
    children: NONE,
    text: { type: 'string', required: true },
    dialects: BOTH,
    docs: `${CXML}/dial/sip`,
  },
  Conference: {
    summary: 'A room to join.',
    attributes: {
      beep: { type: 'enum', values: ['true', 'false', 'onEnter', 'onExit'], default: 'true' },
      dtmf: { type: 'enum', values: ['block', 'pass'], default: 'block' },
      holdMusic: TRUE,
      muted: FALSE,
      prompts: FALSE,
      startConferenceOnEnter: { type: 'enum', values: ['true', 'false', 'required'], default: 'true' },
      endConferenceOnExit: FALSE,
      participantLabel: TEXT,
      jitterBufferSize: { type: 'enum', values: ['large', 'medium', 'small', 'off'] },
      maxParticipants: { type: 'integer', minimum: 2, maximum: 250, default: '250' },
      record: { type: 'enum', values: ['do-not-record', 'record-from-start'], default: 'do-not-record' },
      region: TEXT,
      coach: TEXT,
      trim: TRIM,
      waitUrl: { ...DIRECT, silence: true },
      waitMethod: METHOD,
      ...STATUS_CALLBACK,
      statusCallbackEvent: {
        type: 'list',
        values: ['start', 'end', 'join', 'leave', 'mute', 'hold', 'dtmf', 'modify', 'speaker', 'announcement'],
        open: true,
      },
      ...RECORDING_CALLBACK,
      eventCallbackUrl: DIRECT,
      talkDetection: { type: 'enum', values: ['normal', 'quick', 'lazy'], default: 'normal' },
    },
    children: NONE,
    text: { type: 'string' },
    dialects: BOTH,
    docs: `${CXML}/dial/conference`,
  },
  Service: {
    summary: 'A voice-agent service to connect to.',
    attributes: { provider: { type: 'string', required: true }, ...CREDENTIALS },
    children: NONE,
    text: { type: 'string', required: true },
    dialects: ONLY_CXML,
    docs: `${CXML}/dial`,
  },
  Coach: {
    summary: 'Listens in on, or speaks into, a running call.',
    attributes: {
      callerId: TEXT,
      callerName: TEXT,
      listen: { type: 'boolean' },
      speak: { type: 'boolean' },
      whisper: { type: 'boolean' },
      barge: { type: 'boolean' },
      timeout: { type: 'seconds', minimum: 1 },
      ...STATUS_CALLBACK,
      record: RECORD,
      ...RECORDING_CALLBACK,
    },
    children: NONE,
    text: { type: 'string', required: true },
    flow: 'control',
    dialects: ONLY_CXML,
    docs: `${CXML}s`,
  },

  Start: {
    summary: 'Begins something that runs beside the call.',
    attributes: { action: DIRECT, method: METHOD },
    children: ['Stream', 'Siprec', 'Transcription', 'Recording'],
    flow: 'plain',
    dialects: BOTH,
    docs: `${CXML}/start`,
  },
  Stop: {
    summary: 'Ends what Start began.',
    attributes: {},
    children: ['StoppedStream', 'Siprec', 'Transcription', 'Recording'],
    flow: 'plain',
    dialects: BOTH,
    docs: `${CXML}/start`,
  },
  Connect: {
    summary: 'Hands the call to a two-way service until it is done.',
    attributes: { action: STAGE, method: METHOD },
    children: ['Stream', 'ConversationRelay', 'Room', 'VirtualAgent', 'ConnectedAssistant'],
    flow: 'control',
    dialects: BOTH,
    docs: `${TWIML}/connect`,
  },
  Stream: {
    summary: 'The call’s audio over a WebSocket.',
    attributes: {
      url: { ...SOCKET, required: true },
      name: TEXT,
      track: TRACK,
      ...STATUS_CALLBACK,
      connectorName: TEXT,
      audioFormat: TEXT,
      sampleRate: TEXT,
    },
    children: ['CustomParameter'],
    dialects: BOTH,
    docs: `${TWIML}/stream`,
  },
  StoppedStream: {
    summary: 'The stream to end, by its name.',
    name: 'Stream',
    attributes: { name: TEXT, url: SOCKET, track: TRACK, ...STATUS_CALLBACK },
    children: ['CustomParameter'],
    dialects: BOTH,
    docs: `${TWIML}/stream`,
  },
  CustomParameter: {
    summary: 'A value handed to the other side of a stream or session.',
    name: 'Parameter',
    attributes: NAME_AND_VALUE,
    children: NONE,
    dialects: ONLY_TWIML,
    docs: `${TWIML}/stream`,
  },
  Siprec: {
    summary: 'A SIPREC session.',
    attributes: { name: TEXT, connectorName: TEXT, track: TRACK, ...STATUS_CALLBACK },
    children: ['CustomParameter'],
    dialects: ONLY_TWIML,
    docs: `${TWIML}/siprec`,
  },
  Transcription: {
    summary: 'A live transcript.',
    attributes: {
      name: TEXT,
      track: TRACK,
      statusCallbackUrl: DIRECT,
      statusCallbackMethod: METHOD,
      inboundTrackLabel: TEXT,
      outboundTrackLabel: TEXT,
      partialResults: FALSE,
      languageCode: LANGUAGE,
      transcriptionEngine: TEXT,
      profanityFilter: TRUE,
      speechModel: TEXT,
      hints: TEXT,
      enableAutomaticPunctuation: TRUE,
      intelligenceService: TEXT,
    },
    children: ['CustomParameter', 'Config'],
    dialects: ONLY_TWIML,
    docs: `${TWIML}/transcription`,
  },
  Recording: {
    summary: 'A recording of the call in the background.',
    attributes: {
      ...RECORDING_CALLBACK,
      recordingConfigurationId: TEXT,
      trim: TRIM,
      track: { type: 'enum', values: ['inbound', 'outbound', 'both'], default: 'both' },
      channels: { type: 'enum', values: ['mono', 'dual'], default: 'dual' },
    },
    children: NONE,
    dialects: ONLY_TWIML,
    docs: `${TWIML}/recording`,
  },
  ConversationRelay: {
    summary: 'Speech to text and back over a WebSocket.',
    attributes: {
      url: { ...SOCKET, required: true },
      welcomeGreeting: TEXT,
      welcomeGreetingLanguage: TEXT,
      welcomeGreetingInterruptible: {
        type: 'enum',
        values: ['none', 'dtmf', 'speech', 'any', 'true', 'false'],
        default: 'any',
      },
      language: LANGUAGE,
      ttsLanguage: TEXT,
      transcriptionLanguage: TEXT,
      ttsProvider: { type: 'enum', values: ['Google', 'Amazon', 'ElevenLabs'], open: true, default: 'ElevenLabs' },
      voice: TEXT,
      elevenlabsTextNormalization: { type: 'enum', values: ['on', 'auto', 'off'], default: 'off' },
      transcriptionProvider: { type: 'enum', values: ['Google', 'Deepgram'], open: true, default: 'Deepgram' },
      speechModel: TEXT,
      eotThreshold: { type: 'number', minimum: 0.5, maximum: 0.9, default: '0.8' },
      speechTimeout: { type: 'milliseconds', minimum: 600, maximum: 5000, values: ['auto'], default: 'auto' },
      partialPrompts: FALSE,
      deepgramSmartFormat: TRUE,
      hints: TEXT,
      profanityFilter: { type: 'boolean' },
      interruptible: { type: 'enum', values: ['none', 'dtmf', 'speech', 'any', 'true', 'false'], default: 'any' },
      interruptSensitivity: { type: 'enum', values: ['low', 'medium', 'high'], default: 'high' },
      ignoreBackchannel: FALSE,
      reportInputDuringAgentSpeech: { type: 'enum', values: ['none', 'dtmf', 'speech', 'any'], default: 'none' },
      dtmfDetection: FALSE,
      preemptible: FALSE,
      events: { type: 'list', values: ['debugging', 'speaker-events', 'tokens-played'], open: true },
      debug: { type: 'list', values: ['debugging', 'speaker-events', 'tokens-played'], open: true },
      intelligenceService: TEXT,
      conversationConfiguration: TEXT,
      backgroundNoiseReduction: TEXT,
    },
    children: ['Language', 'CustomParameter'],
    dialects: ONLY_TWIML,
    docs: `${TWIML}/connect/conversationrelay`,
  },
  Language: {
    summary: 'How one language of a relay is spoken and heard.',
    attributes: {
      code: { type: 'string', required: true },
      ttsProvider: TEXT,
      voice: TEXT,
      transcriptionProvider: TEXT,
      speechModel: TEXT,
    },
    children: NONE,
    dialects: ONLY_TWIML,
    docs: `${TWIML}/connect/conversationrelay`,
  },
  Room: {
    summary: 'A video room to join.',
    attributes: { participantIdentity: TEXT },
    children: NONE,
    text: { type: 'string', required: true },
    dialects: ONLY_TWIML,
    docs: `${TWIML}/connect`,
  },
  VirtualAgent: {
    summary: 'A Dialogflow agent.',
    attributes: { connectorName: TEXT, language: TEXT, sentimentAnalysis: { type: 'boolean' }, ...STATUS_CALLBACK },
    children: ['Config', 'CustomParameter'],
    dialects: ONLY_TWIML,
    docs: `${TWIML}/connect/virtualagent`,
  },
  ConnectedAssistant: {
    summary: 'An assistant that the platform runs.',
    name: 'Assistant',
    attributes: { id: TEXT, language: TEXT, ttsProvider: TEXT, voice: TEXT, welcomeGreeting: TEXT },
    children: ['Language', 'CustomParameter'],
    dialects: ONLY_TWIML,
    docs: `${TWIML}/connect`,
  },
  Config: {
    summary: 'A setting of a virtual agent.',
    attributes: NAME_AND_VALUE,
    children: NONE,
    dialects: ONLY_TWIML,
    docs: `${TWIML}/connect/virtualagent`,
  },
  Enqueue: {
    summary: 'Puts the caller into a queue.',
    attributes: {
      action: STAGE,
      method: METHOD,
      maxQueueSize: { type: 'integer', minimum: 0 },
      waitUrl: DIRECT,
      waitUrlMethod: METHOD,
      workflowSid: TEXT,
    },
    children: ['Task'],
    text: TEXT,
    flow: 'control',
    dialects: ONLY_TWIML,
    docs: `${TWIML}/enqueue`,
  },
  Task: {
    summary: 'JSON attributes of the queued task.',
    attributes: { priority: { type: 'integer' }, timeout: { type: 'seconds', minimum: 0 } },
    children: NONE,
    text: { type: 'string', required: true },
    dialects: ONLY_TWIML,
    docs: `${TWIML}/enqueue`,
  },
  Leave: {
    summary: 'Takes the caller out of the queue.',
    attributes: {},
    children: NONE,
    flow: 'end',
    dialects: ONLY_TWIML,
    docs: `${TWIML}/leave`,
  },
  Queue: {
    summary: 'A queue whose first caller is dialled.',
    attributes: { url: DIRECT, method: METHOD, reservationSid: TEXT, postWorkActivitySid: TEXT },
    children: NONE,
    text: TEXT,
    dialects: ONLY_TWIML,
    docs: `${TWIML}/queue`,
  },
  Echo: {
    summary: 'Plays the caller’s own voice back.',
    attributes: {},
    children: NONE,
    flow: 'control',
    dialects: ONLY_TWIML,
    docs: `${TWIML}/echo`,
  },
  Pay: {
    summary: 'Takes a payment over the keypad.',
    attributes: {
      action: STAGE,
      method: METHOD,
      input: { type: 'enum', values: ['dtmf'], open: true },
      bankAccountType: TEXT,
      chargeAmount: TEXT,
      currency: TEXT,
      description: TEXT,
      language: TEXT,
      maxAttempts: { type: 'integer', minimum: 1 },
      minPostalCodeLength: { type: 'integer', minimum: 0 },
      paymentConnector: TEXT,
      paymentMethod: TEXT,
      postalCode: TEXT,
      securityCode: { type: 'boolean' },
      ...STATUS_CALLBACK,
      timeout: { type: 'seconds', minimum: 1 },
      tokenType: TEXT,
      validCardTypes: TEXT,
      requireMatchingInputs: TEXT,
      confirmation: TEXT,
    },
    children: ['Prompt', 'CustomParameter'],
    flow: 'control',
    dialects: ONLY_TWIML,
    docs: `${TWIML}/pay`,
  },
  Prompt: {
    summary: 'What is said at one step of a payment.',
    attributes: {
      for: TEXT,
      attempt: TEXT,
      cardType: TEXT,
      errorType: TEXT,
      requireMatchingInputs: { type: 'boolean' },
    },
    children: SPOKEN,
    flow: 'plain',
    dialects: ONLY_TWIML,
    docs: `${TWIML}/pay/prompt`,
  },
  Refer: {
    summary: 'Hands a SIP call over to another address.',
    attributes: { action: STAGE, method: METHOD },
    children: ['ReferSip'],
    flow: 'control',
    dialects: ONLY_TWIML,
    docs: `${TWIML}/refer`,
  },
  ReferSip: {
    summary: 'The address that the call is handed to.',
    name: 'Sip',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    dialects: ONLY_TWIML,
    docs: `${TWIML}/refer`,
  },
  Sms: {
    summary: 'Sends a text message.',
    attributes: { to: TEXT, from: TEXT, action: STAGE, method: METHOD, statusCallback: DIRECT },
    children: NONE,
    text: { type: 'string', required: true },
    flow: 'control',
    dialects: ONLY_TWIML,
    docs: 'https://www.twilio.com/docs/messaging/voice/sms',
  },
  Client: {
    summary: 'A browser or app to ring.',
    attributes: NUMBER_LEG,
    children: ['Identity', 'CustomParameter'],
    text: TEXT,
    dialects: ONLY_TWIML,
    docs: `${TWIML}/client`,
  },
  Identity: {
    summary: 'The client’s name.',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    dialects: ONLY_TWIML,
    docs: `${TWIML}/client`,
  },
  Sim: {
    summary: 'A SIM to ring.',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    dialects: ONLY_TWIML,
    docs: `${TWIML}/sim`,
  },
  WhatsApp: {
    summary: 'A WhatsApp number to ring.',
    attributes: NUMBER_LEG,
    children: NONE,
    text: { type: 'string', required: true },
    dialects: ONLY_TWIML,
    docs: `${TWIML}/dial`,
  },
  Application: {
    summary: 'Another voice application to dial.',
    attributes: { ...NUMBER_LEG, customerId: TEXT, copyParentTo: { type: 'boolean' } },
    children: ['ApplicationSid', 'CustomParameter'],
    text: TEXT,
    dialects: ONLY_TWIML,
    docs: `${TWIML}/application`,
  },
  ApplicationSid: {
    summary: 'The application’s identifier.',
    attributes: {},
    children: NONE,
    text: { type: 'string', required: true },
    dialects: ONLY_TWIML,
    docs: `${TWIML}/application`,
  },

  break: {
    summary: 'SSML: a pause.',
    attributes: {
      strength: { type: 'enum', values: ['none', 'x-weak', 'weak', 'medium', 'strong', 'x-strong'] },
      time: TEXT,
    },
    children: NONE,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.2.3',
  },
  emphasis: {
    summary: 'SSML: spoken with stress.',
    attributes: { level: { type: 'enum', values: ['strong', 'moderate', 'none', 'reduced'], default: 'moderate' } },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.2.2',
  },
  lang: {
    summary: 'SSML: another language.',
    attributes: { 'xml:lang': { type: 'string', required: true } },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.1.10.1',
  },
  p: {
    summary: 'SSML: a paragraph.',
    attributes: { 'xml:lang': TEXT },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.1.8.1',
  },
  phoneme: {
    summary: 'SSML: a pronunciation.',
    attributes: { alphabet: TEXT, ph: { type: 'string', required: true } },
    children: NONE,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.1.10',
  },
  prosody: {
    summary: 'SSML: pitch, rate and volume.',
    attributes: { volume: TEXT, rate: TEXT, pitch: TEXT, contour: TEXT, range: TEXT, duration: TEXT },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.2.4',
  },
  s: {
    summary: 'SSML: a sentence.',
    attributes: { 'xml:lang': TEXT },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.1.8.1',
  },
  'say-as': {
    summary: 'SSML: how a figure or date is read.',
    attributes: { 'interpret-as': { type: 'string', required: true }, format: TEXT, role: TEXT, detail: TEXT },
    children: NONE,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.1.9',
  },
  sub: {
    summary: 'SSML: words spoken in place of others.',
    attributes: { alias: { type: 'string', required: true } },
    children: NONE,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.1.11',
  },
  w: {
    summary: 'SSML: one word and its role.',
    attributes: { role: TEXT },
    children: NONE,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.1.8.2',
  },
  audio: {
    summary: 'SSML: a recording, with its content spoken when it cannot be played.',
    attributes: { src: { ...DIRECT, required: true } },
    children: SSML,
    text: MIXED_TEXT,
    dialects: ONLY_CXML,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.3.1',
  },
  mark: {
    summary: 'SSML: a named place.',
    attributes: { name: { type: 'string', required: true } },
    children: NONE,
    dialects: BOTH,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.3.2',
  },
  voice: {
    summary: 'SSML: another voice.',
    attributes: { name: TEXT, language: TEXT, gender: TEXT },
    children: SSML,
    text: MIXED_TEXT,
    dialects: ONLY_CXML,
    docs: 'https://www.w3.org/TR/speech-synthesis11/#S3.2.1',
  },
  'amazon:effect': {
    summary: 'SSML of Polly: whispering and the like.',
    attributes: { name: TEXT, phonation: TEXT, 'vocal-tract-length': TEXT },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html',
  },
  'amazon:domain': {
    summary: 'SSML of Polly: a speaking style.',
    attributes: { name: { type: 'string', required: true } },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html',
  },
  'amazon:emotion': {
    summary: 'SSML of Polly: a mood.',
    attributes: { name: { type: 'string', required: true }, intensity: TEXT },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html',
  },
  'amazon:breath': {
    summary: 'SSML of Polly: a breath.',
    attributes: { duration: TEXT, volume: TEXT },
    children: NONE,
    dialects: BOTH,
    docs: 'https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html',
  },
  'amazon:auto-breaths': {
    summary: 'SSML of Polly: breaths where they fit.',
    attributes: { volume: TEXT, frequency: TEXT, duration: TEXT },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://docs.aws.amazon.com/polly/latest/dg/supportedtags.html',
  },
  'google:style': {
    summary: 'SSML of Google: a speaking style.',
    attributes: { name: { type: 'string', required: true } },
    children: SSML,
    text: MIXED_TEXT,
    dialects: BOTH,
    docs: 'https://cloud.google.com/text-to-speech/docs/ssml',
  },
} as const satisfies Record<string, ElementGrammar>;

/** The key of a row. */
export type RowName = keyof typeof cxml;
