// Single requests of every carrier to the started server: whose they are, how often they come, and the end of a call.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, CallFacts, Carrier, Fact, Outgoing } from '../support/carriers/carrier.ts';
import { claim, faultsIn, type Claim } from '../support/carriers/claims.ts';
import { CARRIERS, CREDENTIALS } from '../support/carriers/carriers.ts';
import { requestOf, send, type SendOptions } from '../support/carriers/sending.ts';
import { signalwireSha256, twilio as signTwilio, twilioUrlAlone as signUrlAlone } from '../support/carriers/signing.ts';
import { PUBLIC_URL, startWorld, type Script, type World } from '../support/carriers/world.ts';
import { gatherDocument } from '../support/documents.ts';
import { eventually } from '../support/started.ts';
import { NOT_YET_REQUESTS, SOME_FAULT } from './not-yet.ts';

const SCRIPT: Script = {
  documents: { '': gatherDocument({}) },
  model: {
    open: [{ thinksMs: 200, says: 'We open at nine.' }],
    meaning: [{ thinksMs: 30_000, says: 'Never said.' }],
  },
};

let world: World;
let calls = 0;

beforeAll(async () => {
  const scripts = new Map(CARRIERS.map(({ name }) => [name, SCRIPT]));
  world = await startWorld(scripts, CREDENTIALS);
}, 60_000);
afterAll(() => world.close());

/** A call of its own, with what its requests are made of. */
function newCall(carrier: Carrier) {
  const call: CallFacts = { id: `single-${carrier.name}-${++calls}`, from: '+15550001111', to: '+15550002222' };
  const voiceUrl = `${PUBLIC_URL}/voice/${carrier.name}`;
  const request = (fact: Fact, options: Partial<SendOptions> = {}): Outgoing =>
    requestOf(carrier, fact, call, { url: voiceUrl, ...options });
  const post = (outgoing: Outgoing): Promise<Answer> => send(outgoing, PUBLIC_URL, world.url);
  return { voiceUrl, request, post };
}

/** Where a document listens. */
function actionIn(carrier: Carrier, answer: Answer): string {
  const listening = carrier.read(answer).find(({ kind }) => kind === 'listen');
  if (listening?.kind !== 'listen' || listening.action === undefined) throw new Error(`nobody listens: ${answer.body}`);
  return listening.action;
}

const START: Fact = { kind: 'start' };

/** Whether a signature covers the body and the time alone, so that a GET is not proven. */
const hasUnsignedQuery = ({ covers, expires }: Carrier): boolean => covers && expires;

/** What single requests of a carrier must lead to; of a carrier that they do not concern, nothing. */
const CHECKS: { readonly [title: string]: (carrier: Carrier) => Promise<readonly Claim[]> } = {
  'a request that is signed is answered': async (carrier) => {
    const { request, post } = newCall(carrier);
    const answer = await post(request(START));
    return [status(answer, 200), claim('leads back', actionIn(carrier, answer).startsWith(`${PUBLIC_URL}/`), true)];
  },
  'a request by GET is answered': async (carrier) => {
    if (hasUnsignedQuery(carrier)) return [];
    const { request, post } = newCall(carrier);
    const answer = await post(request(START, { method: 'GET' }));
    return [status(answer, 200), claim('leads back', actionIn(carrier, answer).startsWith(`${PUBLIC_URL}/`), true)];
  },
  'a request by GET, of which nothing is signed, is 403': async (carrier) => {
    if (!hasUnsignedQuery(carrier)) return [];
    const { request, post } = newCall(carrier);
    return [status(await post(request(START, { method: 'GET' })), 403)];
  },
  'a form of Cloudonix is answered as its JSON is': async (carrier) => {
    if (carrier.name !== 'cloudonix') return [];
    const { request, post } = newCall({ ...carrier, encoding: 'form' });
    return [status(await post(request(START)), 200)];
  },
  'a signature over the URL with its port is taken': async (carrier) => {
    if (carrier.name !== 'twilio' && carrier.name !== 'signalwire') return [];
    const { request, post, voiceUrl } = newCall(carrier);
    const outgoing = request(START, { url: voiceUrl.replace(PUBLIC_URL, `${PUBLIC_URL}:443`) });
    return [status(await post({ ...outgoing, url: voiceUrl }), 200)];
  },
  'a signature of the newer sort is taken and checked': async (carrier) => {
    if (carrier.name !== 'signalwire') return [];
    const { request, post } = newCall({ ...carrier, sign: signalwireSha256 });
    const good = await post(request(START));
    return [status(good, 200), status(await post(request(START, { key: carrier.otherKey })), 403)];
  },
  'a signature among others is taken': async (carrier) => {
    if (carrier.name !== 'plivo') return [];
    const { request, post } = newCall(carrier);
    const outgoing = request(START);
    const header = 'X-Plivo-Signature-V3';
    const headers = { ...outgoing.headers, [header]: `${'A'.repeat(43)}=,${outgoing.headers[header]}` };
    return [status(await post({ ...outgoing, headers }), 200)];
  },
  'a signature under the older name is taken': async (carrier) => {
    if (carrier.name !== 'signalwire') return [];
    const { request, post } = newCall({ ...carrier, sign: signTwilio });
    return [status(await post(request(START)), 200)];
  },
  'a JSON body is proven by its hash in the URL': async (carrier) => {
    if (carrier.name !== 'twilio') return [];
    const call = newCall({ ...carrier, encoding: 'json', sign: signUrlAlone });
    const { body } = call.request(START);
    const url = `${call.voiceUrl}?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const outgoing = call.request(START, { url });
    const changed = { ...outgoing, body: body.replace('15550001111', '15559999999') };
    return [status(await call.post(outgoing), 200), status(await call.post(changed), 403)];
  },
  'either header with the key is enough': async (carrier) => {
    if (carrier.name !== 'cloudonix') return [];
    const { request, post } = newCall(carrier);
    const answers = ['Authorization', 'X-Cx-Apikey'].map(async (name) => {
      const { [name]: _left, ...headers } = request(START).headers;
      return post({ ...request(START), headers });
    });
    return (await Promise.all(answers)).map((answer) => status(answer, 200));
  },
  'a request under another key is 403': async (carrier) => {
    const { request, post } = newCall(carrier);
    return [status(await post(request(START, { key: carrier.otherKey })), 403)];
  },
  'a request without a signature is 403': async (carrier) => {
    const { request, post } = newCall(carrier);
    const outgoing = request(START);
    const headers = Object.fromEntries(
      Object.entries(outgoing.headers).filter(([name]) => !/signature|timestamp|authorization|apikey/i.test(name)),
    );
    return [status(await post({ ...outgoing, headers }), 403)];
  },
  'a request that was changed on its way is 403': async (carrier) => {
    if (!carrier.covers) return [];
    const { request, post } = newCall(carrier);
    const outgoing = request(START);
    return [status(await post({ ...outgoing, body: outgoing.body.replace('15550001111', '15559999999') }), 403)];
  },
  'a request for another URL is 403': async (carrier) => {
    if (!carrier.covers || carrier.expires) return [];
    const { request, post, voiceUrl } = newCall(carrier);
    return [status(await post({ ...request(START), url: `${voiceUrl}?admin=1` }), 403)];
  },
  'a request that was signed ten minutes ago is 403': async (carrier) => {
    if (!carrier.expires) return [];
    const { request, post } = newCall(carrier);
    const signedAt = async (minutes: number): Promise<Answer> =>
      post(request(START, { atMs: Date.now() + minutes * 60_000 }));
    return [status(await signedAt(-10), 403), status(await signedAt(10), 403), status(await signedAt(-1), 200)];
  },
  'a status callback under another key is 403': async (carrier) => {
    const { request, post, voiceUrl } = newCall(carrier);
    const ended = request({ kind: 'ended' }, { url: `${voiceUrl}/status`, key: carrier.otherKey });
    return [status(await post(ended), 403)];
  },
  'a repeat gets the bytes of the first answer, and the model is asked once': async (carrier) => {
    const { request, post } = newCall(carrier);
    const { asked } = world.traffic(carrier.name);
    const action = actionIn(carrier, await post(request(START)));
    const before = asked.length;
    const words = { kind: 'words', words: 'When do you open?' } as const;
    const attempt = (): Promise<Answer> => post(request(words, { url: action, serial: 1 }));
    // The second comes while the first still waits for the model, the third when it has been answered.
    const [first, second] = await Promise.all([attempt(), attempt()]);
    const third = await attempt();
    return [
      claim('said', first.body.includes('We open at nine.'), true),
      claim('answer to the second', second.body, first.body),
      claim('answer to the third', third.body, first.body),
      claim('model requests', asked.length - before, 1),
    ];
  },
  'a repeated start is one call': async (carrier) => {
    const { request, post } = newCall(carrier);
    const { fetched } = world.traffic(carrier.name);
    const before = fetched.length;
    const [first, second] = await Promise.all([post(request(START)), post(request(START))]);
    const third = await post(request(START));
    return [
      status(first, 200),
      claim('answer to the second', second.body, first.body),
      claim('answer to the third', third.body, first.body),
      claim('fetches', fetched.length - before, 1),
    ];
  },
  'the fallback URL goes on where the call was': async (carrier) => {
    const { request, post, voiceUrl } = newCall(carrier);
    const action = actionIn(carrier, await post(request(START)));
    await post(request({ kind: 'words', words: 'When do you open?' }, { url: action, serial: 1 }));
    const resumed = await post(request({ kind: 'redirect' }, { url: `${voiceUrl}/fallback`, serial: 2 }));
    const words: Fact = { kind: 'words', words: 'When do you open?' };
    const answer = await post(request(words, { url: actionIn(carrier, resumed), serial: 3 }));
    return [
      status(resumed, 200),
      claim('greeted again', resumed.body.includes('Welcome'), false),
      claim('answered', answer.body.includes('We open at nine.'), true),
    ];
  },
  'a status callback of a call that goes on changes nothing': async (carrier) => {
    const { request, post, voiceUrl } = newCall(carrier);
    const action = actionIn(carrier, await post(request(START)));
    const words = { kind: 'words', words: 'When do you open?' } as const;
    const waiting = post(request(words, { url: action, serial: 1 }));
    const progress = await post(request({ kind: 'redirect' }, { url: `${voiceUrl}/status`, serial: 2 }));
    return [status(progress, 204), claim('said', (await waiting).body.includes('We open at nine.'), true)];
  },
  'a status callback of an unknown call is 204': async (carrier) => {
    const { request, post, voiceUrl } = newCall(carrier);
    return [status(await post(request({ kind: 'ended' }, { url: `${voiceUrl}/status` })), 204)];
  },
  'an unknown application is 404': async (carrier) => {
    const { request, post, voiceUrl } = newCall(carrier);
    return [status(await post(request(START, { url: `${voiceUrl}-of-nobody` })), 404)];
  },
  'the end of the call aborts the turn that runs': async (carrier) => {
    const { request, post, voiceUrl } = newCall(carrier);
    const { asked } = world.traffic(carrier.name);
    const action = actionIn(carrier, await post(request(START)));
    const before = asked.length;
    const waiting = post(request({ kind: 'words', words: 'What is the meaning of it?' }, { url: action, serial: 1 }));
    await eventually(() => asked.length > before);
    const ended = await post(request({ kind: 'ended' }, { url: `${voiceUrl}/status`, serial: 2 }));
    const waitedUntilMs = performance.now();
    await eventually(() => asked.at(-1)?.abandoned() === true);
    return [
      status(ended, 204),
      claim('answer to the end', ended.body, ''),
      claim('aborted at once', performance.now() - waitedUntilMs < 1_000, true),
      status(await waiting, 200),
    ];
  },
};

const status = ({ status: found, body }: Answer, expected: number): Claim =>
  claim(`status of ${body}`, found, expected);

describe.each(CARRIERS.map((carrier) => [carrier.name, carrier] as const))('%s', (name, carrier) => {
  test.each(Object.entries(CHECKS))('%s', async (title, check) => {
    const isLate = NOT_YET_REQUESTS.includes(`${name}: ${title}`);
    expect(await faultsIn(() => check(carrier))).toEqual(isLate ? SOME_FAULT : []);
  });
});
