// Who watches a conversation is told of it beside the call; against the started server.
import { expect, test } from 'vitest';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import { eventually, useStarted, type StartedCall } from '../support/started.ts';

const started = useStarted();

/** The messages so far, in the order of their events. */
function toldIn(call: StartedCall): readonly URLSearchParams[] {
  return call.fetched
    .filter(({ path }) => path === '/hooks')
    .map(({ body }) => new URLSearchParams(body))
    .toSorted((a, b) => Number(a.get('Sequence')) - Number(b.get('Sequence')));
}

test('every event that is asked for is told once, and nothing of the call waits for it', async () => {
  const call = started.call({
    document: gatherDocument({
      converse: 'statusCallback="/hooks" statusCallbackEvent="in-progress,llm-response,tool-response,completed"',
      tools: toolMarkup('look'),
    }),
    model: [{ calls: [{ name: 'look', arguments: { order: '7' } }] }, { says: 'It is on its way.' }],
    tools: { look: { body: '"shipped"' } },
  });
  await call.arrives();
  expect((await call.says('Where is my order?')).words).toEqual(['It is on its way.']);
  await call.post(call.statusUrl, { CallStatus: 'completed' });
  await eventually(() => toldIn(call).length === 5);
  expect(
    toldIn(call).map((told) => ['Event', 'Turn', 'Tool', 'Text', 'EndReason'].map((name) => told.get(name))),
  ).toEqual([
    ['in-progress', '1', null, null, null],
    ['llm-response', '2', 'look', '', null],
    ['tool-response', '2', 'look', '"shipped"', null],
    ['llm-response', '2', null, 'It is on its way.', null],
    ['completed', '2', null, null, 'caller-hung-up'],
  ]);
  expect(toldIn(call).map((told) => [told.get('CallSid'), told.get('From')])).toEqual(
    Array.from({ length: 5 }, () => [call.callSid, '+15550001111']),
  );
});
