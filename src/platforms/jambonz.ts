import { verifyJambonz } from '../signatures/jambonz.ts';
import { hasParameter, headerText } from './message.ts';
import type { Platform } from './platform.ts';

/** @see https://docs.jambonz.org/webhooks/overview */
export const jambonz: Platform = {
  recognises: (message) =>
    'jambonz-signature' in message.headers ||
    (hasParameter(message, 'call_sid') && hasParameter(message, 'application_sid')),

  unverified({ headers, body, method, receivedAtMs = Number.NaN }, credentials) {
    const signature = headerText(headers, 'jambonz-signature');
    if (signature === undefined || signature === '') return 'there is no Jambonz-Signature';
    const secret = credentials.jambonz?.webhookSecret;
    if (secret === undefined) return 'no webhook secret is configured';
    if (method !== 'POST') return 'a GET’s parameters are not signed; set the webhook’s method to POST';
    return verifyJambonz(secret, signature, body, receivedAtMs / 1000)
      ? undefined
      : 'Jambonz-Signature does not fit the body, or its time is more than five minutes off';
  },

  callIdNames: ['call_sid'],
  readsForMs: 10_000,
};
