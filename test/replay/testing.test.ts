import { AssertionError } from 'node:assert';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFixtures, replay } from '../../src/testing.ts';
import { recordedApplication, recordedCall } from '../support/recorded.ts';

let recorded: Awaited<ReturnType<typeof recordedCall>>;
beforeAll(async () => {
  recorded = await recordedCall();
});
afterAll(() => recorded.remove());

async function application(from = '', to = ''): Promise<string> {
  const file = path.join(recorded.folder, '../../application.xml');
  await writeFile(file, recordedApplication(from, to));
  return file;
}

/** The message of what `replay` rejects with. */
async function complaint(document: string): Promise<string> {
  const error: unknown = await replay(recorded.folder, { document }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AssertionError);
  return (error as AssertionError).message;
}

describe('replay in a test runner', () => {
  test('resolves with what came out when nothing differs', async () => {
    const { answers, modelRequests, toolRequests } = await replay(recorded.folder);
    expect([answers.length, modelRequests.length, toolRequests.length]).toEqual([2, 2, 1]);
  });

  test('resolves for the application as it is, if it is the same', async () => {
    const { answers } = await replay(recorded.folder, { document: await application() });
    expect(answers).toHaveLength(2);
  });

  test.each<[string, string, string, RegExp]>([
    ['another greeting', 'Welcome', 'Hello', /expected\/01\.xml\n[^]*- +<Say>Welcome[^]*\+ +<Say>Hello/],
    [
      'another prompt',
      '<System>',
      '<System>Speak Latin. ',
      /asked\/01\.json, what the model is asked\n[^]*\+ .*Speak Latin/,
    ],
    [
      'another URL of a tool',
      '/look"',
      '/find"',
      /turn 2, what the tool look is sent\n[^]*- .*\/look"[^]*\+ .*\/find"/,
    ],
    ['another tool', 'name="look"', 'name="find"', /turn 2: the tool look is not called here\n/],
  ])('rejects with the difference: %s', async (_name, from, to, expected) => {
    expect(recordedApplication()).toContain(from);
    expect(await complaint(await application(from, to))).toMatch(expected);
  });

  test('refuses an application with faults, and shows them', async () => {
    const document = await application('<Gather', '<Gathr');
    await expect(replay(recorded.folder, { document })).rejects.toThrow(/application\.xml cannot be run:\n[^]*<Gathr/);
  });

  test('resolves the relative URLs of an application as they were in the call', async () => {
    const document = await application('<Gather', '<Play>music.mp3</Play><Gather');
    await expect(replay(recorded.folder, { document })).rejects.toThrow(/\+ +<Play>https:\/\/app\.example\/music\.mp3/);
  });

  test('does without the credentials that a recording leaves out', async () => {
    const document = await application('tools.example/look', 'tools.example/look?token=abcdefgh');
    await expect(replay(recorded.folder, { document })).rejects.toThrow(/\+ .*look\?token=redacted"/);
  });

  test('shows what is not there yet as what comes out', async () => {
    const file = path.join(recorded.folder, 'expected', '02.xml');
    const text = await readFile(file);
    await rm(file);
    await expect(replay(recorded.folder)).rejects.toThrow(/expected\/02\.xml\n[^]*\+ +<Say>One moment/);
    await writeFile(file, text);
  });

  test('says once what is the same change in every request of the model', async () => {
    const message = await complaint(await application('<System>', '<System>Speak Latin. '));
    expect(message).toContain('asked/02.json, what the model is asked: the same change as in asked/01.json\n');
    expect(message.match(/Speak Latin/g)).toHaveLength(1);
  });

  test('refuses a folder without a fixture', async () => {
    await expect(replay(path.join(recorded.folder, '..'))).rejects.toMatchObject({ code: 'FIXTURE_INVALID' });
  });

  test('findFixtures gives the folders of the calls, in order', async () => {
    expect(await findFixtures(path.join(recorded.folder, '..'))).toEqual([recorded.folder]);
    expect(await findFixtures(recorded.folder)).toEqual([recorded.folder]);
    await expect(findFixtures(path.join(recorded.folder, 'nowhere'))).rejects.toMatchObject({
      code: 'FIXTURE_INVALID',
    });
  });
});
