import { verifySignalWireBody } from '../signatures/signalwire.ts';
import { verifyTwilio } from '../signatures/twilio.ts';
import { headerText, loggedUrl } from './message.ts';
import type { Platform } from './platform.ts';

const SHA256_HEADER = 'x-signalwire-sha256-signature';
const SHA1_HEADER = 'x-signalwire-signature';

/**
 * Forms are signed as Twilio signs them, under the header's own name or Twilio's; JSON, and everything under the newer
 * header, by URL and body.
 *
 * @see https://developer.signalwire.com/compatibility-api/guides/webhooks/webhook-security
 */
export const signalwire: Platform = {
  recognises: ({ headers }) => SHA256_HEADER in headers || SHA1_HEADER in headers,

  unverified(message, credentials) {
    const { headers, url, body, content } = message;
    const [sha256, sha1] = [headerText(headers, SHA256_HEADER), headerText(headers, SHA1_HEADER)];
    const signature = sha256 ?? sha1 ?? headerText(headers, 'x-twilio-signature');
    if (signature === undefined || signature === '') return 'there is no X-SignalWire-Signature';
    const signingKey = credentials.signalwire?.signingKey;
    if (signingKey === undefined) return 'no signing key is configured';
    const isVerified =
      sha256 !== undefined
        ? verifySignalWireBody('sha256', signingKey, signature, url, body)
        : content.kind === 'form'
          ? verifyTwilio(signingKey, signature, url, content)
          : verifySignalWireBody('sha1', signingKey, signature, url, body);
    if (isVerified) return undefined;
    return `the signature does not fit ${loggedUrl(message)}; is this the public URL that SignalWire calls, and the key its Signing Key?`;
  },

  callIdNames: ['CallSid'],
  readsForMs: 5_000,
};
