// The platform could not get an answer, and comes by its fallback URL; against the started server.
import { expect, test } from 'vitest';
import { gatherDocument } from '../support/documents.ts';
import { useStarted } from '../support/started.ts';
import { nodesNamed, parseStrictly, textOf } from '../support/xml.ts';

const started = useStarted();

test('a caller whose answer got lost is answered, and not asked again', async () => {
  const call = started.call({ document: gatherDocument(), model: [{ says: 'At nine.' }] });
  await call.arrives();
  const { body } = await call.post(`${call.voiceUrl}/fallback`, {
    ErrorCode: '11205',
    ErrorUrl: call.action,
    SpeechResult: 'When do you open?',
  });
  expect(nodesNamed(parseStrictly(body), 'Gather').map(textOf)).toEqual(['At nine.']);
});

test('a platform that does not say what failed is given the greeting again, which may be what got lost', async () => {
  const call = started.call({ document: gatherDocument(), model: [{ says: 'At nine.' }] });
  await call.arrives();
  const { body } = await call.post(`${call.voiceUrl}/fallback`, {});
  const [gather] = nodesNamed(parseStrictly(body), 'Gather');
  expect(gather && textOf(gather)).toBe('Welcome to the desk.');
  const answer = await call.post(gather?.attributes['action'] ?? '', { SpeechResult: 'When do you open?' });
  expect(nodesNamed(parseStrictly(answer.body), 'Gather').map(textOf)).toEqual(['At nine.']);
  expect(call.asked).toHaveLength(1);
});

test('a call that nobody knows begins', async () => {
  const call = started.call({ document: gatherDocument() });
  const { body } = await call.post(`${call.voiceUrl}/fallback`, { ErrorCode: '11200' });
  expect(nodesNamed(parseStrictly(body), 'Gather').map(textOf)).toEqual(['Welcome to the desk.']);
});
