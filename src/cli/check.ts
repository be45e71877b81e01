import { Option, type Command } from 'commander';
import { VoiceError } from '../errors.ts';
import { suggestion } from '../language/nearest.ts';
import { PLATFORM_NAMES } from '../language/platforms.ts';
import { checkJson } from './check-json.ts';
import { checkText } from './check-text.ts';
import { checkDocument, exitCodeOf, type CheckResult, type Target } from './checked.ts';
import { paintFor, standardOutput, type Terminal } from './colours.ts';
import { aliasesFrom } from './options.ts';
import { problemLine, show, type Outcome } from './outcome.ts';
import { readSources, unreadableMessage } from './read-source.ts';
import { sarif } from './sarif.ts';

type CheckFlags = {
  readonly platform?: string;
  readonly alias?: readonly string[];
  readonly base?: string;
  readonly allowHost?: readonly string[];
  readonly json?: boolean;
  readonly sarif?: boolean;
};

/** `colloquy check`: every fault of applications, before a caller finds it. */
export function checkCommand(program: Command): void {
  program
    .command('check')
    .description('find the faults of applications')
    .argument('<application...>', 'files or URLs')
    .option('--platform <name>', `also for one platform: ${PLATFORM_NAMES.join(', ')}`)
    .option('--alias <name=parameter...>', 'what serve will give requests that lack a parameter: Session=CallSid')
    .option('--base <url>', 'where the files will be served, to which their relative URLs are relative')
    .option('--allow-host <host...>', 'let an application be fetched from this private or plain-http host')
    .addOption(new Option('--json', 'print JSON: one object for each application').conflicts('sarif'))
    .option('--sarif', 'print SARIF 2.1.0, as code scanners take it')
    .action(async (sources: readonly string[], flags: CheckFlags) =>
      show(await check(sources, flags, standardOutput(process.env))),
    );
}

/** Checks every source, and says so in the form that was asked for. @throws CONFIG_INVALID */
export async function check(sources: readonly string[], flags: CheckFlags, terminal: Terminal = {}): Promise<Outcome> {
  const target = targetFrom(flags);
  const read = await readSources(sources, { allowHosts: flags.allowHost ?? [], base: flags.base });
  const results = read.map((each): CheckResult => (each.kind === 'read' ? checkDocument(each, target) : each));
  const unreadable = results.filter((result) => result.kind === 'unreadable');
  return {
    output: report(results, flags, target, terminal),
    problems: unreadable.map((each) => problemLine(unreadableMessage(each))).join(''),
    exitCode: exitCodeOf(results),
  };
}

function report(
  results: readonly CheckResult[],
  flags: CheckFlags,
  target: Target | undefined,
  terminal: Terminal,
): string {
  if (flags.sarif === true) return sarif(results);
  return flags.json === true ? checkJson(results, target) : checkText(results, { target, paint: paintFor(terminal) });
}

function targetFrom({ platform: name, alias = [] }: CheckFlags): Target | undefined {
  if (name === undefined && alias.length > 0) {
    const problem = `--alias ${alias.join(' ')} without --platform: expected both, because a platform says which parameters are missing`;
    throw new VoiceError('CONFIG_INVALID', { problem });
  }
  if (name === undefined) return undefined;
  const platform = PLATFORM_NAMES.find((each) => each === name);
  if (platform !== undefined) return { platform, aliases: aliasesFrom(alias) };
  const expected = suggestion(name, PLATFORM_NAMES) || `; expected one of ${PLATFORM_NAMES.join(', ')}`;
  throw new VoiceError('CONFIG_INVALID', { problem: `--platform ${name}: there is no such platform${expected}` });
}
