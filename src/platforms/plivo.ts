import { verifyPlivoV2, verifyPlivoV3 } from '../signatures/plivo.ts';
import { hasParameter, headerText, loggedUrl, type Message } from './message.ts';
import type { Platform } from './platform.ts';

/** Newest first. `ma` is made with the token of the main account, where a subaccount makes the call. */
const SIGNATURES = [
  { header: 'x-plivo-signature-v3', nonce: 'x-plivo-signature-v3-nonce', verify: verifyPlivoV3 },
  { header: 'x-plivo-signature-ma-v3', nonce: 'x-plivo-signature-v3-nonce', verify: verifyPlivoV3 },
  { header: 'x-plivo-signature-v2', nonce: 'x-plivo-signature-v2-nonce', verify: verifyPlivoV2 },
] as const;

/** @see https://www.plivo.com/docs/voice/concepts/callbacks */
export const plivo: Platform = {
  recognises: (message) =>
    SIGNATURES.some(({ header }) => header in message.headers) || hasParameter(message, 'CallUUID'),

  unverified(message, credentials) {
    const authToken = credentials.plivo?.authToken;
    const given = signaturesOf(message);
    if (given.length === 0) return 'there is no X-Plivo-Signature-V3 with its nonce';
    if (authToken === undefined) return 'no auth token is configured';
    // The second version leaves out the body, so it must not stand in for a third that does not fit.
    const newest = given.filter(({ verify }) => verify === given[0]?.verify);
    const { method, url, content } = message;
    const pairs = content.kind === 'form' ? content.pairs : [];
    return newest.some(({ verify, signature, nonce }) => verify(authToken, signature, { method, url, pairs, nonce }))
      ? undefined
      : `the signature does not fit ${loggedUrl(message)}; is this the public URL that Plivo calls?`;
  },

  callIdNames: ['CallUUID'],
};

function signaturesOf({ headers }: Message): readonly {
  readonly verify: typeof verifyPlivoV3;
  readonly signature: string;
  readonly nonce: string;
}[] {
  return SIGNATURES.flatMap(({ header, nonce: nonceHeader, verify }) => {
    const [signature, nonce] = [headerText(headers, header), headerText(headers, nonceHeader)];
    return signature && nonce ? [{ verify, signature, nonce }] : [];
  });
}
