import { signTwilio } from '../../src/signatures/twilio.ts';

/** A telephony platform, as far as this demo needs one: posts requests, and does as the answers say. */
export type Carrier = {
  readonly name: string;
  /** Posts a call request; gives the XML. */
  post(url: string, parameters: { readonly [name: string]: string }): Promise<string>;
  readonly parameters: { readonly [name: string]: string };
};

export type Keys = { readonly twilioAuthToken: string; readonly cloudonixApiKey: string };

/** Twilio: forms, signed with the account's token. */
export function twilio({ twilioAuthToken }: Keys): Carrier {
  return {
    name: 'Twilio, signed form requests',
    parameters: {
      CallSid: 'CA5d3f0c1e8a7b4f6d9c2e1a0b3c4d5e6f',
      AccountSid: 'AC0a1b2c3d4e5f60718293a4b5c6d7e8f9',
      From: '+15550100142',
      To: '+15550100199',
      Direction: 'inbound',
      CallStatus: 'in-progress',
      ApiVersion: '2010-04-01',
    },
    post: (url, parameters) => {
      const pairs = Object.entries(parameters);
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signTwilio(twilioAuthToken, url, pairs),
      };
      return post(url, headers, new URLSearchParams(pairs).toString());
    },
  };
}

/** Cloudonix: JSON, with the domain's key. */
export function cloudonix({ cloudonixApiKey }: Keys): Carrier {
  return {
    name: 'Cloudonix, JSON requests',
    parameters: {
      CallSid: '7f3a9c5e1b2d4f60817263544536271a',
      Session: '7f3a9c5e1b2d4f60817263544536271a',
      Domain: 'bikes.example',
      From: '+15550100143',
      To: '+15550100199',
      Direction: 'inbound',
      CallStatus: 'in-progress',
    },
    post: (url, parameters) =>
      post(
        url,
        { 'content-type': 'application/json', authorization: `Bearer ${cloudonixApiKey}` },
        JSON.stringify(parameters),
      ),
  };
}

async function post(url: string, headers: { readonly [name: string]: string }, body: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.text();
}

/** The words, and where the call goes on, in an answer of ours. */
export function readAnswer(xml: string): {
  readonly words: string;
  readonly action?: string | undefined;
  readonly redirect?: string | undefined;
  readonly ends: boolean;
} {
  const text = (encoded: string): string =>
    encoded.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  const action = /<Gather[^>]* action="([^"]*)"/.exec(xml)?.[1];
  const redirect = /<Redirect[^>]*>([^<]*)</.exec(xml)?.[1];
  return {
    words: [...xml.matchAll(/<Say[^>]*>([^<]*)</g)].map(([, words = '']) => text(words)).join(' '),
    action: action && text(action),
    redirect: redirect && text(redirect),
    ends: xml.includes('<Hangup'),
  };
}
