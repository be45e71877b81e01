import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { formatDiagnostics } from '../language/diagnostics.ts';
import { parse } from '../language/parse.ts';
import { print } from '../language/print.ts';
import { counted, problemLine, show, type Outcome } from './outcome.ts';
import { readFileSource, unreadableMessage } from './read-source.ts';

type FmtFlags = { readonly check?: boolean };

/** `colloquy fmt`: writes applications in canonical form. */
export function fmtCommand(program: Command): void {
  program
    .command('fmt')
    .description('write applications in canonical form')
    .argument('<file...>', 'applications on disk')
    .option('--check', 'change nothing, and fail if a file would change')
    .action(async (files: readonly string[], flags: FmtFlags) => show(await fmt(files, flags)));
}

type Formatted =
  | { readonly kind: 'same' | 'changed'; readonly file: string }
  | { readonly kind: 'refused'; readonly file: string; readonly problem: string }
  | { readonly kind: 'unreadable'; readonly file: string; readonly problem: string };

/** Formats each file; one that cannot be read or parsed is named and left as it is. */
export async function fmt(files: readonly string[], { check = false }: FmtFlags): Promise<Outcome> {
  const results = await Promise.all(files.map((file) => formatFile(file, check)));
  const changed = results.filter(({ kind }) => kind === 'changed');
  const failed = results.filter((result) => result.kind === 'refused' || result.kind === 'unreadable');
  const lines = changed.map(({ file }) => `${check ? 'would change' : 'changed'}  ${file}\n`);
  const summary = `${counted(changed.length, 'file')} of ${files.length} ${check ? 'would change' : 'changed'}\n`;
  return {
    output: [...lines, summary].join(''),
    problems: failed.map(({ problem }) => problem).join(''),
    exitCode: exitCodeOf(results, check),
  };
}

function exitCodeOf(results: readonly Formatted[], check: boolean): Outcome['exitCode'] {
  if (results.some(({ kind }) => kind === 'unreadable')) return 2;
  return results.some(({ kind }) => kind === 'refused' || (check && kind === 'changed')) ? 1 : 0;
}

async function formatFile(file: string, check: boolean): Promise<Formatted> {
  const read = await readFileSource(file);
  if (read.kind === 'unreadable') return { kind: 'unreadable', file, problem: problemLine(unreadableMessage(read)) };
  const parsed = parse(read.bytes);
  if (!parsed.ok) {
    const problem = `${formatDiagnostics(parsed.text, file, parsed.diagnostics).join('\n')}\n`;
    return { kind: 'refused', file, problem };
  }
  const printed = print(parsed.document);
  if (Buffer.from(printed).equals(read.bytes)) return { kind: 'same', file };
  if (check) return { kind: 'changed', file };
  try {
    await writeFile(file, printed);
    return { kind: 'changed', file };
  } catch (error) {
    return { kind: 'unreadable', file, problem: problemLine(`cannot write ${file}: ${(error as Error).message}`) };
  }
}
