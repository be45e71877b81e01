import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach } from 'vitest';

/** A request as a server of a test saw it. */
export type SeenRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type TestServer = {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** `127.0.0.1:<port>`, as a guard's allow-list takes it. */
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  /** Connections that are open now. */
  readonly connections: ReadonlySet<Socket>;
  close(): Promise<void>;
};

export type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

const running = new Set<TestServer>();

afterEach(async () => {
  await Promise.all([...running].map((server) => server.close()));
});

/** A real HTTP server on loopback that records what it is asked. It closes by itself after the test. */
export async function startServer(answer: Answer): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const connections = new Set<Socket>();
  const server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
      requests.push(request);
      void answer(request, response);
    });
  });
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started: TestServer = {
    url: `http://${host}`,
    host,
    requests,
    connections,
    async close() {
      running.delete(started);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  running.add(started);
  return started;
}

/** Answers every request alike. */
export function respondWith(
  status: number,
  body: string | Buffer = '',
  headers: { readonly [name: string]: string } = {},
): Answer {
  return (_, response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** Resolves once `condition` holds; fails loudly when it does not within a second. */
export async function until(condition: () => boolean): Promise<void> {
  const endsAt = performance.now() + 1_000;
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error(`never came true: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
