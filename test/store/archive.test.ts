import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import { createArchive } from '../../src/store/archive.ts';
import { documentOf, modelEnd, tell, toolEnd, turnStart } from '../support/story.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';

const document = gatherDocument({ greeting: '', tools: toolMarkup('look') });
const { events } = tell([
  turnStart(1, { CallerName: 'Zoë \u{1F600} "Q"\n\u2028' }),
  documentOf(document),
  modelEnd('', { calls: [['look', '{"order":"7"}']] }),
  toolEnd(1, 0, 0),
  modelEnd('Here it is.', { hop: 1 }),
]);

/** More than one piece of compressed text, and some that is not compressed yet. */
const MANY_TURNS = 20;

test.each([1, 2, MANY_TURNS])('the events of %i turns come back as they were, in order', (turns) => {
  const archive = createArchive();
  const all = Array.from({ length: turns }, () => events).flat();
  for (let turn = 0; turn < turns; turn += 1) archive.add(events);
  expect(archive.count()).toBe(all.length);
  expect(archive.read()).toEqual(all);
  archive.compress();
  archive.compress();
  expect(archive.read()).toEqual(all);
  archive.add(events);
  expect(archive.read()).toEqual([...all, ...events]);
});

test('a document comes back as the very same one, because calls share it', () => {
  const other = documentOf(gatherDocument({ greeting: 'Hello.' }));
  const archive = createArchive();
  const added = [...events, ...tell([turnStart(1), other]).events];
  archive.add(added);
  const documentsIn = (list: readonly CallEvent[]): readonly unknown[] =>
    list.flatMap((event) => (event.kind === 'document' ? [event.document] : []));
  expect(documentsIn(archive.read())).toHaveLength(2);
  documentsIn(archive.read()).forEach((found, index) => expect(found).toBe(documentsIn(added)[index]));
});

test('nothing is read of an empty archive', () => {
  expect(createArchive().read()).toEqual([]);
});
