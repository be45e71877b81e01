import { readFile } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type DemoServer = { readonly origin: string; close(): void };

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void | Promise<void>;

/** An HTTP server on any free port of this machine. */
export async function listen(answer: Answer): Promise<DemoServer> {
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => void answer(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Serves the application's document, with the tools' address in place of its own. */
export function applicationHost(tools: string): Promise<DemoServer> {
  return listen(async (_request, _body, response) => {
    const document = await readFile(new URL('application.xml', import.meta.url), 'utf8');
    response.setHeader('content-type', 'application/xml');
    response.end(document.replaceAll('url="/', `url="${tools}/`));
  });
}

type Arguments = { readonly ticket: number; readonly day?: string };

const TOOLS: { readonly [path: string]: (given: Arguments) => object } = {
  '/repairs/find': ({ ticket }) => ({
    ticket,
    bike: 'blue touring bike',
    work: 'new chain and brake pads',
    ready: true,
  }),
  '/repairs/price': ({ ticket }) => ({ ticket, pounds: 64 }),
  '/repairs/pickup': ({ ticket, day }) => ({ ticket, day, openUntil: 'six o’clock' }),
};

/** The shop's own server: what the application's tools call. */
export function toolServer(onRequest: (path: string, id: string, body: string) => void): Promise<DemoServer> {
  return listen((request, body, response) => {
    const path = request.url ?? '';
    onRequest(path, String(request.headers['webhook-id']), body);
    const tool = TOOLS[path];
    response.statusCode = tool === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(tool?.(JSON.parse(body) as Arguments) ?? { error: 'no such tool' }));
  });
}
