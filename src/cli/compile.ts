import type { Command } from 'commander';
import type { Parameters } from '../call/request.ts';
import { formatDiagnostics } from '../language/diagnostics.ts';
import { checkDocument } from './checked.ts';
import { offeredTools, type OfferedConversation } from './offered-tools.ts';
import { counted, problemLine, show, type Outcome } from './outcome.ts';
import { readSources, unreadableMessage, type SourceBytes } from './read-source.ts';
import { readRequestFile } from './request-file.ts';

type CompileFlags = { readonly request?: string; readonly base?: string; readonly allowHost?: readonly string[] };

/** `colloquy compile`: the tools of an application as its model sees them. */
export function compileCommand(program: Command): void {
  program
    .command('compile')
    .description('print the tools of an application as its model sees them')
    .argument('<application>', 'a file or URL')
    .option('--request <file>', 'a call request, JSON or form text: shows what is bound to it and what is left')
    .option('--base <url>', 'where the file will be served, to which its relative URLs are relative')
    .option('--allow-host <host...>', 'let the application be fetched from this private or plain-http host')
    .action(async (source: string, flags: CompileFlags) => show(await compile(source, flags)));
}

/** Reads the application and the request, and compiles the one for the other. @throws CONFIG_INVALID */
export async function compile(source: string, { request, base, allowHost = [] }: CompileFlags): Promise<Outcome> {
  const parameters = request === undefined ? undefined : await readRequestFile(request);
  const [read] = await readSources([source], { allowHosts: allowHost, base });
  if (read?.kind === 'read') return compiled(read, parameters);
  return { output: '', problems: read === undefined ? '' : problemLine(unreadableMessage(read)), exitCode: 2 };
}

/** The tools as JSON; faults of the document, or parameters that end the call, with exit code 1. */
export function compiled(read: SourceBytes, parameters?: Parameters): Outcome {
  const { source, text, diagnostics, program } = checkDocument(read);
  if (program === undefined) {
    const faults = formatDiagnostics(text, source, diagnostics);
    return { output: '', problems: `${faults.join('\n')}\n`, exitCode: 1 };
  }
  const conversations = offeredTools(program, parameters);
  const output = `${JSON.stringify({ source, hash: program.hash, conversations }, null, 2)}\n`;
  const faults = conversations.flatMap((each) => endings(source, each));
  if (faults.length === 0) return { output, exitCode: 0 };
  const summary = problemLine(`a call with this request ends: ${counted(faults.length, 'parameter')} cannot be bound`);
  return { output, problems: [...faults, summary].join(''), exitCode: 1 };
}

function endings(source: string, { line, ends = [] }: OfferedConversation): readonly string[] {
  return ends.map(({ message }) => `${source}:${line}: ${message}\n`);
}
