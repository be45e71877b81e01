import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { VoiceError } from '../../errors.ts';
import { suggestion } from '../../language/nearest.ts';
import { createSource, decode, positionOf } from '../../language/source.ts';
import { fileFault } from '../read-source.ts';
import { SECRET_PREFIX } from './fields.ts';
import { readJsonText } from './json-text.ts';
import {
  defaultLayer,
  environmentLayer,
  flagLayer,
  inFull,
  namedSettings,
  type Environment,
  type Flags,
} from './layers.ts';
import { merge, plain, type Located, type LocatedObject } from './located.ts';
import { CONFIG_FILE, CONFIG_VARIABLE, SETTINGS, type Settled } from './settings.ts';
import { faultsOf } from './validate.ts';

/** A configuration is names and a few sentences; what is larger is another file. */
const CONFIG_MAX_BYTES = 1024 * 1024;

export type Settlement = {
  /** The file that was read, if any. */
  readonly file?: string;
  readonly settled: Settled;
  /** The same values with where each was said. */
  readonly located: LocatedObject;
  /** What is no fault, but hardly meant. */
  readonly warnings: readonly string[];
};

/**
 * What flags, environment, file and defaults say together, the first winning. The file is the one that `--config` or
 * `COLLOQUY_CONFIG` names, else `colloquy.config.json` in the working folder, which may be absent.
 *
 * @throws CONFIG_INVALID with every fault and its place.
 */
export async function settle(flags: Flags, environment: Environment): Promise<Settlement> {
  const given = environment[CONFIG_VARIABLE]?.trim() || undefined;
  const named = typeof flags['config'] === 'string' ? flags['config'] : given;
  const file = named ?? CONFIG_FILE;
  const text = await readConfigFile(file, named !== undefined);
  const located = text === undefined ? undefined : readConfigText(file, text);
  return { ...settleLayers(located, flags, environment), ...(located !== undefined && { file }) };
}

/** @throws CONFIG_INVALID */
export function settleLayers(
  file: Located | undefined,
  flags: Flags,
  environment: Environment,
): Omit<Settlement, 'file'> {
  const byFlags = flagLayer(flags);
  const said = file === undefined ? [] : [chosen(file, byFlags)];
  const located = [defaultLayer(), ...said, environmentLayer(environment), byFlags].reduce(merge);
  // The file is looked at alone as well: what is laid over a fault would hide it until it is taken away.
  const faults = [
    ...new Set([...(file === undefined ? [] : faultsOf(file, SETTINGS)), ...faultsOf(located, SETTINGS)]),
  ];
  if (located.kind !== 'object' || faults.length > 0) throw invalid(faults.join('\n'));
  return { settled: plain(located) as Settled, located, warnings: unknownVariables(located, environment) };
}

/** The file without the agents that a flag did not choose. */
function chosen(file: Located, byFlags: Located): Located {
  const names = byFlags.kind === 'object' ? byFlags.entries.get('agents')?.value : undefined;
  const agents = file.kind === 'object' ? file.entries.get('agents') : undefined;
  if (names?.kind !== 'object' || file.kind !== 'object' || agents?.value.kind !== 'object') return file;
  const kept = [...agents.value.entries].filter(([name]) => names.entries.has(name));
  const entry = { ...agents, value: { ...agents.value, entries: new Map(kept) } };
  return { ...file, entries: new Map([...file.entries, ['agents', entry]]) };
}

async function readConfigFile(file: string, isNamed: boolean): Promise<string | undefined> {
  const unreadable = (reason: string): VoiceError => invalid(`cannot read the configuration ${file}: ${reason}`);
  try {
    const { size } = await stat(file);
    if (size > CONFIG_MAX_BYTES) throw unreadable(`it has ${size} bytes; expected at most ${CONFIG_MAX_BYTES}`);
    const decoded = decode(await readFile(file));
    if (!decoded.ok) throw unreadable(decoded.message.replace('the document', 'it'));
    return decoded.text;
  } catch (error) {
    if (error instanceof VoiceError) throw error;
    if (!isNamed && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(fileFault(error));
  }
}

/** The file's values with their places, paths relative to the working folder. @throws CONFIG_INVALID */
export function readConfigText(file: string, text: string): Located {
  const source = createSource(text);
  const reading = readJsonText(text, (offset) => ({ kind: 'file', file, ...positionOf(source, offset) }));
  if (reading.ok) return inFull(reading.value, SETTINGS, path.dirname(file));
  const { line, column } = positionOf(source, reading.fault.offset);
  const problem = text.trim() === '' ? 'it is empty; expected a JSON object' : reading.fault.message;
  throw invalid(`${file}:${line}:${column}: ${problem}`);
}

/** Variables with our prefix that are no settings and that the configuration does not name either. */
function unknownVariables(located: Located, environment: Environment): readonly string[] {
  const known = [...namedSettings().flatMap(({ field }) => field.variable ?? []), CONFIG_VARIABLE];
  const named = new Set([...known, ...textsIn(located)]);
  return Object.keys(environment)
    .filter((name) => name.startsWith('COLLOQUY_') && !name.startsWith(SECRET_PREFIX) && !named.has(name))
    .map((name) => `${name} in the environment is no setting${suggestion(name, known, (near) => near)}`);
}

function textsIn(located: Located): readonly string[] {
  if (located.kind === 'value') return typeof located.value === 'string' ? [located.value] : [];
  return (
    located.kind === 'list' ? [...located.items] : [...located.entries.values()].map(({ value }) => value)
  ).flatMap(textsIn);
}

function invalid(problem: string): VoiceError {
  return new VoiceError('CONFIG_INVALID', { problem });
}
