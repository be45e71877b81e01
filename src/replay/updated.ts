import type { FixtureFiles, FixtureStep } from './fixture.ts';

/** The fixture with these steps and files in place of its own. */
export function updated(
  { fixture, files }: FixtureFiles,
  steps: ReadonlyMap<FixtureStep, FixtureStep>,
  written: ReadonlyMap<string, string>,
): FixtureFiles {
  const turns = fixture.turns.map((turn) => ({
    ...turn,
    steps: turn.steps.map((recorded) => steps.get(recorded) ?? recorded),
  }));
  return { fixture: { ...fixture, turns }, files: new Map([...files, ...written]) };
}
