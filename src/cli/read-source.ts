// Reads what a command is pointed at: a file, or a URL as `serve` would fetch it. Gives its bytes, or why there are none.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createDocuments } from '../documents/documents.ts';
import { VoiceError } from '../errors.ts';
import { createHttpClient, type HttpClient } from '../http/client.ts';

export type SourceBytes = {
  readonly kind: 'read';
  /** As it was named. */
  readonly source: string;
  readonly bytes: Uint8Array;
  /** What its relative URLs are relative to: where it came from after redirects, or is said to be served from. */
  readonly url: string;
};
export type Unreadable = { readonly kind: 'unreadable'; readonly source: string; readonly reason: string };

export type ReadOptions = {
  /** Hosts that may be private or without https. */
  readonly allowHosts: readonly string[];
  /** The folder or document URL that files are served from. */
  readonly base?: string | undefined;
};

/** Each source in its order. @throws CONFIG_INVALID for a host or a base that is none. */
export async function readSources(
  sources: readonly string[],
  { allowHosts, base }: ReadOptions,
): Promise<readonly (SourceBytes | Unreadable)[]> {
  if (base !== undefined && !isWebUrl(base)) {
    throw new VoiceError('CONFIG_INVALID', { problem: `--base ${base}: expected an http or https URL` });
  }
  const client = createHttpClient({ allow: allowHosts });
  try {
    return await Promise.all(
      sources.map((source) => (isWebUrl(source) ? fetchSource(source, client) : readFileSource(source, base))),
    );
  } finally {
    await client.close();
  }
}

/** True for what is fetched; anything else is a path. */
export function isWebUrl(source: string): boolean {
  return /^https?:\/\//i.test(source) && URL.canParse(source);
}

const FILE_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; name the files in it',
  EACCES: 'it may not be read',
};

/** A file's bytes. Its faults are told in words, not in the system's codes. */
export async function readFileSource(source: string, base?: string): Promise<SourceBytes | Unreadable> {
  const scheme = /^([a-z][a-z\d+.-]+):\/\//i.exec(source)?.[1]?.toLowerCase();
  if (scheme !== undefined) {
    const found = scheme.startsWith('http') ? 'it is no URL that can be read' : `${scheme} URLs are not read`;
    return { kind: 'unreadable', source, reason: `${found}; expected a file, or an http or https URL` };
  }
  try {
    const bytes = await readFile(source);
    const url = base === undefined ? pathToFileURL(source) : new URL(encodeURIComponent(path.basename(source)), base);
    return { kind: 'read', source, bytes, url: url.href };
  } catch (error) {
    return { kind: 'unreadable', source, reason: fileFault(error) };
  }
}

/** Why a file could not be read, in words. */
export function fileFault(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return FILE_FAULTS[code] ?? message;
}

/** The document at a URL, fetched under the same rules as in a call. */
async function fetchSource(source: string, client: HttpClient): Promise<SourceBytes | Unreadable> {
  let read: SourceBytes | undefined;
  const documents = createDocuments({
    client,
    clock: { now: () => Date.now() },
    agents: () => ({ source: new URL(source) }),
    read: (bytes, url) => {
      read = { kind: 'read', source, bytes, url };
      return { kind: 'unavailable', url, reason: 'it is read here, not run' };
    },
  });
  const fetched = await documents.fetch({ agent: '', parameters: {} }, new AbortController().signal);
  if (read !== undefined) return read;
  const reason = fetched.kind === 'unavailable' ? fetched.reason : '';
  const mend = reason.startsWith('refused') ? `; --allow-host ${new URL(source).host} lets it through` : '';
  return { kind: 'unreadable', source, reason: `${reason}${mend}` };
}

/** What is said of a source that cannot be read. */
export function unreadableMessage({ source, reason }: Unreadable): string {
  return new VoiceError('APPLICATION_UNREADABLE', { source, reason }).message;
}
