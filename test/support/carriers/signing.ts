// Written from the vendors' descriptions, not from the code under test; test/carriers/carriers.test.ts holds it to their packages.
import { createHmac, createPrivateKey, sign as signWith } from 'node:crypto';
import type { Json, Sign } from './carrier.ts';

const hmac = (hash: 'sha1' | 'sha256', key: string, text: string, encoding: 'base64' | 'hex'): string =>
  createHmac(hash, key).update(text, 'utf8').digest(encoding);

/** Names in byte order, each with its value, nothing between. */
const listed = (parameters: Json): string =>
  Object.keys(parameters)
    .toSorted()
    .map((name) => `${name}${String(parameters[name])}`)
    .join('');

const withUrl =
  (header: string): Sign =>
  ({ method, url, parameters }, key) => ({
    [header]: hmac('sha1', key, method === 'POST' ? url + listed(parameters) : url, 'base64'),
  });

/** Of a JSON body, whose hash is in the URL. */
export const twilioUrlAlone: Sign = ({ url }, key) => ({ 'X-Twilio-Signature': hmac('sha1', key, url, 'base64') });

export const twilio = withUrl('X-Twilio-Signature');
export const signalwire = withUrl('X-SignalWire-Signature');

export const signalwireSha256: Sign = ({ url, body }, key) => ({
  'X-SignalWire-Sha256-Signature': hmac('sha256', key, url + body, 'hex'),
});

/** The domain's key goes along as it is. */
export const cloudonix: Sign = (_request, key) => ({ Authorization: `Bearer ${key}`, 'X-Cx-Apikey': key });

/** The key is a private one, PEM. */
export const telnyx: Sign = ({ body }, key, atMs) => {
  const timestamp = String(Math.floor(atMs / 1_000));
  return {
    'telnyx-timestamp': timestamp,
    'telnyx-signature-ed25519': signWith(null, Buffer.from(`${timestamp}|${body}`), createPrivateKey(key)).toString(
      'base64',
    ),
  };
};

/** Version 3: the nonce is new for every attempt. */
export const plivo: Sign = ({ method, url, parameters }, key, atMs) => {
  const nonce = String(atMs) + String(Math.floor(Math.random() * 1e9));
  const [base = '', search = ''] = url.split('?');
  const query = [...new URLSearchParams(search)].map(([name, value]) => `${name}=${value}`).toSorted();
  const isEmpty = Object.keys(parameters).length === 0 || method === 'GET';
  const queried = query.length > 0 || !isEmpty ? `${base}?${query.join('&')}` : base;
  const signed = isEmpty ? queried : `${queried}${query.length > 0 ? '.' : ''}${listed(parameters)}`;
  return {
    'X-Plivo-Signature-V3': hmac('sha256', key, `${signed}.${nonce}`, 'base64'),
    'X-Plivo-Signature-V3-Nonce': nonce,
  };
};

export const jambonz: Sign = ({ body }, key, atMs) => {
  const timestamp = Math.floor(atMs / 1_000);
  return { 'Jambonz-Signature': `t=${timestamp},v1=${hmac('sha256', key, `${timestamp}.${body}`, 'hex')}` };
};
