/** A document is prompts and tool declarations; a larger body is a wrong URL, and platforms refuse 64 kB themselves. */
export const DOCUMENT_MAX_BYTES = 1024 * 1024;
/** An application server that needs longer loses the caller; the caller hears a filler meanwhile. */
export const DOCUMENT_FETCH_TIMEOUT_MS = 10_000;
/** A caller speaks for longer than undici keeps a connection by itself, and a new one costs a turn its handshake. */
export const KEEP_ALIVE_MS = 60_000;
/** How often a file is looked at for changes: soon enough for its author, not once for every turn of every call. */
export const FILE_CHECK_EVERY_MS = 500;
/**
 * Characters of an answer's content. Twilio and SignalWire read 64 kB (error 11750), and a character may take five bytes
 * once it is escaped.
 */
export const ANSWER_MAX_CHARACTERS = 12_000;

/** Of the text of one Say: platforms refuse or cut off what is longer. */
export const SAY_MAX_CHARACTERS = 4_096;

/** A platform request is answered within this time; SignalWire reads for 5 s. */
export const FLUSH_DEADLINE_MS = 3_500;
/** Before the flush deadline, so that the line is in the answer that the deadline sends. */
export const FILLER_AFTER_MS = 3_200;
/** Once a sentence is ready, how long after the request an answer waits for the rest, which a caller could interrupt. */
export const FLUSH_SPEECH_AFTER_MS = 1_200;
/** So often may a turn's answers be that early, if they are short; then the time of a turn must last for its redirects. */
export const EARLY_ANSWERS = 4;
/** Speech that takes about as long to hear as an answer may take to come. */
export const EARLY_ANSWER_CHARACTERS = 60;
/** What goes on for longer without a full stop is cut between words: nobody says more in one breath. */
export const SENTENCE_MAX_CHARACTERS = 300;
/** What is said before the last part of an answer cannot be interrupted, so it is kept short. */
export const PART_MAX_SENTENCES = 2;
export const PART_MAX_CHARACTERS = 200;
/** A turn that needs longer is cut off with an apology. */
export const TURN_MAX_MS = 60_000;
export const TURN_MAX_REDIRECTS = 20;

/** Rounds of tool calls in a turn; the model then answers once without tools. */
export const MAX_TOOL_HOPS = 8;
/** Of one reply; a model that asks for more at once has lost its way. */
export const MAX_PARALLEL_TOOL_CALLS = 16;
export const TOOL_TIMEOUT_MS = 4_000;
export const TOOL_RESULT_MAX_BYTES = 16 * 1024;

/**
 * Of the conversation in a model request: about 15,000 tokens, which any model of today holds beside its prompts and which
 * a caller fills in about an hour.
 */
export const HISTORY_MAX_CHARACTERS = 60_000;
/** Of one reply, about three minutes of speech; a model that goes on longer has lost its thread. */
export const REPLY_MAX_CHARACTERS = 2_500;

/** A model that pauses this long after a full stop has ended its sentence, though no next one shows it. */
export const SENTENCE_PAUSE_MS = 400;

/** A model that has not begun to answer by then has failed; a stream that pauses longer has stalled. */
export const MODEL_START_TIMEOUT_MS = 30_000;
export const MODEL_IDLE_TIMEOUT_MS = 15_000;

/** How often a silent caller is asked again before the call goes on. */
export const MAX_REPROMPTS = 2;
/** Turns in a row that the model may fail before the call ends. */
export const MAX_FAILED_TURNS = 3;
/** A caller who is listened to and whose platform is silent for this long is gone, whatever plays there. */
export const ABANDONED_AFTER_MS = 15 * 60_000;
/** As long as platforms let one Dial, queue or recording last. */
export const LEFT_AFTER_MS = 4 * 60 * 60_000;
/** How often such calls are looked for. */
export const ABANDONED_CHECK_EVERY_MS = 60_000;
/** A repeated request without a turn token counts as a duplicate for this long after its turn. */
export const DUPLICATE_WINDOW_MS = 30_000;

/** A host that has not taken the connection by then is down; the rest of a request's time is for its answer. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** A moved document is found; a loop is not followed. */
export const MAX_DOCUMENT_REDIRECTS = 3;
/** Bytes of documents kept as their servers allow; a fleet of small applications fits. */
export const DOCUMENT_CACHE_MAX_BYTES = 16 * 1024 * 1024;
/** Compiled documents kept; beyond it the one unused for longest is compiled again when it comes back. */
export const COMPILED_DOCUMENTS_MAX = 256;

/** After a model has said that it is done, how long the end of its stream is waited for. */
export const MODEL_FINISH_GRACE_MS = 250;
/** One event of a stream is a token or a tool call's arguments; a longer one is not a model's. */
export const MODEL_EVENT_MAX_BYTES = 1024 * 1024;
/** As much of a refusal's body as is read for its reason. */
export const MODEL_ERROR_MAX_BYTES = 16 * 1024;
/** A reason is one line of a log. */
export const REASON_MAX_CHARACTERS = 300;
