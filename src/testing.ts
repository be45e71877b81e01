// The package's entry for tests, `import ... from 'colloquy/testing'`: recorded calls, run again in any test runner.
import { AssertionError } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { readFixture } from './replay/fixture.ts';
import { isFaithful, replay as replayFiles, type Replay } from './replay/replay.ts';
import { replayReport } from './replay/report.ts';
import { withDocument } from './replay/with-document.ts';

export { findFixtures } from './replay/find-fixtures.ts';
export type { Fixture, FixtureFiles, FixtureStep, FixtureTurn } from './replay/fixture.ts';
export type { Replay, ReplayedFile, ReplayedToolRequest } from './replay/replay.ts';

export type ReplayOptions = {
  /** The file of the application as it is now, run in place of the document that was recorded. */
  readonly document?: string | URL;
};

/**
 * Runs the recorded call in `folder` again, without a network and without waiting, and gives what came out. Rejects with an
 * `AssertionError` whose message shows every difference when an answer, what the model is asked or what a tool is sent is not
 * what the fixture expects.
 *
 * @throws FIXTURE_INVALID for a folder that holds no usable fixture, APPLICATION_INVALID for a document with faults.
 */
export async function replay(folder: string, { document }: ReplayOptions = {}): Promise<Replay> {
  const recorded = await readFixture(folder);
  const files =
    document === undefined
      ? recorded
      : withDocument(recorded, { source: String(document), text: await readFile(document, 'utf8') });
  const result = replayFiles(files);
  if (!isFaithful(result)) throw new AssertionError({ message: replayReport(folder, result), operator: 'replay' });
  return result;
}
