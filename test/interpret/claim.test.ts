// How a turn is claimed and answered: with how many appends, and on whatever the process knows of its call.
import { expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/event.ts';
import type { CallLog } from '../../src/interpret/ports.ts';
import { gatherDocument, standAloneDocument } from '../support/documents.ts';
import { fetched, scriptedDocuments, type ScriptedDocuments } from '../support/ports.ts';
import { ask, createWorld, type World } from '../support/world.ts';
import { createVirtualClock } from '../support/virtual-clock.ts';

type Kinds = readonly CallEvent['kind'][];

/** A world whose documents are known before anybody asks, and what it appends and reads. */
function knowing(source: string): { readonly world: World; readonly appends: readonly Kinds[]; reads(): number } {
  const clock = createVirtualClock();
  const documents: ScriptedDocuments = { ...scriptedDocuments(clock, {}), known: () => fetched(source) };
  const appends: Kinds[] = [];
  let reads = 0;
  const log = (inner: CallLog): CallLog => ({
    ...inner,
    append: (callId, afterSeq, events) => {
      appends.push(events.map(({ kind }) => kind));
      return inner.append(callId, afterSeq, events);
    },
    read: (callId, fromSeq) => {
      reads += 1;
      return inner.read(callId, fromSeq);
    },
  });
  const world = createWorld({ document: {}, ports: { documents }, model: [{ says: 'Good day.' }], clock, log });
  return { world, appends, reads: () => reads };
}

test('a document that nobody need be asked for is part of the claim, and so is a greeting', async () => {
  const { world, appends } = knowing(gatherDocument());
  await ask(world);
  expect(world.documents.requests).toEqual([]);
  expect(appends).toEqual([['turn-start', 'document', 'passed-verb', 'listen', 'turn-end', 'answered']]);
});

test('a model is asked after the claim is in the log, not with it', async () => {
  const { world, appends } = knowing(standAloneDocument());
  await ask(world);
  expect(appends[0]).toEqual(['turn-start', 'document', 'model-start']);
  expect(world.model.requests).toHaveLength(1);
});

test('a turn is answered with the append that ends it, and what is heard is what it says', async () => {
  const { world, appends } = knowing(standAloneDocument());
  const body = await ask(world);
  expect(appends.at(-1)).toEqual(['model-end', 'speech', 'turn-end', 'answered']);
  expect(world.eventsOf('answered')).toMatchObject([{ from: 2, to: 7, body }]);
  expect(body).toContain('Good day.');
});

test('a turn that begins is claimed without another look at the log', async () => {
  const seen = knowing(gatherDocument());
  await ask(seen.world);
  // The one with which the process has learned of the call.
  expect(seen.reads()).toBe(1);
});
