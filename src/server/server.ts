import Fastify, { LogController, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { health, type HealthOptions } from './health.ts';
import { nothingHere } from './nothing-here.ts';
import { voice, type VoiceOptions } from './voice.ts';

/** A platform request is parameters; Cloudonix adds session data to them. */
const REQUEST_MAX_BYTES = 256 * 1024;
/** A request is a few kilobytes: whoever takes longer to send one holds a connection for nothing, and gets status 408. */
const RECEIVE_WITHIN_MS = 10_000;
/** How often Node looks for such requests; by itself, each 30 s. */
const LOOK_FOR_SLOW_MS = 1_000;
/** Longer than the pause between two requests of a call, so that a platform's connection is used again. */
const KEEP_ALIVE_MS = 120_000;

export type ServerOptions = VoiceOptions & HealthOptions & { readonly logger: Logger };

/** The HTTP server, not yet listening. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: REQUEST_MAX_BYTES,
    requestTimeout: RECEIVE_WITHIN_MS,
    // Node holds the whole request to the longer of its two limits, and the one for headers is a minute by itself.
    http: { headersTimeout: RECEIVE_WITHIN_MS, connectionsCheckingInterval: LOOK_FOR_SLOW_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
    // A URL that cannot be decoded, or whose agent has a name longer than any.
    frameworkErrors: (_error, request, reply: FastifyReply) => void nothingHere(request, reply),
  });
  // Before the body is read: what is wrong with it does not matter where nobody wants it.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) nothingHere(request, reply);
    else done();
  });
  // A connection that stays open after its last answer would hold up the stop for as long as the other side keeps it.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (options.isDraining()) reply.header('connection', 'close');
    done(null, payload);
  });
  await app.register(health, options);
  await app.register(voice, options);
  return app as unknown as FastifyInstance;
}
