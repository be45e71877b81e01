import { parsed, refusals } from './refusals.ts';
import { respondWith, startServer } from './servers.ts';
import type { Answer, TestServer } from './servers.ts';

export type StrictModel = TestServer & {
  /** What was wrong with the requests so far. */
  readonly faults: readonly string[];
};

/** A model server that answers 400 to any request with an invalid history, and otherwise as it is told. */
export async function startStrictModel(answer: Answer): Promise<StrictModel> {
  const faults: string[] = [];
  const server = await startServer((request, response) => {
    // Only a connection is opened by it.
    if (request.method === 'HEAD') return respondWith(200, '')(request, response);
    const found = refusals(parsed(request.body));
    if (found.length === 0) return answer(request, response);
    faults.push(...found);
    const body = JSON.stringify({ error: { message: found.join('; '), type: 'invalid_request_error' } });
    return respondWith(400, body, { 'content-type': 'application/json' })(request, response);
  });
  return { ...server, faults };
}
