import type { Message } from './message.ts';

/** What an agent's platforms prove themselves with. Where any is given, only a request that one of them proves passes. */
export type PlatformCredentials = {
  /** The key of the account's requests: `X-Twilio-Signature` is made with it. */
  readonly twilio?: { readonly authToken: string };
  /** The domain's key of voice application requests, which it sends along. */
  readonly cloudonix?: { readonly apiKey: string };
  /** The space's Signing Key, which is not its API token. */
  readonly signalwire?: { readonly signingKey: string };
  /** The account's ed25519 public key: 32 bytes in base64. */
  readonly telnyx?: { readonly publicKey: string };
  /** Of the account, or of the main account where a subaccount makes the call. */
  readonly plivo?: { readonly authToken: string };
  /** The webhook secret of the account. */
  readonly jambonz?: { readonly webhookSecret: string };
};

/** What one platform's requests look like. A new platform is a row of these in `platforms.ts`. */
export type Platform = {
  /** True when the request has this platform's shape; tells nothing about whether it is genuine. */
  recognises(message: Message): boolean;
  /** Why the request is not proven to be the platform's, fit for a log; undefined when it is. */
  unverified(message: Message, credentials: PlatformCredentials): string | undefined;
  /** Parameters that hold the platform's id of the call, the first present one winning. */
  readonly callIdNames: readonly string[];
  /** Headers that are parameters of a call request, by their lower-case name. Absent: none is. */
  readonly headers?: { readonly [header: string]: string };
  /** The header whose value is equal on every retry of one request. */
  readonly idempotencyHeader?: string;
  /** How long the platform reads an answer, in milliseconds, where it says so. */
  readonly readsForMs?: number;
};
