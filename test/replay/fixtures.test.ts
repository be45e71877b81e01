import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import schema from '../../grammars/fixture.schema.json' with { type: 'json' };
import { readFixture } from '../../src/replay/fixture.ts';
import { replay } from '../../src/replay/replay.ts';
import { parseStrictly } from '../support/xml.ts';

const FOLDER = fileURLToPath(new URL('../../fixtures/calls', import.meta.url));
const cases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .toSorted();

const fixtures = await Promise.all(
  cases.map(async (name) => ({ name, files: await readFixture(path.join(FOLDER, name)) })),
);

test.each(fixtures)('the call $name gives what its fixture expects', async ({ name, files }) => {
  const { answers, modelRequests, toolRequests, faults } = replay(files);
  expect(faults).toEqual([]);
  const requests = [...modelRequests, ...toolRequests];
  expect(requests.map(({ actual }) => actual)).toEqual(requests.map(({ expected }) => expected));
  for (const { file, actual } of answers) {
    expect(file.endsWith('.json') ? Array.isArray(JSON.parse(actual)) : parseStrictly(actual).name === 'Response').toBe(
      true,
    );
    await expect(actual).toMatchFileSnapshot(path.join(FOLDER, name, file));
  }
});

test.each(fixtures)('the folder of $name holds nothing that its call does not name', ({ name, files }) => {
  const found = readdirSync(path.join(FOLDER, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(path.join(FOLDER, name), path.join(entry.parentPath, entry.name)));
  expect(found.toSorted()).toEqual([...files.files.keys(), 'call.json'].toSorted());
});

test('each of them says what only it covers', () => {
  const abouts = fixtures.map(({ files }) => files.fixture.about);
  expect(cases.length).toBeGreaterThan(100);
  expect(new Set(abouts).size).toBe(cases.length);
  expect(abouts.filter((about) => about.trim() === '' || about === 'A recorded call')).toEqual([]);
});

test('together they hold every kind of step, beginning, end of a reply and timer, on every platform', () => {
  const { turn, step } = schema.$defs;
  const turns = fixtures.flatMap(({ files }) => files.fixture.turns);
  const steps = turns.flatMap((each) => each.steps);
  const valuesOf = (key: string): ReadonlySet<unknown> =>
    new Set(steps.flatMap((each) => Object.entries(each).flatMap(([name, value]) => (name === key ? [value] : []))));
  const [reply, timer] = ['ends', 'timer'].map((key) => step.oneOf.find(({ required }) => required.includes(key)));
  // These two are what a reply is by itself, so nobody writes them down.
  const finishes = reply?.properties.finish?.enum.filter((finish) => finish !== 'stop' && finish !== 'tool-calls');
  const wanted = {
    steps: step.oneOf.map(({ required: [key] }) => key),
    beginnings: turn.properties.from.enum,
    finishes,
    timers: timer?.properties.timer?.enum,
    platforms: schema.properties.platform.enum,
  };
  const held = {
    steps: new Set(steps.flatMap((each) => Object.keys(each))),
    beginnings: new Set(turns.map(({ from }) => from)),
    finishes: valuesOf('finish'),
    timers: valuesOf('timer'),
    platforms: new Set(fixtures.map(({ files }) => files.fixture.platform)),
  };
  for (const name of ['steps', 'beginnings', 'finishes', 'timers', 'platforms'] as const) {
    const holds: ReadonlySet<unknown> = held[name];
    expect(wanted[name]?.length).toBeGreaterThan(2);
    expect([name, ...(wanted[name] ?? []).filter((each) => !holds.has(each))]).toEqual([name]);
  }
});
