import assert from 'node:assert/strict';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { fallbackPlace, PLACE_QUERY, placeOf, type Place } from '../call/place.ts';
import { endedStatus, type CallRequest, type PlatformName } from '../call/request.ts';
import { VoiceError } from '../errors.ts';
import type { Calls } from '../interpret/calls.ts';
import type { PlatformHttpRequest } from '../platforms/message.ts';
import { likelyPlatform, readPlatformRequest, type PlatformReading, type ReadOptions } from '../platforms/platforms.ts';
import { publicUrl, unusableHost } from '../platforms/public-url.ts';
import { contentTypeOf, renderFailure } from '../render/answer.ts';
import type { DocumentSink } from '../transports/document.ts';
import { createApologies, type ApologyLines } from './apology.ts';
import { discardBody } from './unread-body.ts';

/**
 * A request is answered by then whatever the store does: longer than the flush deadline, which leaves time to record the
 * answer, and shorter than the 5 s for which SignalWire reads.
 */
const ANSWER_WITHIN_MS = 4_500;

/** Of a host that is none, so much of it is logged. */
const HOST_MAX_LENGTH = 100;

/** What the server must know of an agent. */
export type ServedAgent = Omit<ReadOptions, 'reserved'> & {
  /** Under which platforms reach it; absent: what the request itself says. */
  readonly publicUrl?: string | undefined;
  /** Said while the store is away, again and again for a while. Absent: the platform gets status 503, and falls back. */
  readonly apologies?: ApologyLines | undefined;
  /** Whether they are said at the fallback URL alone, and any other leaves the platform to it. */
  readonly fallsBack?: boolean | undefined;
  /** Said when not even the interpreter can answer; the call then ends. */
  readonly failureLine: string;
};

export type VoiceOptions = {
  readonly agents: ReadonlyMap<string, ServedAgent>;
  readonly calls: Calls;
  readonly sink: DocumentSink;
  /** Whether a request of this call, which names no turn, may begin one here. Another node takes what this one may not. */
  readonly mayBegin: (agent: string, callSid: string) => boolean | Promise<boolean>;
};

const STATUS_URL = '/voice/:agent/status';
const FALLBACK_URL = '/voice/:agent/fallback';

type VoiceRoute = { Params: { agent: string }; Querystring: Readonly<Record<string, unknown>> };

/** Where in its call a verified request stands. */
type PlaceOf = (request: FastifyRequest<VoiceRoute>, call: CallRequest) => Place;

/**
 * The platform's side: a voice URL, the URLs that lead back to a call, a fallback URL for when those failed, and a status
 * URL, for each agent. A verified request gets status 200 and a document in the platform's dialect, within a bounded time;
 * 403 and 404 are for requests that are nobody's call, 503 for those that another node or the platform's own fallback shall
 * take, with a line for people: no platform reads the body of such an answer.
 */
export const voice: FastifyPluginAsync<VoiceOptions> = async (app, options) => {
  // The body is read as bytes, because a signature covers them; so is one of a content type that is none.
  app.addHook('onRequest', (request, _reply, done) => {
    if (!/^[\w.+-]+\/[\w.+-]+/.test(request.headers['content-type'] ?? '')) {
      request.raw.headers['content-type'] = 'application/octet-stream';
    }
    done();
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const apologies = createApologies();
  /** The agents of which that was said. */
  const warnedOfHost = new Set<string>();

  app.setErrorHandler<Error, VoiceRoute>(async (error, request, reply) => {
    const agent = options.agents.get(request.params.agent);
    if (agent === undefined) return unknownAgent(request, reply);
    const unread = whyUnread(error, request);
    if (unread !== undefined) {
      await discardBody(request.raw);
      return answerUnread(request, reply, agent, unread);
    }
    request.log.error({ agent: request.params.agent, err: error }, 'a platform request could not be answered');
    const { url } = request.routeOptions;
    // What was not kept is not acknowledged either. Behind the fallback URL there is no other to fall back to.
    const mayFail = url === STATUS_URL || (apologiesAt(url, agent) === undefined && url !== FALLBACK_URL);
    if (isOutage(error) && mayFail) return unavailable(reply, 'the store does not answer');
    if (url === STATUS_URL) return reply.code(204).send();
    return fail(reply, agent, likelyPlatform(httpRequest(request, agent), agent));
  });

  const methods = ['GET', 'POST'];
  const byUrl: PlaceOf = ({ query }) => placeOf(query);
  app.route<VoiceRoute>({ method: methods, url: '/voice/:agent', handler: answerAt(byUrl) });
  app.route<VoiceRoute>({ method: methods, url: '/voice/:agent/continue', handler: answerAt(byUrl) });
  const afterFailure: PlaceOf = (_, { parameters }) => fallbackPlace(parameters);
  app.route<VoiceRoute>({ method: methods, url: FALLBACK_URL, handler: answerAt(afterFailure) });
  app.route<VoiceRoute>({ method: methods, url: STATUS_URL, handler: status });

  function answerAt(place: PlaceOf) {
    return (request: FastifyRequest<VoiceRoute>, reply: FastifyReply) => answer(request, reply, place);
  }

  async function answer(
    request: FastifyRequest<VoiceRoute>,
    reply: FastifyReply,
    place: PlaceOf,
  ): Promise<FastifyReply> {
    const agent = options.agents.get(request.params.agent);
    if (agent === undefined) return unknownAgent(request, reply);
    const reading = read(request, agent);
    if (reading.kind !== 'request') return turnDown(request, reply, agent, reading);
    const call = reading.request;
    const at = place(request, call);
    const body = await inTime(answerOf(request.params.agent, call, at, reply)).catch((error: unknown) => {
      const lines = isOutage(error) ? apologiesAt(request.routeOptions.url, agent) : undefined;
      const apology = lines && apologies.next(request.params.agent, call, at, lines);
      if (apology === undefined) throw error;
      request.log.error({ agent: request.params.agent, err: error }, 'the store is away: the caller is asked to wait');
      return apology;
    });
    if (body === undefined) return unavailable(reply, 'this node begins no more calls');
    return reply.type(contentTypeOf(call.platform)).send(body);
  }

  /** Undefined where another node shall answer. */
  async function answerOf(
    agent: string,
    call: CallRequest,
    place: Place,
    reply: FastifyReply,
  ): Promise<string | undefined> {
    const arrivedAtMs = performance.now();
    if (place.kind === 'start' && !(await options.mayBegin(agent, call.callSid))) return undefined;
    const body = await options.sink.answer(agent, call, place, () => {
      reply.header('server-timing', `fs;dur=${(performance.now() - arrivedAtMs).toFixed(2)};desc="first speech"`);
    });
    apologies.answered(agent, call);
    return body;
  }

  async function status(request: FastifyRequest<VoiceRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const agent = options.agents.get(request.params.agent);
    if (agent === undefined) return unknownAgent(request, reply);
    const reading = read(request, agent);
    if (reading.kind !== 'request') return turnDown(request, reply, agent, reading);
    const ended = endedStatus(reading.request);
    if (ended !== undefined) {
      await inTime(options.calls.hangUp(request.params.agent, reading.request.callSid, ended));
    }
    return reply.code(204).send();
  }

  /** A body that was not read proves nothing, but a key in a header does. */
  function answerUnread(
    request: FastifyRequest<VoiceRoute>,
    reply: FastifyReply,
    agent: ServedAgent,
    unread: string,
  ): FastifyReply {
    const reading = read(request, agent, unread);
    assert(reading.kind !== 'request', 'a request without its body was read');
    return turnDown(request, reply, agent, reading);
  }

  function read(request: FastifyRequest<VoiceRoute>, agent: ServedAgent, unread?: string): PlatformReading {
    warnOfHost(request, agent);
    return readPlatformRequest({ ...httpRequest(request, agent), unread }, { ...agent, reserved: PLACE_QUERY });
  }

  /** Once: until it is mended, the links of each answer and the URL of each signature are wrong. */
  function warnOfHost(request: FastifyRequest<VoiceRoute>, { publicUrl: configured }: ServedAgent): void {
    const { agent } = request.params;
    const host = unusableHost(request.headers, configured);
    if (host === undefined || warnedOfHost.has(agent)) return;
    warnedOfHost.add(agent);
    request.log.warn(
      { agent, host: host.slice(0, HOST_MAX_LENGTH) },
      'no address can be told from the host of a request, and links lead to http://localhost: give --public-url',
    );
  }
};

/** What is said under this URL while the store is away. */
function apologiesAt(url: string | undefined, { apologies, fallsBack }: ServedAgent): ApologyLines | undefined {
  return fallsBack === true && url !== FALLBACK_URL ? undefined : apologies;
}

/** What went wrong while the body was on its way, which is never our fault: it was too long, or the sender hung up. */
function whyUnread(error: Error & { readonly statusCode?: number }, { body }: FastifyRequest): string | undefined {
  const { statusCode = 500 } = error;
  return body === undefined && statusCode >= 400 && statusCode < 500
    ? `the body could not be read: ${error.message}`
    : undefined;
}

function httpRequest(request: FastifyRequest, agent: ServedAgent): PlatformHttpRequest {
  return {
    method: request.method,
    publicUrl: publicUrl(request.headers, false, agent.publicUrl),
    path: request.url,
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    receivedAtMs: Date.now(),
  };
}

/** What `work` gives, if it does so in time; nothing else than the store takes this long. @throws STORE_UNAVAILABLE */
function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    const reason = `it has not answered for ${ANSWER_WITHIN_MS} ms`;
    reject(new VoiceError('STORE_UNAVAILABLE', { reason }));
  }, ANSWER_WITHIN_MS);
  const stop = (): void => clearTimeout(timer);
  work.then(resolve, reject);
  work.then(stop, stop);
  return promise;
}

function isOutage(error: unknown): boolean {
  return error instanceof VoiceError && error.code === 'STORE_UNAVAILABLE';
}

function unavailable(reply: FastifyReply, reason: string): FastifyReply {
  return reply.code(503).type('text/plain').send(`${reason}\n`);
}

function unknownAgent(request: FastifyRequest<VoiceRoute>, reply: FastifyReply): FastifyReply {
  request.log.warn({ agent: request.params.agent }, 'no such agent');
  return reply.code(404).type('text/plain').send(`no agent is named "${request.params.agent}"\n`);
}

/** A request that is no call's: the fault of who sent it, so no error of ours. */
function turnDown(
  request: FastifyRequest<VoiceRoute>,
  reply: FastifyReply,
  agent: ServedAgent,
  reading: Exclude<PlatformReading, { kind: 'request' }>,
): FastifyReply {
  if (reading.kind === 'unverified') return refuse(request, reply, reading.reason);
  request.log.warn({ agent: request.params.agent, reason: reading.reason }, 'a platform request is unreadable');
  return request.routeOptions.url === STATUS_URL ? reply.code(204).send() : fail(reply, agent, reading.platform);
}

function refuse(request: FastifyRequest<VoiceRoute>, reply: FastifyReply, reason: string): FastifyReply {
  request.log.warn({ agent: request.params.agent, reason }, 'unverified platform request refused');
  return reply.code(403).type('text/plain').send('this request is not proven to come from the platform\n');
}

/** The call ends with a sentence, in words that its platform reads. */
function fail(reply: FastifyReply, { failureLine }: ServedAgent, platform: PlatformName): FastifyReply {
  return reply.code(200).type(contentTypeOf(platform)).send(renderFailure(failureLine, platform));
}
