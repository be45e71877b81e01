import { describe, expect, test } from 'vitest';
import { gatherDocument } from '../support/documents.ts';
import { eventually, useStarted } from '../support/started.ts';

const status = async (url: string): Promise<number> => (await fetch(url)).status;
/** As long as the first answer to a slow turn takes, and its rest. */
const SLOW_MS = 20_000;

describe('asked to stop in mid-turn', () => {
  const started = useStarted();

  test('it begins no calls, finishes those it has, and ends well', { timeout: SLOW_MS }, async () => {
    const call = started.call({
      document: gatherDocument(),
      model: [{ says: ['I am looking for it right now. ', 5_000, 'Here it is, and that is all.'] }],
    });
    const late = started.call({ document: gatherDocument() });
    await call.arrives();
    expect(await status(`${started.url}/readyz`)).toBe(200);
    const heard = call.says('Where is it?');
    await eventually(() => call.asked.length === 1);
    started.signal('SIGTERM');
    await eventually(async () => (await status(`${started.url}/readyz`)) === 503);
    expect(await status(`${started.url}/healthz`)).toBe(200);
    expect(await late.post(late.voiceUrl)).toMatchObject({ status: 503, body: 'this node begins no more calls\n' });
    expect(late.fetched).toHaveLength(0);
    // The answer comes in parts: its redirects are still served.
    const { words, end, documents } = await heard;
    expect(documents.length).toBeGreaterThan(1);
    expect([words.join(' '), end]).toEqual([
      expect.stringMatching(/I am looking for it right now\..*Here it is, and that is all\.$/) as string,
      'listening',
    ]);
    expect(await started.ended).toBe(0);
  });
});

describe('asked to stop twice', () => {
  const started = useStarted();

  test('it ends at once, whatever runs', { timeout: SLOW_MS }, async () => {
    const call = started.call({ document: gatherDocument(), model: [{ says: 'One moment. ', ends: 'open' }] });
    await call.arrives();
    call.says('Hello?').catch(() => undefined);
    await eventually(() => call.asked.length === 1);
    started.signal('SIGINT');
    await eventually(async () => (await status(`${started.url}/readyz`)) === 503);
    const askedAtMs = performance.now();
    started.signal('SIGTERM');
    expect(await started.ended).toBe(143);
    expect(performance.now() - askedAtMs).toBeLessThan(1_000);
  });
});

describe('asked to stop when a turn has ended of which the caller has not heard everything', () => {
  const started = useStarted();

  test('it waits for them, as nobody else can say it', { timeout: SLOW_MS }, async () => {
    const call = started.call({
      document: gatherDocument(),
      model: [{ says: ['I am looking for it right now. ', 2_000, 'Here it is, and that is all.'] }],
    });
    await call.arrives();
    const first = await call.post(call.action, { SpeechResult: 'Where is it?' });
    const [, rest = ''] = /<Redirect[^>]*>([^<]*)</.exec(first.body) ?? [];
    await eventually(() => started.log.includes('"turn":2,"outcome":"listening"'));
    started.signal('SIGTERM');
    await eventually(async () => (await status(`${started.url}/readyz`)) === 503);
    const { body } = await call.post(rest.replaceAll('&amp;', '&'));
    expect(body).toContain('Here it is, and that is all.');
    expect(await started.ended).toBe(0);
  });
});
