import type { Program } from '../call/program.ts';
import { readDocument } from '../compile/read-document.ts';
import { provenTermination, type Termination } from '../compile/termination.ts';
import { hasErrors, type Diagnostic, type Severity } from '../language/diagnostics.ts';
import type { KnownPlatform } from '../language/platforms.ts';
import { decode } from '../language/source.ts';
import type { SourceBytes, Unreadable } from './read-source.ts';

/** The platform that a document is checked for. */
export type Target = {
  readonly platform: KnownPlatform;
  /** As `serve --alias` gives them: missing name to present name. */
  readonly aliases: { readonly [missing: string]: string };
};

/** A document with what was found in it. */
export type Checked = {
  readonly kind: 'checked';
  readonly source: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent for a document with errors. */
  readonly program?: Program;
  /** Where the termination rule ends calls on the target; absent without a target or a program. */
  readonly termination?: readonly Termination[];
};

export type CheckResult = Checked | Unreadable;

/** Everything that can be known of a document without running it. */
export function checkDocument({ source, bytes, url }: SourceBytes, target?: Target): Checked {
  const reading = readDocument(bytes, url, target);
  const checked = { kind: 'checked', source, text: decode(bytes).text, diagnostics: reading.diagnostics } as const;
  if (reading.kind === 'invalid') return checked;
  const { program } = reading;
  if (target === undefined) return { ...checked, program };
  return { ...checked, program, termination: provenTermination(program, target.platform, target.aliases) };
}

/** 2 when a source cannot be read, else 1 when any has an error. */
export function exitCodeOf(results: readonly CheckResult[]): 0 | 1 | 2 {
  if (results.some(({ kind }) => kind === 'unreadable')) return 2;
  return results.some((result) => result.kind === 'checked' && hasErrors(result.diagnostics)) ? 1 : 0;
}

/** How many diagnostics have this severity. */
export function countOf(diagnostics: readonly Diagnostic[], wanted: Severity): number {
  return diagnostics.filter(({ severity }) => severity === wanted).length;
}
