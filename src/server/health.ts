import type { FastifyPluginAsync } from 'fastify';

/** A balancer asks every few seconds, and takes an answer that does not come for a bad one. */
const CHECK_TIMEOUT_MS = 1_000;

export type HealthOptions = {
  /** Whether this node is about to stop. */
  readonly isDraining: () => boolean;
  /** Resolves when the store answers. */
  readonly checkStore: () => Promise<void>;
};

/**
 * `GET /healthz`: the process lives, whatever it can do at the moment; who does not get an answer starts it anew.
 * `GET /readyz`: calls may come here; 503, with the reason in one line, while the store does not answer or the node is about
 * to stop. Both say nothing that a stranger may not know.
 */
export const health: FastifyPluginAsync<HealthOptions> = async (app, { isDraining, checkStore }) => {
  let checking: Promise<string | undefined> | undefined;

  /** One check at a time: while the store hangs, those who ask do not pile up behind it. */
  function storeFault(): Promise<string | undefined> {
    checking ??= checkStore()
      .then(
        () => undefined,
        (error: unknown) => {
          app.log.warn({ err: error }, 'not ready: the store does not answer');
          return 'the store does not answer';
        },
      )
      .finally(() => (checking = undefined));
    return Promise.race([checking, tooLate()]);
  }

  app.get('/healthz', async (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', async (_request, reply) => {
    const fault = isDraining() ? 'this node is stopping' : await storeFault();
    return reply
      .code(fault === undefined ? 200 : 503)
      .type('text/plain')
      .send(`${fault ?? 'ok'}\n`);
  });
};

function tooLate(): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(`the store has not answered for ${CHECK_TIMEOUT_MS} ms`), CHECK_TIMEOUT_MS).unref();
  });
}
