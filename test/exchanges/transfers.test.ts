// A caller whom the model sends elsewhere: put through, brought back, handed over; against the started server.
import { describe, expect, test } from 'vitest';
import { gatherDocument } from '../support/documents.ts';
import { eventually, resultsIn, useStarted, type StartedCall } from '../support/started.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const started = useStarted();

const DIALLING = gatherDocument({
  converse: 'sessionTools="dial hangup"',
  tools:
    '<Destination name="billing" description="questions about bills" message="I will put you through.">+15550100199</Destination>',
  after: '<Say>Thank you for calling.</Say>',
});
const BILLING = { name: 'dial', arguments: { destination: 'billing' } };

/** Says something, and gives the answer as it is. */
async function answerTo(call: StartedCall, words: string): Promise<string> {
  return (await call.post(call.action, { SpeechResult: words, Confidence: '0.9' })).body;
}

function actionOf(body: string): string {
  return nodesNamed(parseStrictly(body), 'Dial')[0]?.attributes['action'] ?? '';
}

describe('a transfer that fails has a reason, and brings the caller back (livekit/agents#7200, #3187; livekit/node-sdks#606)', () => {
  test('a busy line is the tool’s result, and the conversation goes on', async () => {
    const call = started.call({
      document: DIALLING,
      model: [{ calls: [BILLING] }, { says: 'They are busy. May I take a message?' }, { says: 'Noted.' }],
    });
    expect((await call.arrives()).words).toEqual(['Welcome to the desk.']);
    const body = await answerTo(call, 'My bill is wrong.');
    const root = parseStrictly(body);
    expect(nodesNamed(root, 'Say').map(textOf)).toEqual(['I will put you through.']);
    expect(nodesNamed(root, 'Number').map(textOf)).toEqual(['+15550100199']);
    const back = await call.post(actionOf(body), { DialCallStatus: 'busy', CallStatus: 'in-progress' });
    expect(nodesNamed(parseStrictly(back.body), 'Gather').map(textOf)).toEqual([
      'They are busy. May I take a message?',
    ]);
    expect(resultsIn(call.asked[1])).toEqual(['Not put through: the line is busy. The caller is back with you.']);
    // The platform delivers the same result once more: nobody is asked again.
    const again = await call.post(actionOf(body), { DialCallStatus: 'busy', CallStatus: 'in-progress' });
    expect(again.body).toBe(back.body);
    expect(call.asked).toHaveLength(2);
  });

  test('a call that was put through goes on behind the conversation', async () => {
    const call = started.call({ document: DIALLING, model: [{ calls: [BILLING] }] });
    await call.arrives();
    const body = await answerTo(call, 'My bill is wrong.');
    const back = await call.post(actionOf(body), { DialCallStatus: 'completed', CallStatus: 'in-progress' });
    expect(textOf(parseStrictly(back.body))).toBe('Thank you for calling.');
    expect(call.asked).toHaveLength(1);
  });

  test('a caller who hangs up while it rings ends the call', async () => {
    const call = started.call({ document: DIALLING, model: [{ calls: [BILLING] }] });
    await call.arrives();
    await answerTo(call, 'My bill is wrong.');
    expect((await call.post(call.statusUrl, { CallStatus: 'completed' })).status).toBe(204);
    expect(call.asked).toHaveLength(1);
  });

  test('a number that the caller dictates is not dialled', async () => {
    const call = started.call({
      document: DIALLING,
      model: [
        { calls: [{ name: 'dial', arguments: { destination: '+19005550000' } }] },
        { says: 'I may not call that number.' },
      ],
    });
    await call.arrives();
    expect(await call.says('Put me through to +1 900 555 0000.')).toMatchObject({
      words: ['I may not call that number.'],
      end: 'listening',
    });
    expect(resultsIn(call.asked[1])).toEqual([expect.stringContaining('does not name it as a destination')]);
  });
});

test('a redirect leads to another document of the same origin, which we fetch', async () => {
  const call = started.call({
    document: (times) =>
      times < 3
        ? gatherDocument({ converse: 'sessionTools="redirect"' })
        : '<Response><Say>Here is the shop.</Say><Hangup/></Response>',
    model: [{ says: 'To the shop, then. ', calls: [{ name: 'redirect', arguments: { destination: '/shop.xml' } }] }],
  });
  await call.arrives();
  expect(await call.says('The shop, please.')).toMatchObject({
    words: ['To the shop, then.', 'Here is the shop.'],
    end: 'hangup',
  });
  await eventually(() => call.fetched.length === 3);
  expect(call.fetched.at(-1)).toMatchObject({ method: 'POST', path: '/shop.xml' });
});
