import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { PLACE_QUERY, placeOf } from '../call/place.ts';
import type { Calls } from '../interpret/calls.ts';
import { endedStatus, readPlatformRequest, type PlatformReading, type ReadOptions } from '../platforms/platforms.ts';
import { publicUrl } from '../platforms/public-url.ts';
import { printXml } from '../render/xml.ts';
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

/**
 * The platform's side: a voice URL, the URLs that lead back to a call, and a status URL, for each agent. A verified
 * request always gets status 200 and a document; 403 and 404 are for requests that are nobody's call.
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
    return reply.code(200).type('text/xml; charset=utf-8').send(failureDocument(agent.failureLine));
  });

  const methods = ['GET', 'POST'];
  app.route<VoiceRoute>({ method: methods, url: '/voice/:agent', handler: answer });
  app.route<VoiceRoute>({ method: methods, url: '/voice/:agent/continue', handler: answer });
  app.route<VoiceRoute>({ method: methods, url: STATUS_URL, handler: status });

  async function answer(request: FastifyRequest<VoiceRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const agent = options.agents.get(request.params.agent);
    if (agent === undefined) return unknownAgent(request, reply);
    const reading = read(request, agent);
    if (reading.kind === 'unverified') return refuse(request, reply, reading.reason);
    if (reading.kind === 'unreadable') throw new Error(reading.reason);
    const place = placeOf(request.query);
    const arrivedAtMs = performance.now();
    const body = await options.sink.answer(request.params.agent, reading.request, place, () => {
      reply.header('server-timing', `fs;dur=${(performance.now() - arrivedAtMs).toFixed(2)};desc="first speech"`);
    });
    return reply.type('text/xml; charset=utf-8').send(body);
  }

  async function status(request: FastifyRequest<VoiceRoute>, reply: FastifyReply): Promise<FastifyReply> {
    const agent = options.agents.get(request.params.agent);
    if (agent === undefined) return unknownAgent(request, reply);
    const reading = read(request, agent);
    if (reading.kind === 'unverified') return refuse(request, reply, reading.reason);
    const ended = reading.kind === 'request' ? endedStatus(reading.request.parameters) : undefined;
    if (reading.kind === 'request' && ended !== undefined) {
      await options.calls.hangUp(request.params.agent, reading.request.callSid, ended);
    }
    return reply.code(204).send();
  }

  function read(request: FastifyRequest, agent: ServedAgent): PlatformReading {
    const http = {
      method: request.method,
      publicUrl: publicUrl(request.headers, false, options.publicUrl),
      path: request.url,
      headers: request.headers,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    };
    return readPlatformRequest(http, { ...agent, reserved: PLACE_QUERY });
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

function failureDocument(line: string): string {
  const say = { name: 'Say', attributes: {}, children: [line] };
  return printXml({
    name: 'Response',
    attributes: {},
    children: [say, { name: 'Hangup', attributes: {}, children: [] }],
  });
}
