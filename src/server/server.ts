import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { health, type HealthOptions } from './health.ts';
import { voice, type VoiceOptions } from './voice.ts';

/** A platform request is parameters; Cloudonix adds session data to them. */
const REQUEST_MAX_BYTES = 256 * 1024;
/** Longer than the pause between two requests of a call, so that a platform's connection is used again. */
const KEEP_ALIVE_MS = 120_000;

export type ServerOptions = VoiceOptions & HealthOptions & { readonly logger: Logger };

/** The HTTP server, not yet listening. */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: REQUEST_MAX_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true },
  });
  // A connection that stays open after its last answer would hold up the stop for as long as the other side keeps it.
  app.addHook('onSend', async (_request, reply) => {
    if (options.isDraining()) reply.header('connection', 'close');
  });
  await app.register(health, options);
  await app.register(voice, options);
  return app as unknown as FastifyInstance;
}
