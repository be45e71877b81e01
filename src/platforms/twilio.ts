import type { SignedBody } from '../signatures/twilio.ts';
import { verifyTwilio } from '../signatures/twilio.ts';
import { headerText } from './message.ts';
import type { Message } from './message.ts';
import type { Platform } from './platform.ts';

/** @see https://www.twilio.com/docs/api/twiml/twilio_request */
export const twilio: Platform = {
  recognises: ({ headers, content }) =>
    'x-twilio-signature' in headers || 'i-twilio-idempotency-token' in headers || content.kind === 'form',

  unverified(message, credentials) {
    const signature = headerText(message.headers, 'x-twilio-signature');
    if (signature === undefined || signature === '') return 'there is no X-Twilio-Signature';
    const authToken = credentials.twilio?.authToken;
    if (authToken === undefined) return 'no auth token is configured';
    if (verifyTwilio(authToken, signature, message.url, signedBody(message))) return undefined;
    // The query is left out: on a GET it holds the caller's number.
    return `X-Twilio-Signature does not fit ${message.url.split('?', 1)[0]}; is this the public URL that Twilio calls?`;
  },

  callIdNames: ['CallSid'],
  headers: {},
  idempotencyHeader: 'i-twilio-idempotency-token',
};

function signedBody({ content, body }: Message): SignedBody {
  return content.kind === 'form' ? content : { kind: 'raw', bytes: body };
}
