import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StorePlace } from '../../src/store/store.ts';
import { statement, type Database, type Value } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/store.ts';
import { onServer } from '../support/schema.ts';

/** A store of a run's own, which goes when the run does. */
export type Place = {
  /** As `serve` is told of it; a database may stand behind another port of this machine. */
  serve(port?: number): { readonly args: readonly string[]; readonly env: { readonly [name: string]: string } };
  /** The server that a proxy has to reach; absent for a folder. */
  readonly server?: { readonly host: string; readonly port: number };
  /** Opens it from here. A folder must not be in use by then. */
  open(): Promise<Database>;
  drop(): Promise<void>;
  /** For people who want to look at it. */
  readonly name: string;
};

/** A new folder for the embedded engine. */
export async function createFolder(): Promise<Place> {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-crash-'));
  return {
    name: folder,
    serve: () => ({ args: ['--store', 'folder', '--data-folder', path.join(folder, 'data')], env: {} }),
    open: () => openDatabase({ kind: 'folder', folder: path.join(folder, 'data') }),
    drop: () => rm(folder, { recursive: true }),
  };
}

/** A new database on a server. */
export async function createServerDatabase(serverUrl: string): Promise<Place> {
  const name = `colloquy_crash_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const at = (port?: number): string => {
    const through = new URL(url);
    if (port !== undefined) through.host = `127.0.0.1:${port}`;
    return through.href;
  };
  const place: StorePlace = { kind: 'postgres', url: url.href };
  return {
    name,
    server: { host: url.hostname, port: Number(url.port || 5432) },
    serve: (port) => ({ args: [], env: { DATABASE_URL: at(port) } }),
    open: () => openDatabase(place),
    drop: () => onServer(serverUrl, `drop database ${name} with (force)`),
  };
}

/** The rows of a question that only these checks ask. */
export function ask<Row>(database: Database, text: string, values: readonly Value[] = []): Promise<readonly Row[]> {
  return database.query(statement<Row>(`crash_${text.length}_${text.slice(0, 40)}`, text), values);
}
