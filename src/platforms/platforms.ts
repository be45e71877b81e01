// From a platform's HTTP request to a call request: recognised by its shape, verified with the agent's credentials, read
// in one fixed order. Takes plain data and gives a value; it never throws, and reads nothing that its check did not cover.
import type { CallRequest, Parameters, PlatformName } from '../call/request.ts';
import { ownValue } from '../json.ts';
import type { JsonValue } from '../json.ts';
import { cloudonix } from './cloudonix.ts';
import { jambonz } from './jambonz.ts';
import { headerText, mergeParameters, readMessage } from './message.ts';
import type { Message, PlatformHttpRequest } from './message.ts';
import type { Platform, PlatformCredentials } from './platform.ts';
import { plivo } from './plivo.ts';
import { signalwire } from './signalwire.ts';
import { telnyx } from './telnyx.ts';
import { twilio } from './twilio.ts';

/** In the order in which a request's shape is tried: the more telling first. */
export const PLATFORMS: { readonly [K in PlatformName]: Platform } = {
  signalwire,
  telnyx,
  plivo,
  jambonz,
  cloudonix,
  twilio,
};
const PLATFORM_NAMES = Object.keys(PLATFORMS) as readonly PlatformName[];

export type ReadOptions = {
  /** Fixed by the agent; absent: told by the shape of the request. */
  readonly platform?: PlatformName | undefined;
  readonly credentials?: PlatformCredentials | undefined;
  /** Names of our own in the query, which are no parameters. */
  readonly reserved?: ReadonlySet<string> | undefined;
  /** Missing name to present name: `{ Session: 'CallSid' }` gives a request without Session its CallSid. */
  readonly aliases?: { readonly [missing: string]: string } | undefined;
};

export type PlatformReading =
  | { readonly kind: 'request'; readonly request: CallRequest }
  /** Not proven to be the platform's; answered with 403, without a fetch or a model call. */
  | { readonly kind: 'unverified'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly platform: PlatformName; readonly reason: string };

/** The call request in a platform's HTTP request, or why there is none. */
export function readPlatformRequest(http: PlatformHttpRequest, options: ReadOptions = {}): PlatformReading {
  const message = readMessage(http);
  const proof = provePlatform(message, options);
  if (proof.kind === 'unverified') {
    return http.unread === undefined ? proof : { ...proof, reason: `${http.unread}; ${proof.reason}` };
  }
  const unreadable = (reason: string): PlatformReading => ({ kind: 'unreadable', platform: proof.platform, reason });
  if (message.content.kind === 'broken') return unreadable(message.content.reason);

  const platform = PLATFORMS[proof.platform];
  const parameters = readParameters(message, platform.headers, options);
  const callSid = platform.callIdNames
    .map((name) => ownValue(parameters, name))
    .find(
      (value): value is string | number => (typeof value === 'string' || typeof value === 'number') && value !== '',
    );
  const names = platform.callIdNames.join(' or ');
  if (callSid === undefined) return unreadable(`the request has no ${names}`);
  if (!String(callSid).isWellFormed()) {
    return unreadable(`the request's ${names} is not Unicode: it has half of a surrogate pair`);
  }
  const idempotencyKey = platform.idempotencyHeader && headerText(message.headers, platform.idempotencyHeader);
  return {
    kind: 'request',
    request: {
      platform: proof.platform,
      callSid: String(callSid),
      parameters,
      publicUrl: message.publicUrl,
      ...(idempotencyKey ? { idempotencyKey } : {}),
    },
  };
}

/** The platform that the agent fixes, or else the one whose shape the request has; tells nothing about whether it is genuine. */
export function likelyPlatform(http: PlatformHttpRequest, { platform }: ReadOptions): PlatformName {
  return platform ?? shapeOf(readMessage(http));
}

function shapeOf(message: Message): PlatformName {
  return PLATFORM_NAMES.find((name) => PLATFORMS[name].recognises(message)) ?? 'twilio';
}

type Proof =
  | { readonly kind: 'proven'; readonly platform: PlatformName }
  | { readonly kind: 'unverified'; readonly reason: string };

function provePlatform(message: Message, { platform, credentials = {} }: ReadOptions): Proof {
  const configured = PLATFORM_NAMES.filter((name) => credentials[name] !== undefined);
  const [only] = configured.length === 1 ? configured : [];
  const likely = platform ?? only ?? shapeOf(message);
  if (configured.length === 0) return { kind: 'proven', platform: likely };
  // A platform that proves itself is the platform, whatever the shape suggested; its reason is told when none does.
  const others = configured.filter((name) => name !== likely);
  const tried = platform !== undefined ? [platform] : configured.includes(likely) ? [likely, ...others] : others;
  const reasons = tried.map((name) => ({ name, reason: PLATFORMS[name].unverified(message, credentials) }));
  const proven = reasons.find(({ reason }) => reason === undefined);
  if (proven !== undefined) return { kind: 'proven', platform: proven.name };
  // Of the rest, only what the request could be taken for: six reasons would hide the one that helps.
  const told = reasons.filter(({ name }, index) => index === 0 || PLATFORMS[name].recognises(message));
  return { kind: 'unverified', reason: told.map(({ name, reason }) => `${name}: ${reason}`).join('; ') };
}

/** Body, then query, then the platform's headers: a name counts where it comes first. */
function readParameters(message: Message, headerNames: Platform['headers'], options: ReadOptions): Parameters {
  const { content, query, headers } = message;
  const merged = mergeParameters([
    content.kind === 'json' ? Object.entries(content.parameters) : content.kind === 'form' ? content.pairs : [],
    query.filter(([name]) => options.reserved?.has(name) !== true && name !== 'bodySHA256'),
    headerNames === undefined ? [] : headerPairs(headerNames, headers),
  ]);
  if (options.aliases !== undefined) {
    for (const [missing, present] of Object.entries(options.aliases)) {
      const value = merged.get(present);
      if (!merged.has(missing) && value !== undefined) merged.set(missing, value);
    }
  }
  return Object.fromEntries(merged);
}

function headerPairs(
  names: NonNullable<Platform['headers']>,
  headers: Message['headers'],
): readonly (readonly [string, JsonValue])[] {
  return Object.entries(names).flatMap(([header, name]) => {
    const value = headerText(headers, header);
    return value === undefined ? [] : [[name, value]];
  });
}
