import net from 'node:net';
import type { AddressInfo } from 'node:net';

export type StallingProxy = {
  readonly port: number;
  /** Passes nothing on, in either direction, and keeps every connection open. What is sent meanwhile arrives late. */
  stall(): void;
  flow(): void;
  /** Never passes anything on again for the connections of now, which stay open; new ones work. */
  forget(): void;
  close(): Promise<void>;
};

/** Stands between a client and a server on this machine, as a network does that loses nothing and may take its time. */
export async function startStallingProxy(target: {
  readonly host: string;
  readonly port: number;
}): Promise<StallingProxy> {
  const sockets = new Set<net.Socket>();
  const forgotten = new WeakSet<net.Socket>();
  let stalling = false;

  const server = net.createServer((client) => {
    const pair = [client, net.connect(target)] as const;
    for (const [index, socket] of pair.entries()) {
      const other = pair[1 - index];
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => other?.write(chunk));
      socket.on('close', () => {
        sockets.delete(socket);
        // Whoever is forgotten is not told of an end either.
        if (!forgotten.has(socket)) other?.destroy();
      });
      if (stalling) socket.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stall: () => {
      stalling = true;
      for (const socket of sockets) socket.pause();
    },
    flow: () => {
      stalling = false;
      for (const socket of sockets) if (!forgotten.has(socket)) socket.resume();
    },
    forget: () => {
      for (const socket of sockets) forgotten.add(socket.pause());
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
