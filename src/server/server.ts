import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { voice, type VoiceOptions } from './voice.ts';

/** A platform request is parameters; Cloudonix adds session data to them. */
const REQUEST_MAX_BYTES = 256 * 1024;
/** Longer than the pause between two requests of a call, so that a platform's connection is used again. */
const KEEP_ALIVE_MS = 120_000;

/** The HTTP server, not yet listening. */
export async function createServer(options: VoiceOptions & { readonly logger: Logger }): Promise<FastifyInstance> {
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
  app.get('/healthz', async (_request, reply) => reply.type('text/plain').send('ok\n'));
  await app.register(voice, options);
  return app as unknown as FastifyInstance;
}
