import type pg from 'pg';
import type { Database } from './database.ts';

const LISTEN_AGAIN_AFTER_MS = 200;
const LISTEN_AGAIN_AT_MOST_AFTER_MS = 2_000;

type Listening = { readonly onMessage: (payload: string) => void; readonly onGap: () => void };

/** One connection that hears what is notified on any number of channels. It is made with the first of them. */
export function createListener(createClient: () => pg.Client): Pick<Database, 'listen' | 'close'> {
  const channels = new Map<string, readonly Listening[]>();
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let pauseMs = LISTEN_AGAIN_AFTER_MS;
  let closed = false;

  async function connect(): Promise<void> {
    const connecting = createClient();
    client = connecting;
    let lost = false;
    const lose = (): void => {
      if (lost || closed) return;
      lost = true;
      client = undefined;
      connecting.end().catch(() => undefined);
      retry = setTimeout(() => void connect(), pauseMs).unref();
      pauseMs = Math.min(LISTEN_AGAIN_AT_MOST_AFTER_MS, pauseMs * 2);
    };
    connecting.on('error', lose);
    connecting.on('end', lose);
    connecting.on('notification', ({ channel, payload = '' }) => {
      for (const { onMessage } of channels.get(channel) ?? []) onMessage(payload);
    });
    try {
      await connecting.connect();
      for (const channel of channels.keys()) await connecting.query(`listen ${channel}`);
      pauseMs = LISTEN_AGAIN_AFTER_MS;
      for (const { onGap } of [...channels.values()].flat()) onGap();
    } catch {
      lose();
    }
  }

  return {
    listen: (channel, onMessage, onGap) => {
      const isFirst = channels.size === 0;
      channels.set(channel, [...(channels.get(channel) ?? []), { onMessage, onGap }]);
      if (isFirst) void connect();
      else client?.query(`listen ${channel}`).then(onGap, () => undefined);
    },
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
