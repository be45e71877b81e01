import { createHmac } from 'node:crypto';
import { equalSignatures } from './equal.ts';
import { isRecent } from './timestamp.ts';

/**
 * True when a `v1` of the `Jambonz-Signature` header was made with this secret over `t.body`, and `t` is within five minutes
 * of `nowSeconds`.
 *
 * @see https://github.com/jambonz/jambonz-feature-server/blob/main/lib/utils/base-requestor.js
 */
export function verifyJambonz(secret: string, header: string, body: Uint8Array, nowSeconds: number): boolean {
  const fields = header.split(',').map((field) => field.trim().split(/=(.*)/s, 2) as [string, string?]);
  const timestamp = fields.find(([name]) => name === 't')?.[1] ?? '';
  if (!isRecent(timestamp, nowSeconds)) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return fields.some(([name, mac = '']) => name === 'v1' && equalSignatures(mac, expected));
}
