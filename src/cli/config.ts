import type { Command } from 'commander';
import { VoiceError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import {
  configFrom,
  describeAgents,
  leavesOf,
  variableFaults,
  namedVariables,
  withoutQuery,
} from './config/effective.ts';
import type { Environment, Flags } from './config/layers.ts';
import { originText, pathText, plain, type Origin } from './config/located.ts';
import { settle, type Settlement } from './config/settle.ts';
import { SETTINGS } from './config/settings.ts';
import { storePlaceOf } from './config/store-place.ts';
import { withSettings } from './options.ts';
import { problemLine, show, type Outcome } from './outcome.ts';

/** `colloquy config`: what serve would run with, and where each value comes from. */
export function configCommand(program: Command): void {
  withSettings(
    program
      .command('config')
      .description('print the effective settings and where each comes from')
      .option('--json', 'print JSON'),
    'serve',
  ).action(async (flags: Flags) => show(describeSettings(await settle(flags, process.env), flags, process.env)));
}

/** Every effective value with its origin. Of a secret only the variable is told, and whether it is set. */
export function describeSettings(settlement: Settlement, flags: Flags, environment: Environment): Outcome {
  const { located, settled, warnings, file = null } = settlement;
  const named = namedVariables(located, environment);
  const kept = keptIn(settled, environment);
  const missing = [...variableFaults(named), ...(kept.fault === undefined ? [] : [kept.fault])];
  const rows = leavesOf(located, SETTINGS).map(({ path, field, value }) => {
    const isSet = named.find((each) => each.path.join('\0') === path.join('\0'))?.isSet;
    const whole = plain(value);
    const shown = field?.kind === 'source' && typeof whole === 'string' ? withoutQuery(whole) : whole;
    return { name: pathText(path), value: shown, ...(isSet !== undefined && { isSet }), origin: value.origin };
  });
  // Who is verified is only known when every secret is there.
  const agents =
    missing.length > 0
      ? []
      : describeAgents(configFrom(settlement, environment)).map(({ name, verified }) => ({ name, verified }));
  const output =
    flags['json'] === true
      ? JSON.stringify({ file, settings: rows, store: kept.kind, agents }, null, 2)
      : [...columns(rows.map(cells)), `calls are kept ${kept.words}`, ...agents.map(trust)].join('\n');
  const problems = [...missing, ...warnings].map(problemLine).join('');
  return { output: `${output}\n`, problems, exitCode: missing.length > 0 ? 1 : 0 };
}

type Kept = { readonly kind: string | null; readonly words: string; readonly fault?: string };

/** Where calls are kept, which more than one setting decides. */
function keptIn(settled: Settlement['settled'], environment: Environment): Kept {
  try {
    const place = storePlaceOf(settled, environment);
    if (place.kind === 'memory') return { kind: place.kind, words: 'in memory' };
    if (place.kind === 'folder') return { kind: place.kind, words: `in the folder ${place.folder}` };
    return { kind: place.kind, words: `on the server that $${settled.database} names` };
  } catch (error) {
    if (!(error instanceof VoiceError)) throw error;
    return { kind: null, words: 'nowhere', fault: error.message };
  }
}

type Row = { readonly name: string; readonly value: JsonValue; readonly isSet?: boolean; readonly origin: Origin };

function cells({ name, value, isSet, origin }: Row): readonly string[] {
  const shown =
    typeof value !== 'string' || isSet === undefined
      ? JSON.stringify(value)
      : `$${value}, ${isSet ? 'set' : 'not set'}`;
  return [name, originText(origin), shown];
}

function trust({ name, verified }: { readonly name: string; readonly verified: readonly string[] }): string {
  return `agent ${name} verifies ${verified.length === 0 ? 'no platform' : verified.join(' and ')}`;
}

/** Rows of text under each other; the last cell is as long as it is. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
}
