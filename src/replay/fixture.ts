import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import schema from '../../grammars/fixture.schema.json' with { type: 'json' };
import type { PlatformName } from '../call/request.ts';
import { VoiceError } from '../errors.ts';
import { fixtureFault } from './fixture-faults.ts';
import type { OwnSettings } from './fixture-settings.ts';
import { readableJson } from './readable-json.ts';
import { parseJson, type JsonObject, type JsonValue } from '../json.ts';

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
      readonly code?: string;
      readonly reason?: string;
    }
  /** The model is asked, and this file says what. A fixture without such steps does not compare it. */
  | { readonly asks: string }
  /** A tool answers. `arguments` is what it must have been sent, and `url`, where there is one, is where to. */
  | {
      readonly tool: string;
      readonly url?: string;
      readonly arguments: JsonValue;
      readonly result: string;
      readonly isError?: boolean;
    }
  | { readonly timer: string }
  /** The platform comes back for the rest of the turn. */
  | { readonly returns: true }
  /**
   * The platform is answered with what is ready, and this file says with what. `to` is there if more was ready
   * by then, `turn` if it belongs to an earlier turn.
   */
  | { readonly answer: string; readonly to?: number; readonly turn?: number }
  | { readonly hungUp: string }
  | { readonly interrupted: true }
  /** Another node goes on with the turn. */
  | { readonly takenOverAfterMs: number };

export type FixtureTurn = {
  /**
   * Where the turn goes on from: the voice URL, the fallback URL, or the last output of this kind in the turn before that
   * the platform can come back from.
   */
  readonly from: 'start' | 'resume' | 'listen' | 'redirect' | 'passed-verb';
  /** Which of these outputs, from 1, where it is not the last. */
  readonly at?: number;
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
  /** What of the agent's settings was not as it is by default. */
  readonly settings?: OwnSettings;
  readonly turns: readonly FixtureTurn[];
};

/** A fixture with the files that it names. */
export type FixtureFiles = { readonly fixture: Fixture; readonly files: ReadonlyMap<string, string> };

/** What makes a folder a fixture. */
export const CALL_FILE = 'call.json';

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
  const { documents, outcomes } = fileNames(fixture);
  for (const name of documents) files.set(name, await readNamed(folder, name, true));
  for (const name of outcomes) files.set(name, await readNamed(folder, name, false));
  return { fixture, files };
}

/** What must come out and is not there yet is what differs; a document has to be there. */
async function readNamed(folder: string, name: string, isDocument: boolean): Promise<string> {
  return readFile(path.join(folder, name), 'utf8').catch((cause: unknown) => {
    if (!isDocument) return '';
    throw new VoiceError(
      'FIXTURE_INVALID',
      { path: folder, problem: `it names ${name}, which is not there` },
      { cause },
    );
  });
}

/** Writes a fixture and its files into this folder, which is made if need be. */
export async function writeFixture(folder: string, { fixture, files }: FixtureFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  await writeFile(path.join(folder, CALL_FILE), readableJson(fixture));
}

/** The files that a fixture names: what comes in, and what must come out. */
function fileNames({ turns }: Fixture): {
  readonly documents: readonly string[];
  readonly outcomes: readonly string[];
} {
  const steps = turns.flatMap((turn) => turn.steps);
  return {
    documents: steps.flatMap((step) => ('document' in step ? [step.document] : [])),
    outcomes: steps.flatMap((step) => ('answer' in step ? [step.answer] : 'asks' in step ? [step.asks] : [])),
  };
}

const validate = new Ajv2020({ allErrors: true, strict: false }).compile<Fixture>(schema);

function checked(file: string, value: JsonValue): Fixture {
  if (validate(value)) return value;
  const problem = fixtureFault(value, validate.errors ?? [], schema.$defs.step.oneOf);
  throw new VoiceError('FIXTURE_INVALID', { path: file, problem });
}
