import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Watch } from './points.ts';

/**
 * Stands between a process and its Postgres, and shows each statement with its parameters before it is passed on, and again
 * when its answer is there and has not been passed on. Where the watch says so, neither happens any more.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export type StatementProxy = { readonly port: number; close(): Promise<void> };

type Target = { readonly host: string; readonly port: number };

/** Parameters of a statement stand in the message that binds them, as text. */
const BIND = 'B';
const QUERY = 'Q';
const READY = 'Z';

export async function startStatementProxy(target: Target, watch: Watch): Promise<StatementProxy> {
  const sockets = new Set<Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    passOn(client, upstream, watch);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(client: Socket, upstream: Socket, watch: Watch): void {
  const asked = createMessages(true);
  const answered = createMessages(false);
  let running: string | undefined;
  let isCut = false;
  const isKilledAt: Watch = (point) => {
    isCut ||= watch(point);
    if (isCut) upstream.destroy();
    return isCut;
  };
  client.on('data', (chunk) => {
    for (const message of asked.add(chunk)) {
      if (isCut) return;
      if (message.kind === BIND || message.kind === QUERY) {
        running = message.bytes.toString('utf8');
        if (isKilledAt({ kind: 'statement', text: running })) return;
      }
      upstream.write(message.bytes);
    }
  });
  upstream.on('data', (chunk) => {
    for (const message of answered.add(chunk)) {
      if (isCut) return;
      if (message.kind === READY && running !== undefined) {
        const text = running;
        running = undefined;
        if (isKilledAt({ kind: 'statement-done', text })) return;
      }
      client.write(message.bytes);
    }
  });
}

type WireMessage = { readonly kind: string; readonly bytes: Buffer };

/** Cuts a stream into messages; the first of a client has a length alone. */
function createMessages(beginsWithoutKind: boolean): { add(chunk: Buffer): readonly WireMessage[] } {
  let left = Buffer.alloc(0);
  let kindBytes = beginsWithoutKind ? 0 : 1;
  return {
    add(chunk) {
      left = Buffer.concat([left, chunk]);
      const messages: WireMessage[] = [];
      while (left.length >= kindBytes + 4) {
        const length = kindBytes + left.readInt32BE(kindBytes);
        if (left.length < length) break;
        messages.push({ kind: left.toString('latin1', 0, kindBytes), bytes: left.subarray(0, length) });
        left = left.subarray(length);
        kindBytes = 1;
      }
      return messages;
    },
  };
}
