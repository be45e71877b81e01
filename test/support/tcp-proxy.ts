import net from 'node:net';
import type { AddressInfo } from 'node:net';

export type TcpProxy = {
  readonly port: number;
  /** Ends every connection and refuses new ones, as a server that is restarted. */
  cut(): Promise<void>;
  /** Takes connections again. */
  mend(): Promise<void>;
  /** Takes everything and passes nothing on, in either direction, until it is mended. */
  hang(): void;
  /** Passes requests on and, of the answers, none: what is asked is done, and nobody learns of it. The next answer cuts. */
  loseNextAnswer(): void;
};

/** Stands between a client and a server on this machine, until it is cut. */
export async function startTcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<net.Socket>();
  let hanging = false;
  let losing = false;

  const server = net.createServer((client) => {
    const upstream = net.connect(target);
    const pair = [client, upstream];
    for (const socket of pair) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        for (const each of pair) each.destroy();
      });
    }
    client.on('data', (chunk) => void (hanging || upstream.write(chunk)));
    upstream.on('data', (chunk) => {
      if (losing) client.destroy();
      else if (!hanging) client.write(chunk);
      losing = false;
    });
  });

  const open = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  const cut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  await open(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cut,
    mend: async () => {
      hanging = false;
      if (!server.listening) await open(port);
    },
    hang: () => (hanging = true),
    loseNextAnswer: () => (losing = true),
  };
}
