import { equalSecrets } from '../signatures/equal.ts';
import { headerText } from './message.ts';
import type { Platform } from './platform.ts';

/** @see https://developers.cloudonix.com/Documentation/voiceApplication/Request */
export const cloudonix: Platform = {
  recognises: ({ headers, content }) =>
    'x-cx-session' in headers ||
    'x-cx-apikey' in headers ||
    /^cloudonix\b/i.test(headerText(headers, 'user-agent') ?? '') ||
    (content.kind === 'json' && !('x-twilio-signature' in headers)),

  unverified({ headers }, credentials) {
    const apiKey = credentials.cloudonix?.apiKey;
    if (apiKey === undefined) return 'no API key is configured';
    const bearer = /^bearer\s+(\S+)\s*$/i.exec(headerText(headers, 'authorization') ?? '')?.[1];
    const given = [bearer, headerText(headers, 'x-cx-apikey')?.trim()].filter((key) => key !== undefined && key !== '');
    if (given.length === 0) return 'there is neither an Authorization: Bearer nor an X-Cx-Apikey';
    return given.some((key) => equalSecrets(key ?? '', apiKey))
      ? undefined
      : 'the API key is not the one of this agent';
  },

  callIdNames: ['Session', 'CallSid'],
  // The only headers that are parameters: a key or an Authorization never becomes one.
  headers: {
    'x-cx-session': 'Session',
    'x-cx-from': 'From',
    'x-cx-to': 'To',
    'x-cx-domain': 'Domain',
    'x-cx-source': 'Source',
    'x-cx-stageid': 'Stageid',
  },
};
