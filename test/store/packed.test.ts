import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { pack, unpack } from '../../src/store/packed.ts';
import { documentOf, modelEnd, tell, toolEnd, turnStart } from '../support/story.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';

const document = gatherDocument({ greeting: '', tools: toolMarkup('look') });
const { events } = tell([
  turnStart(1, { CallerName: 'Zoë \u{1F600} "Q"' }),
  documentOf(document),
  modelEnd('', { calls: [['look', '{"order":"7"}']] }),
  toolEnd(1, 0, 0),
  modelEnd('Here it is.', { hop: 1 }),
]);

test('packed events come back as they were', () => {
  expect(unpack(pack(events))).toEqual(events);
});

test('a document comes back as the very same one, because calls share it', () => {
  const documentIn = (list: readonly CallEvent[]): unknown =>
    list.flatMap((event) => (event.kind === 'document' ? [event.document] : []))[0];
  expect(documentIn(unpack(pack(events)))).toBe(documentIn(events));
});

test('what calls share is not packed with each of them', () => {
  expect(pack(events).bytes.toString()).not.toContain('Be brief.');
});
