import { expect, test } from 'vitest';
import { awake, resting } from '../../src/call/resting.ts';
import { expanded } from '../../src/compressed.ts';
import { advance, newCall } from '../../src/call/state.ts';
import { documentOf, modelEnd, tell, toolEnd, turnStart } from '../support/story.ts';
import { gatherDocument, toolMarkup } from '../support/documents.ts';

const { events } = tell([
  turnStart(1, { CallerName: 'Zoë \u{1F600} "Q"\n\u2028' }),
  documentOf(gatherDocument({ greeting: '', tools: toolMarkup('look') })),
  modelEnd('', { calls: [['look', '{"order":"7"}']] }),
  toolEnd(1, 0, 0),
  modelEnd('Here it is.', { hop: 1 }),
]);
const states = events.reduce(
  (all, event) => [...all, advance(all.at(-1) ?? newCall('desk/CA1'), event)],
  [newCall('desk/CA1')],
);

test.each(states.map((state) => [state.seq, state] as const))(
  'after event %i a call wakes up as it was',
  (_, state) => {
    expect(awake(resting(state))).toEqual(state);
  },
);

test('the document is not copied, because calls share it', () => {
  const last = states.at(-1) ?? newCall('');
  expect(last.document).toBeDefined();
  expect(awake(resting(last)).document).toBe(last.document);
  expect(expanded(resting(last).bytes)).not.toContain('Be brief.');
});
