import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A server that tests may use; without one, what needs it is reported as skipped. */
export const DATABASE_URL = process.env['DATABASE_URL'];

export type Schema = {
  /** The server's URL with a schema of its own, so that tests do not meet. */
  readonly url: string;
  drop(): Promise<void>;
};

/** A new, empty schema on the server. */
export async function createSchema(server = DATABASE_URL ?? ''): Promise<Schema> {
  const name = `colloquy_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create schema ${name}`);
  const url = new URL(server);
  url.searchParams.set('options', `-c search_path=${name}`);
  return { url: url.href, drop: () => onServer(server, `drop schema ${name} cascade`) };
}

/** Runs SQL on a connection of its own. */
export async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
