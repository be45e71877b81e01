import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fixtureFromLog } from '../../src/replay/from-log.ts';
import { redact } from '../../src/replay/redact.ts';
import { writeFixture } from '../../src/replay/fixture.ts';
import { call } from './carrier.ts';
import { gatherDocument, toolMarkup } from './documents.ts';
import { AGENT, CALL_SID, createWorld } from './world.ts';

const TOOL = toolMarkup('look', '', '<Parameter name="From"/><Parameter name="order" source="model"/>');

/** The application of the recorded call, with one change: a text for another. */
export function recordedApplication(from = '', to = ''): string {
  return gatherDocument({ tools: TOOL }).replace(from, to);
}

/** A call with a greeting, a tool and an answer, as a fixture in a folder of its own. */
export async function recordedCall(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const world = createWorld({
    document: recordedApplication(),
    model: [{ says: 'One moment. ', calls: [{ name: 'look', arguments: { order: '7' } }] }, { says: 'It is here.' }],
    tools: { look: () => ({ content: '{"status":"here"}' }) },
  });
  await call(world, ['Where is it?']);
  await world.clock.until(world.calls.settled());
  const id = `${AGENT}/${CALL_SID}`;
  const files = fixtureFromLog(id, await world.log.read(id, 1));
  if (files === undefined) throw new Error('nothing was recorded');
  const parent = await mkdtemp(path.join(tmpdir(), 'colloquy-recorded-'));
  const folder = path.join(parent, 'calls', 'one');
  await writeFixture(folder, redact(files, []));
  return { folder, remove: () => rm(parent, { recursive: true }) };
}
