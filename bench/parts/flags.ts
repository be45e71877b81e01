// The flags of the benchmarks, each a number or a word with its default.
import { parseArgs } from 'node:util';

type Flag = {
  readonly about: string;
  readonly byDefault?: number | string;
  /** Of a number; absent for a word. */
  readonly least?: number;
};

export const TURN_FLAGS = {
  services: {
    about:
      'what is measured: `baseline`, and Colloquy with its store in `memory`, a `folder` or `postgres`; the first is what the others are compared with',
    byDefault: 'baseline,memory',
  },
  rounds: { about: 'how often each service is measured', byDefault: 3, least: 1 },
  calls: { about: 'calls of a measurement, of three turns each; by default as many as each mode needs', least: 1 },
} as const satisfies { readonly [name: string]: Flag };

export const LOAD_FLAGS = {
  calls: { about: 'calls that are in progress at every moment', byDefault: 1000, least: 1 },
  minutes: { about: 'how long', byDefault: 10, least: 0.01 },
  turns: { about: 'of a call; another one takes its place then', byDefault: 6, least: 1 },
  'turn-seconds': { about: 'from one turn of a call to its next', byDefault: 8, least: 0.1 },
  store: {
    about:
      'where Colloquy keeps calls: `memory`, `folder` or `postgres`; `baseline` is the hand-written loop in its place',
    byDefault: 'memory',
  },
  p99: { about: 'most milliseconds of added time, of 99 in 100 turns of a minute; no limit by default', least: 0 },
} as const satisfies { readonly [name: string]: Flag };

type Value<F extends Flag> = F extends { readonly least: number } ? number : string;
type Values<T extends { readonly [name: string]: Flag }> = {
  readonly [N in keyof T]: T[N] extends { readonly byDefault: number | string } ? Value<T[N]> : Value<T[N]> | undefined;
};

/** What this process was started with; ends it with code 2, and the flags there are, where that cannot be read. */
export function flagsOfProcess<const T extends { readonly [name: string]: Flag }>(flags: T): Values<T> {
  try {
    return readFlags(flags, process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${help(flags)}\n`);
    return process.exit(2);
  }
}

/** The values of flags, with defaults. Throws where they cannot be read. */
export function readFlags<const T extends { readonly [name: string]: Flag }>(
  flags: T,
  args: readonly string[],
): Values<T> {
  const options = Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options });
  const read = Object.entries(flags).map(([name, flag]) => [name, readFlag(name, flag, values[name])]);
  return Object.fromEntries(read) as Values<T>;
}

function help(flags: { readonly [name: string]: Flag }): string {
  return Object.entries(flags)
    .map(([name, { about, byDefault }]) => {
      const usual = byDefault === undefined ? '' : ` (default ${byDefault})`;
      return `  --${name.padEnd(14)}${about}${usual}`;
    })
    .join('\n');
}

function readFlag(name: string, { byDefault, least }: Flag, given: string | undefined): number | string | undefined {
  if (given === undefined || least === undefined) return given ?? byDefault;
  const value = Number(given);
  if (given.trim() !== '' && value >= least && Number.isFinite(value)) return value;
  throw new RangeError(`--${name} is "${given}", expected a number of at least ${least}`);
}
