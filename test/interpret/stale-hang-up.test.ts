import { expect, test } from 'vitest';
import { gatherDocument, toolMarkup } from '../support/documents.ts';
import { ask, createWorld, START } from '../support/world.ts';

test('a hang-up that was asked for in an interrupted turn does not end the next one', async () => {
  const world = createWorld({
    document: gatherDocument({
      greeting: '',
      converse: 'sessionTools="hangup"',
      tools: toolMarkup('look', 'timeout="30"'),
    }),
    model: [
      { calls: [{ name: 'hangup' }, { name: 'look', arguments: { order: '7' } }] },
      { says: 'Yes, how can I help?' },
    ],
    tools: { look: () => ({ afterMs: 20_000, content: 'found' }) },
  });
  await ask(world);
  const next = await ask(world, START, { ForwardedFrom: '+15550001111' });
  expect(next).toContain('Yes, how can I help?');
  expect(next).not.toContain('Hangup');
});
