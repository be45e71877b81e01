import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { VoiceError } from '../errors.ts';
import { CALL_FILE } from './fixture.ts';

/** The folder itself if it is a fixture, else the fixtures right below it, in order. @throws FIXTURE_INVALID if none. */
export async function findFixtures(folder: string): Promise<readonly string[]> {
  if (await isFixture(folder)) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined)
    throw new VoiceError('FIXTURE_INVALID', { path: folder, problem: 'there is no such folder' });
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
  const are = await Promise.all(below.map(isFixture));
  const found = below.filter((_, index) => are[index] === true);
  if (found.length === 0) {
    throw new VoiceError('FIXTURE_INVALID', {
      path: folder,
      problem: `it has no ${CALL_FILE}, nor has a folder in it; "colloquy serve --record" writes some`,
    });
  }
  return found.toSorted();
}

async function isFixture(folder: string): Promise<boolean> {
  return stat(path.join(folder, CALL_FILE)).then(
    () => true,
    () => false,
  );
}
