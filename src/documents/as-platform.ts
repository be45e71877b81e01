import type { Parameters, PlatformName } from '../call/request.ts';
import { signTwilio } from '../signatures/twilio.ts';
import { encodeForm, formPairs, type FormPair } from '../call/form.ts';

/** The keys with which an agent's platforms sign what they send, for those that sign with a shared one. */
export type SigningKeys = { readonly [P in PlatformName]?: string };

type Manner = {
  /** How the parameters stand in the body of a POST. */
  readonly body: keyof typeof ENCODERS;
  /** Headers that carry the signature, where it is Twilio's: the author's server checks it as the platform's own. */
  readonly signatureHeaders: readonly string[];
};

export type Body = { readonly contentType: string; readonly text: string; readonly pairs: readonly FormPair[] };

const ENCODERS = {
  form: (parameters: Parameters): Body => {
    const pairs = formPairs(parameters);
    return { contentType: 'application/x-www-form-urlencoded', text: encodeForm(pairs), pairs };
  },
  json: (parameters: Parameters): Body => ({
    contentType: 'application/json',
    text: JSON.stringify(parameters),
    pairs: [],
  }),
} as const;

const FORM: Manner = { body: 'form', signatureHeaders: [] };

/** How each platform asks an author's server for a document. */
const MANNERS: { readonly [P in PlatformName]: Manner } = {
  cloudonix: { body: 'json', signatureHeaders: [] },
  twilio: { body: 'form', signatureHeaders: ['x-twilio-signature'] },
  signalwire: { body: 'form', signatureHeaders: ['x-signalwire-signature', 'x-twilio-signature'] },
  telnyx: FORM,
  plivo: FORM,
  jambonz: { body: 'json', signatureHeaders: [] },
};

/** The body of a POST as this platform would have sent it; without a platform, a form. */
export function bodyOf(platform: PlatformName | undefined, parameters: Parameters): Body {
  return ENCODERS[platform === undefined ? 'form' : MANNERS[platform].body](parameters);
}

/** The headers that prove a request with this form to be the platform's; none where it has no key, or signs otherwise. */
export function signatureHeaders(
  platform: PlatformName | undefined,
  keys: SigningKeys,
  url: string,
  pairs: readonly FormPair[],
): { readonly [name: string]: string } {
  const key = platform === undefined ? undefined : keys[platform];
  if (platform === undefined || key === undefined) return {};
  const names = MANNERS[platform].signatureHeaders;
  return names.length === 0
    ? {}
    : Object.fromEntries(names.map((name) => [name, signTwilio(key, url, pairs)] as const));
}
