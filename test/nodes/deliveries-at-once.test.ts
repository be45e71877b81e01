// A request that comes many times at once, to every node: one of them counts, and all get its answer.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AGENT, PUBLIC_URL } from '../crash/caller.ts';
import { ask } from '../crash/places.ts';
import { partsIn, partsOf, toolsOf, wordsOf, type Wish } from '../crash/story.ts';
import { DATABASE_URL } from '../support/schema.ts';
import { nodesNamed, parseStrictly } from '../support/xml.ts';
import { useNodes } from './nodes.ts';

const TIMES = 40;

describe.skipIf(DATABASE_URL === undefined)(`${TIMES} deliveries at once over two nodes`, () => {
  const nodes = useNodes({ count: 2, pace: 0.2 });
  let calls = 0;

  async function post(callSid: string, url: string, parameters: object, token: string): Promise<string> {
    const { pathname, search } = new URL(url);
    const response = await fetch(`${nodes.next()}${pathname}${search}`, {
      method: 'POST',
      headers: { 'i-twilio-idempotency-token': token },
      body: new URLSearchParams({ CallSid: callSid, AccountSid: 'AC1', From: '+15550001111', ...parameters }),
    });
    expect(response.status).toBe(200);
    return response.text();
  }

  function actionIn(body: string): string {
    return nodesNamed(parseStrictly(body), 'Gather')[0]?.attributes['action'] ?? '';
  }

  /** A call whose caller is listened to, and the URL for what they say. */
  async function listening(): Promise<{ readonly callSid: string; readonly action: string }> {
    const callSid = `DA${String((calls += 1)).padStart(6, '0')}`;
    return { callSid, action: actionIn(await post(callSid, `${PUBLIC_URL}/voice/${AGENT}`, {}, randomUUID())) };
  }

  function atOnce(delivery: (index: number) => Promise<string>): Promise<readonly string[]> {
    return Promise.all(Array.from({ length: TIMES }, (_, index) => delivery(index)));
  }

  async function turnsOf(callSid: string): Promise<number> {
    const database = await nodes.place.open();
    try {
      const rows = await ask(database, `select 1 from events where call_id = $1 and kind = 'turn-start'`, [
        `${AGENT}/${callSid}`,
      ]);
      return rows.length;
    } finally {
      await database.close();
    }
  }

  test('identical ones that begin a call are one run', async () => {
    const callSid = 'DA999999';
    const token = randomUUID();
    const bodies = await atOnce(() => post(callSid, `${PUBLIC_URL}/voice/${AGENT}`, {}, token));
    expect(new Set(bodies).size).toBe(1);
    expect(await turnsOf(callSid)).toBe(1);
  });

  test('identical ones with the caller’s words are one run', async () => {
    const { callSid, action } = await listening();
    const wish: Wish = { tale: 'order', ref: `${callSid}w1` };
    const token = randomUUID();
    const bodies = await atOnce(() => post(callSid, action, { SpeechResult: wordsOf(wish) }, token));
    expect(new Set(bodies).size).toBe(1);
    expect(partsIn(bodies[0] ?? '')).toEqual(partsOf(wish));
    const { asked, effects } = nodes.surroundings.seen(callSid);
    expect(asked).toHaveLength(3);
    expect(effects.map(({ tool }) => tool).toSorted()).toEqual(toolsOf(wish).toSorted());
    expect(await turnsOf(callSid)).toBe(2);
  });

  test('of conflicting ones the first counts', async () => {
    const { callSid, action } = await listening();
    const bodies = await atOnce((index) =>
      post(callSid, action, { SpeechResult: wordsOf({ tale: 'order', ref: `${callSid}x${index}` }) }, randomUUID()),
    );
    expect(new Set(bodies).size).toBe(1);
    const { asked, effects } = nodes.surroundings.seen(callSid);
    expect(asked).toHaveLength(3);
    expect(new Set(effects.map(({ ref }) => ref)).size).toBe(1);
    expect(effects).toHaveLength(3);
    expect(await turnsOf(callSid)).toBe(2);
    const next: Wish = { tale: 'short', ref: `${callSid}w2` };
    const answer = await post(callSid, actionIn(bodies[0] ?? ''), { SpeechResult: wordsOf(next) }, randomUUID());
    expect(partsIn(answer)).toEqual(partsOf(next));
  });
});
