import { TextDecoder } from 'node:util';

/** The media type of a `content-type` header in lower case, without its parameters; empty when there is none. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** True for a body that begins as an HTML page does, whatever its content type says: a login or an error page. */
export function isWebPage(body: Uint8Array): boolean {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 512)).toString('latin1');
  return /^(\u00ef\u00bb\u00bf)?\s*(<!--[^]*?-->\s*)*<(!doctype\s+html|html[\s>])/i.test(start);
}

/** The body as text in the charset that the header names, UTF-8 otherwise; a character cut off at the end is dropped. */
export function decodeText(body: Uint8Array, contentType: string | undefined): string {
  const [, charset = 'utf-8'] = /;\s*charset="?([\w.:-]+)/i.exec(contentType ?? '') ?? [];
  return decoder(charset).decode(body, { stream: true });
}

function decoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/** `text` on one line, at most `limit` characters long. */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}
