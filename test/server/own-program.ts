// A program that serves applications with the library, as its users write one. Its argument says what and where, as JSON.
import { createServer, type Config, type StorePlace } from '../../src/index.ts';

/** What such a program is told. */
export type OwnProgram = {
  readonly source: string;
  readonly publicUrl: string;
  readonly modelUrl: string;
  readonly allowedHost: string;
  readonly store: StorePlace;
  readonly port: number;
};

const { source, publicUrl, modelUrl, allowedHost, store, port } = JSON.parse(process.argv[2] ?? '') as OwnProgram;
const config: Config = {
  agents: new Map([['desk', { source, publicUrl }]]),
  model: { baseUrl: modelUrl, model: 'any', providers: {} },
  allowedHosts: [allowedHost],
};
const server = await createServer(config, { store });
process.once('SIGTERM', () => void server.close());
process.stdout.write(`${await server.listen({ port, host: '127.0.0.1' })}\n`);
