import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { readFixture, type Fixture } from '../../src/replay/fixture.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import { eventually, useStarted } from '../support/started.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'colloquy-exchanges-'));
afterAll(() => rm(folder, { recursive: true }));

const started = useStarted({ record: folder });

const ORDER = { name: 'placeOrder', arguments: { order: '7' } };
const DOCUMENT = gatherDocument({ greeting: '', tools: toolMarkup('placeOrder') });

describe('a webhook that comes twice runs its turn once (mozilla-ai/clawbolt#61, elizaOS/eliza#31768)', () => {
  const script = {
    document: DOCUMENT,
    model: [{ calls: [ORDER] }, { says: 'It is ordered.' }, { calls: [ORDER] }, { says: 'Again.' }],
    tools: { placeOrder: { body: '"ok"', afterMs: 100 } },
  };
  const TOKEN = { 'i-twilio-idempotency-token': 'first' };

  test('at the same time', async () => {
    const call = started.call(script);
    const answers = await Promise.all([1, 2, 3, 4].map(() => call.post(call.voiceUrl, {}, TOKEN)));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0]?.body).toContain('It is ordered.');
    expect([call.fetched.length, call.asked.length, call.sent.length]).toEqual([1, 2, 1]);
  });

  test('while the tool runs, and after the answer', async () => {
    const call = started.call(script);
    const first = call.post(call.voiceUrl, {}, TOKEN);
    await eventually(() => call.sent.length === 1);
    const second = call.post(call.voiceUrl, {}, TOKEN);
    const third = await first.then(() => call.post(call.voiceUrl, {}, TOKEN));
    expect([(await second).body, third.body]).toEqual([(await first).body, (await first).body]);
    expect([call.asked.length, call.sent.length]).toEqual([2, 1]);
  });

  test('with the caller’s words; whatever comes with the turn’s token later, its first words count', async () => {
    const call = started.call(script);
    await call.arrives();
    const { action } = call;
    const answers = await Promise.all(
      ['Once more.', 'Once more.', 'No.'].map(async (SpeechResult, index) => {
        await delay(index * 20);
        return call.post(action, { SpeechResult });
      }),
    );
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0]?.body).toContain('Again.');
    expect(call.asked[2]?.messages.at(-1)).toEqual({ role: 'user', content: 'Once more.' });
    expect(new Set(call.sent.map(({ id }) => id)).size).toBe(2);
    expect(call.sent).toHaveLength(2);
  });
});

describe('a recorded call shows which tools ran, whatever was claimed (Abilityai/trinity#2905; langgenius/dify#40671)', () => {
  /** The recording of this call, once it holds the end of its turn. */
  async function recorded(claim: string): Promise<Fixture> {
    for (const endsAtMs = performance.now() + 2_000; performance.now() < endsAtMs; await delay(20)) {
      for (const name of await readdir(folder)) {
        const read = await readFixture(path.join(folder, name)).catch(() => undefined);
        if (read !== undefined && [...read.files.values()].some((text) => text.includes(claim))) return read.fixture;
      }
    }
    throw new Error(`nothing is recorded that says "${claim}"`);
  }

  const toolsIn = ({ turns }: Fixture): readonly object[] =>
    turns.flatMap(({ steps }) => steps.filter((step) => 'tool' in step));

  test('none', async () => {
    const claim = 'Your order has been placed, I just did it.';
    const call = started.call({ document: DOCUMENT, model: [{ says: claim }], tools: { placeOrder: {} } });
    expect((await call.arrives()).words).toEqual([claim]);
    expect(call.sent).toEqual([]);
    const fixture = await recorded(claim);
    expect(toolsIn(fixture)).toEqual([]);
    expect(fixture.turns[0]?.steps).toContainEqual({ ends: claim });
  });

  test('one that failed', async () => {
    const claim = 'Your order is placed, all went well.';
    const call = started.call({
      document: DOCUMENT,
      model: [{ calls: [ORDER] }, { says: claim }],
      tools: { placeOrder: { body: '{"error":"sold out"}' } },
    });
    expect((await call.arrives()).words).toEqual([claim]);
    expect(toolsIn(await recorded(claim))).toEqual([
      {
        tool: 'placeOrder',
        url: expect.stringMatching(/\/placeOrder$/),
        arguments: { order: '7' },
        result: '{"error":"sold out"}',
        isError: true,
      },
    ]);
  });

  test('one that was refused before it was sent', async () => {
    const claim = 'The order went through.';
    const call = started.call({
      document: DOCUMENT,
      model: [{ calls: [{ name: 'placeOrder', arguments: {} }] }, { says: claim }],
      tools: { placeOrder: {} },
    });
    expect((await call.arrives()).words).toEqual([claim]);
    expect([call.sent, toolsIn(await recorded(claim))]).toEqual([[], []]);
    await eventually(() => started.log.includes(`"toolCall":"desk/${call.callSid}/1/0/0"`));
  });
});
