import type { Command, Option } from 'commander';
import { ERROR_NOTES } from './error-notes.ts';

const INTRODUCTION = `# The command line

    colloquy <command> [options]

Exit codes: **0** done, **1** faults were found or a call differed, **2** it could not be done as asked. What went wrong is one
line on standard error. Colours are for terminals; \`NO_COLOR=1\` turns them off, \`FORCE_COLOR=1\` on. \`--version\` prints the
version, \`--help\` behind a command its options.

What an option says can be said in a file or in the environment as well: [Configuration](configuration.md).
`;

/** The page of every command, option and error as Markdown. */
export function commandsPage(program: Command): string {
  return [INTRODUCTION, ...program.commands.map(commandSection), errorsSection()].join('\n');
}

function commandSection(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const written = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${written}>` : `[${written}]`;
  });
  const usage = ['colloquy', command.name(), ...(command.options.length > 0 ? ['[options]'] : []), ...words].join(' ');
  const rows = [
    ...command.registeredArguments.map((each) => [each.name(), each.description, each.defaultValue] as const),
    ...command.options.map((option) => [option.flags, describeOption(option), option.defaultValue] as const),
  ].map(([name, text, byDefault]) => `| \`${name}\` | ${sentence(text, byDefault)} |`);
  const table = rows.length === 0 ? '' : `\n| | |\n|---|---|\n${rows.join('\n')}\n`;
  return `## ${command.name()}\n\n${capital(command.description())}.\n\n    ${usage}\n${table}`;
}

function describeOption({ description, mandatory }: Option): string {
  return mandatory ? `${description} (required)` : description;
}

function sentence(text: string, byDefault: unknown): string {
  return typeof byDefault === 'string' ? `${text}; default \`${byDefault}\`` : text;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function errorsSection(): string {
  const rows = Object.entries(ERROR_NOTES).map(([code, { cause, mend }]) => `| \`${code}\` | ${cause} | ${mend} |`);
  return `## Errors\n\n| Code | What it means | Mend |\n|---|---|---|\n${rows.join('\n')}\n`;
}
