import { leftOut, type AttributeRule, type Dialect } from '../dialect.ts';

/** `Google:en-GB-Standard-A` and `AWS:Amy` are `Google.en-GB-Standard-A` and `Polly.Amy` here. */
const voice: AttributeRule = (value) => value.replace(/^AWS:/i, 'Polly.').replace(/^(\w+):/, '$1.');

/** Twilio refuses fractions of a second (errors 13327, 13328). */
const wholeSeconds: AttributeRule = (value) => {
  const seconds = Number(value);
  return value.trim() === '' || Number.isNaN(seconds) ? value : String(Math.max(1, Math.ceil(seconds)));
};

/** @see https://www.twilio.com/docs/voice/twiml */
export const twilio: Dialect = {
  Gather: {
    speechTimeout: wholeSeconds,
    timeout: wholeSeconds,
    maxTimeout: leftOut,
    maxDuration: leftOut,
    speechEngine: leftOut,
    speechDetection: leftOut,
    interruptible: (value) => (value === 'false' ? { name: 'bargeIn', value: 'false' } : undefined),
  },
  Say: { voice, answer: leftOut, statusCallback: leftOut, statusCallbackMethod: leftOut },
  Play: { answer: leftOut, statusCallback: leftOut, statusCallbackMethod: leftOut },
  Pause: { length: wholeSeconds, answer: leftOut },
  Reject: { reason: (value) => (value === 'busy' ? 'busy' : 'rejected') },
};
