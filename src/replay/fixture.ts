import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PlatformName } from '../call/request.ts';
import { VoiceError } from '../errors.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../json.ts';

/** One thing that happens in a turn, in the order in which the interpreter took them. Exactly one of these shapes. */
export type FixtureStep =
  /** The document that was asked for arrives: a file beside the fixture. `url` is where it came from. */
  | { readonly document: string; readonly url: string }
  | { readonly unavailable: string; readonly url: string }
  /** Finished sentences of the model's reply, exactly as it wrote them. */
  | { readonly says: string }
  /** The reply ends: what followed its last finished sentence, and the tools it calls. */
  | {
      readonly ends: string;
      readonly calls?: readonly { readonly name: string; readonly arguments: string; readonly id: string }[];
      readonly finish?: string;
      readonly reason?: string;
    }
  /** A tool answers. `arguments` is what it must have been sent. */
  | { readonly tool: string; readonly arguments: JsonValue; readonly result: string; readonly isError?: boolean }
  | { readonly timer: string }
  /** The platform comes back for the rest of the turn. */
  | { readonly returns: true }
  /** The platform is answered with what is ready, and this file says with what. `to` is there if more was ready by then. */
  | { readonly answer: string; readonly to?: number }
  | { readonly hungUp: string }
  | { readonly interrupted: true };

export type FixtureTurn = {
  /** Where the turn goes on from: the voice URL, or the last output of this kind in the turn before. */
  readonly from: 'start' | 'listen' | 'redirect' | 'passed-verb';
  /** Parameters that differ from the call's; null takes one away. */
  readonly request: JsonObject;
  readonly steps: readonly FixtureStep[];
};

/** A call in a form that people read and edit: what came in, and what must come out. */
export type Fixture = {
  /** In one line, what this fixture covers. */
  readonly about: string;
  readonly agent: string;
  readonly platform: PlatformName;
  readonly callSid: string;
  readonly publicUrl: string;
  /** The parameters of the call's first request. */
  readonly parameters: JsonObject;
  readonly turns: readonly FixtureTurn[];
};

/** A fixture with the files that it names. */
export type FixtureFiles = { readonly fixture: Fixture; readonly files: ReadonlyMap<string, string> };

const CALL_FILE = 'call.json';

/** Reads the fixture in this folder. @throws FIXTURE_INVALID */
export async function readFixture(folder: string): Promise<FixtureFiles> {
  const file = path.join(folder, CALL_FILE);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new VoiceError('FIXTURE_INVALID', { path: folder, problem: `it has no ${CALL_FILE}` }, { cause });
  });
  const parsed = parseJson(text);
  if (!parsed.ok) throw new VoiceError('FIXTURE_INVALID', { path: file, problem: parsed.reason });
  const fixture = checked(file, parsed.value);
  const files = new Map<string, string>();
  for (const name of fileNames(fixture)) {
    files.set(name, await readFile(path.join(folder, name), 'utf8').catch(() => ''));
  }
  return { fixture, files };
}

/** Writes a fixture and its files into this folder, which is made if need be. */
export async function writeFixture(folder: string, { fixture, files }: FixtureFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  await writeFile(path.join(folder, CALL_FILE), `${JSON.stringify(fixture, null, 2)}\n`);
}

/** The files that a fixture names, documents before answers. */
function fileNames({ turns }: Fixture): readonly string[] {
  const steps = turns.flatMap((turn) => turn.steps);
  return [
    ...steps.flatMap((step) => ('document' in step ? [step.document] : [])),
    ...steps.flatMap((step) => ('answer' in step ? [step.answer] : [])),
  ];
}

function checked(file: string, value: JsonValue): Fixture {
  const invalid = (problem: string): VoiceError => new VoiceError('FIXTURE_INVALID', { path: file, problem });
  if (!isJsonObject(value)) throw invalid('it is not an object');
  for (const key of ['agent', 'platform', 'callSid', 'publicUrl']) {
    if (typeof value[key] !== 'string') throw invalid(`"${key}" is not a string`);
  }
  if (!isJsonObject(value['parameters'])) throw invalid('"parameters" is not an object');
  const { turns } = value;
  if (!Array.isArray(turns)) throw invalid('"turns" is not an array');
  for (const [index, turn] of turns.entries()) {
    if (!isJsonObject(turn) || !Array.isArray(turn['steps'])) throw invalid(`turn ${index + 1} has no "steps"`);
    for (const step of turn['steps'] as readonly JsonValue[]) {
      const name = isJsonObject(step) ? (step['document'] ?? step['answer'] ?? '') : undefined;
      if (typeof name !== 'string') throw invalid(`turn ${index + 1} has a step that is not an object`);
      if (path.isAbsolute(name) || name.split(/[\\/]/).includes('..'))
        throw invalid(`"${name}" leads out of the folder`);
    }
  }
  return value as unknown as Fixture;
}
