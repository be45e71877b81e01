import { StringDecoder } from 'node:string_decoder';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

/** The media type of a `content-type` header in lower case, without its parameters; empty when there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

const OPENING_BRACE = 0x7b;

/** True for a body that begins as an HTML page does, whatever its content type says: a login or an error page. */
export function isWebPage(body: Uint8Array): boolean {
  if (body[0] === OPENING_BRACE) return false;
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 512)).toString('latin1');
  return /^(\u00ef\u00bb\u00bf)?\s*(<!--[^]*?-->\s*)*<(!doctype\s+html|html[\s>])/i.test(start);
}

/** The body as text in the charset that the header names, UTF-8 otherwise; a character cut off at the end is dropped. */
export function decodeText(body: Uint8Array, contentType: string | undefined): string {
  const [, charset = 'utf-8'] = /;\s*charset="?([\w.:-]+)/i.exec(contentType ?? '') ?? [];
  return /^utf-?8$/i.test(charset) ? utf8(body) : decoder(charset).decode(body, { stream: true });
}

/** A decoder for any charset costs more than all else that is done with a short answer. */
function utf8(body: Uint8Array): string {
  const text = new StringDecoder('utf8').write(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function decoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

export type Decoded = { readonly body: Buffer; readonly cut: boolean };

const DECOMPRESSORS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
} as const;

/**
 * The body as it was before its server compressed it, which some do unasked: at most `limitBytes` of it. Undefined for an
 * encoding that is not known, and for a body that is not in it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 */
export async function decompressed(
  { body, cut }: Decoded,
  contentEncoding: string | undefined,
  limitBytes: number,
): Promise<Decoded | undefined> {
  const encoding = (contentEncoding ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity' || body.length === 0) return { body, cut };
  if (!Object.hasOwn(DECOMPRESSORS, encoding)) return undefined;
  const stream = DECOMPRESSORS[encoding as keyof typeof DECOMPRESSORS]();
  const chunks: Buffer[] = [];
  let length = 0;
  const give = (isCut: boolean): Decoded => ({
    body: Buffer.concat(chunks).subarray(0, limitBytes),
    cut: isCut || length > limitBytes,
  });
  try {
    stream.end(body);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      // A few bytes can stand for gigabytes.
      if (length > limitBytes) break;
    }
    return give(cut);
  } catch {
    return cut && length > 0 ? give(true) : undefined;
  }
}

/** `text` on one line, at most `limit` characters long. */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}
