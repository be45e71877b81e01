import { stat } from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { DEFAULT_SETTINGS } from '../app.ts';
import { VoiceError } from '../errors.ts';
import { readFixture } from '../replay/fixture.ts';
import { isFaithful, replay, type Replay } from '../replay/replay.ts';

/** `colloquy replay`: runs recorded calls again and compares every answer, byte for byte. */
export function replayCommand(program: Command): void {
  program
    .command('replay')
    .description('run recorded calls again and compare every answer')
    .argument('<folder...>', 'fixtures, or folders of them')
    .action(replayAll);
}

async function replayAll(folders: readonly string[]): Promise<void> {
  const fixtures = (await Promise.all(folders.map(fixturesIn))).flat();
  let differing = 0;
  for (const folder of fixtures) {
    const result = replay(await readFixture(folder), DEFAULT_SETTINGS);
    if (!isFaithful(result)) differing += 1;
    process.stdout.write(describe(folder, result));
  }
  process.stdout.write(`${fixtures.length - differing} of ${fixtures.length} calls replayed alike\n`);
  if (differing > 0) process.exitCode = 1;
}

/** The folder itself if it is a fixture, else the fixtures right below it. @throws FIXTURE_INVALID */
async function fixturesIn(folder: string): Promise<readonly string[]> {
  if (await exists(path.join(folder, 'call.json'))) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
  const found = (
    await Promise.all(below.map(async (name) => ((await exists(path.join(name, 'call.json'))) ? [name] : [])))
  ).flat();
  if (found.length === 0)
    throw new VoiceError('FIXTURE_INVALID', { path: folder, problem: 'it has no call.json, nor has a folder in it' });
  return found.toSorted();
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function describe(folder: string, result: Replay): string {
  const differing = result.answers.filter(({ expected, actual }) => expected !== actual);
  const lines = [
    `${isFaithful(result) ? 'same' : 'DIFFERENT'}  ${folder}  ${result.answers.length} answers`,
    ...result.faults.map((fault) => `  ${fault}`),
    ...differing.flatMap(({ file, expected, actual }) => [`  ${file}`, `  - ${expected}`, `  + ${actual}`]),
  ];
  return `${lines.join('\n')}\n`;
}
