import type { SignedBody } from '../signatures/twilio.ts';
import { verifyTwilio } from '../signatures/twilio.ts';
import { headerText, loggedUrl, type Message } from './message.ts';
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
    return `X-Twilio-Signature does not fit ${loggedUrl(message)}; is this the public URL that Twilio calls?`;
  },

  callIdNames: ['CallSid'],
  idempotencyHeader: 'i-twilio-idempotency-token',
  readsForMs: 15_000,
};

function signedBody({ content, body }: Message): SignedBody {
  return content.kind === 'form' ? content : { kind: 'raw', bytes: body };
}
