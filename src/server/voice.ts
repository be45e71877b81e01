import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { fallbackPlace, PLACE_QUERY, placeOf, type Place } from '../call/place.ts';
import { endedStatus, type CallRequest, type PlatformName } from '../call/request.ts';
import type { Calls } from '../interpret/calls.ts';
import type { PlatformHttpRequest } from '../platforms/message.ts';
import { likelyPlatform, readPlatformRequest, type PlatformReading, type ReadOptions } from '../platforms/platforms.ts';
import { publicUrl } from '../platforms/public-url.ts';
import { contentTypeOf, renderFailure } from '../render/answer.ts';
import type { DocumentSink } from '../transports/document.ts';

/** What the server must know of an agent. */
export type ServedAgent = Omit<ReadOptions, 'reserved'> & {
  /** Said when not even the interpreter can answer; the call then ends. */
  readonly failureLine: string;
};

export type VoiceOptions = {
  readonly agents: ReadonlyMap<string, ServedAgent>;
  readonly calls: Calls;
  readonly sink: DocumentSink;
  /** Under which platforms reach this server; absent: what the request itself says. */
  readonly publicUrl?: string | undefined;
};

const STATUS_URL = '/voice/:agent/status';

type VoiceRoute = { Params: { agent: string }; Querystring: Readonly<Record<string, unknown>> };

/** Where in its call a verified request stands. */
type PlaceOf = (request: FastifyRequest<VoiceRoute>, call: CallRequest) => Place;

/**
 * The platform's side: a voice URL, the URLs that lead back to a call, a fallback URL for when those failed, and a status
 * URL, for each agent. A verified request always gets status 200 and a document in the platform's dialect; 403 and 404 are
 * for requests that are nobody's call, with a line for people: no platform reads the body of such an answer.
 */
export const voice: FastifyPluginAsync<VoiceOptions> = async (app, options) => {
  // The body is read as bytes, because a signature covers them; so is one of a content type that is none.
  app.addHook('preParsing', async (request) => {
    if (!/^[\w.+-]+\/[\w.+-]+/.test(request.headers['content-type'] ?? '')) {
      request.raw.headers['content-type'] = 'application/octet-stream';
    }
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.setErrorHandler<Error, VoiceRoute>((error, request, reply) => {
    const agent = options.agents.get(request.params.agent);
    if (agent === undefined) return unknownAgent(request, reply);
    request.log.error({ agent: request.params.agent, err: error }, 'a platform request could not be answered');
    if (request.routeOptions.url === STATUS_URL) return reply.code(204).send();
    return fail(reply, agent, likelyPlatform(httpRequest(request), agent));
  });

  const methods = ['GET', 'POST'];
  const byUrl: PlaceOf = ({ query }) => placeOf(query);
  app.route<VoiceRoute>({ method: methods, url: '/voice/:agent', handler: answerAt(byUrl) });
  app.route<VoiceRoute>({ method: methods, url: '/voice/:agent/continue', handler: answerAt(byUrl) });
  const afterFailure: PlaceOf = (_, { parameters }) => fallbackPlace(parameters);
  app.route<VoiceRoute>({ method: methods, url: '/voice/:agent/fallback', handler: answerAt(afterFailure) });
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
    if (reading.kind === 'unverified') return refuse(request, reply, reading.reason);
    if (reading.kind === 'unreadable') {
      request.log.error({ agent: request.params.agent, reason: reading.reason }, 'a platform request is unreadable');
      return fail(reply, agent, reading.platform);
    }
    const call = reading.request;
    const arrivedAtMs = performance.now();
    const body = await options.sink.answer(request.params.agent, call, place(request, call), () => {
      reply.header('server-timing', `fs;dur=${(performance.now() - arrivedAtMs).toFixed(2)};desc="first speech"`);
    });
    return reply.type(contentTypeOf(call.platform)).send(body);
  }

  async function status(request: FastifyRequest<VoiceRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const agent = options.agents.get(request.params.agent);
    if (agent === undefined) return unknownAgent(request, reply);
    const reading = read(request, agent);
    if (reading.kind === 'unverified') return refuse(request, reply, reading.reason);
    const ended = reading.kind === 'request' ? endedStatus(reading.request) : undefined;
    if (reading.kind === 'request' && ended !== undefined) {
      await options.calls.hangUp(request.params.agent, reading.request.callSid, ended);
    }
    return reply.code(204).send();
  }

  function read(request: FastifyRequest, agent: ServedAgent): PlatformReading {
    return readPlatformRequest(httpRequest(request), { ...agent, reserved: PLACE_QUERY });
  }

  function httpRequest(request: FastifyRequest): PlatformHttpRequest {
    return {
      method: request.method,
      publicUrl: publicUrl(request.headers, false, options.publicUrl),
      path: request.url,
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      receivedAtMs: Date.now(),
    };
  }
};

function unknownAgent(request: FastifyRequest<VoiceRoute>, reply: FastifyReply): FastifyReply {
  request.log.warn({ agent: request.params.agent }, 'no such agent');
  return reply.code(404).type('text/plain').send(`no agent is named "${request.params.agent}"\n`);
}

function refuse(request: FastifyRequest<VoiceRoute>, reply: FastifyReply, reason: string): FastifyReply {
  request.log.warn({ agent: request.params.agent, reason }, 'unverified platform request refused');
  return reply.code(403).type('text/plain').send('this request is not proven to come from the platform\n');
}

/** The call ends with a sentence, in words that its platform reads. */
function fail(reply: FastifyReply, { failureLine }: ServedAgent, platform: PlatformName): FastifyReply {
  return reply.code(200).type(contentTypeOf(platform)).send(renderFailure(failureLine, platform));
}
