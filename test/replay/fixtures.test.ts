import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readFixture } from '../../src/replay/fixture.ts';
import { replay } from '../../src/replay/replay.ts';
import { parseStrictly } from '../support/xml.ts';

const FOLDER = fileURLToPath(new URL('../../fixtures/calls', import.meta.url));
const cases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

test.each(cases)('the call %s gives what its fixture expects', async (name) => {
  const files = await readFixture(path.join(FOLDER, name));
  const { answers, modelRequests, toolRequests, faults } = replay(files);
  expect(faults).toEqual([]);
  const requests = [...modelRequests, ...toolRequests];
  expect(requests.map(({ actual }) => actual)).toEqual(requests.map(({ expected }) => expected));
  for (const { file, actual } of answers) {
    expect(parseStrictly(actual).name).toBe('Response');
    await expect(actual).toMatchFileSnapshot(path.join(FOLDER, name, file));
  }
});

test('each of them says what only it covers', async () => {
  const abouts = await Promise.all(
    cases.map(async (name) => (await readFixture(path.join(FOLDER, name))).fixture.about),
  );
  expect(cases.length).toBeGreaterThanOrEqual(8);
  expect(new Set(abouts).size).toBe(cases.length);
  expect(abouts.filter((about) => about.trim() === '' || about === 'A recorded call')).toEqual([]);
});
