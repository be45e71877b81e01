import { telnyxKey, verifyTelnyx } from '../signatures/telnyx.ts';
import { hasParameter, headerText } from './message.ts';
import type { Platform } from './platform.ts';

const SIGNATURE_HEADER = 'telnyx-signature-ed25519';
const TIMESTAMP_HEADER = 'telnyx-timestamp';

/**
 * A signature covers the time and the body, so of a GET nothing but the time: anybody could change what it says.
 *
 * @see https://developers.telnyx.com/docs/voice/programmable-voice/texml-fundamentals
 */
export const telnyx: Platform = {
  recognises: (message) => SIGNATURE_HEADER in message.headers || hasParameter(message, 'CallSidLegacy'),

  unverified({ headers, body, method, receivedAtMs = Number.NaN }, credentials) {
    const [signature, timestamp] = [headerText(headers, SIGNATURE_HEADER), headerText(headers, TIMESTAMP_HEADER)];
    if (!signature || !timestamp) return `there is no ${signature ? TIMESTAMP_HEADER : SIGNATURE_HEADER}`;
    const publicKey = credentials.telnyx?.publicKey;
    if (publicKey === undefined) return 'no public key is configured';
    if (telnyxKey(publicKey) === undefined) return 'the public key is not 32 bytes in base64';
    if (method !== 'POST') return 'a GET’s parameters are not signed; set the method of the application to POST';
    return verifyTelnyx(publicKey, { signature, timestamp }, body, receivedAtMs / 1000)
      ? undefined
      : `${SIGNATURE_HEADER} does not fit the body, or ${TIMESTAMP_HEADER} is more than five minutes off`;
  },

  callIdNames: ['CallSid'],
};
