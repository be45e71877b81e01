import type { FastifyReply } from 'fastify';

/** Status 404 and a line for people, whatever is wrong with a request that none of our URLs answers. */
export function nothingHere({ method }: { readonly method: string }, reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain').send(`nothing answers ${method} here\n`);
}
