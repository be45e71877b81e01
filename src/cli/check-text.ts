import type { Termination } from '../compile/termination.ts';
import { formatDiagnostics, MAX_DIAGNOSTICS, type Diagnostic } from '../language/diagnostics.ts';
import { countOf, type Checked, type CheckResult, type Target } from './checked.ts';
import { diagnosticUrl } from './docs-url.ts';
import { counted } from './outcome.ts';

export type TextOptions = {
  readonly target?: Target | undefined;
  /** Paints what is found on a terminal. Default: plain text. */
  readonly paint?: Paint;
};

/** Gives a diagnostic's printed form its colours. */
export type Paint = (entry: string, diagnostic: Diagnostic) => string;

/** What `check` prints for people: each fault with its place, where the codes are explained, a summary. */
export function checkText(results: readonly CheckResult[], { target, paint = (entry) => entry }: TextOptions): string {
  const checked = results.filter((result) => result.kind === 'checked');
  const entries = checked.flatMap(({ text, source, diagnostics }) =>
    formatDiagnostics(text, source, diagnostics).map((entry, index) => {
      const diagnostic = diagnostics[index];
      return diagnostic === undefined ? entry : paint(entry, diagnostic);
    }),
  );
  const codes = [...new Set(checked.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code)))].toSorted();
  return [
    ...entries,
    ...codes.map((code) => `${code}: colloquy explain ${code}, or ${diagnosticUrl(code)}`),
    ...(target === undefined ? [] : checked.flatMap((each) => terminationLines(each, target))),
    ...(checked.length === 0 ? [] : [summary(checked)]),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function summary(checked: readonly Checked[]): string {
  const diagnostics = checked.flatMap((each) => each.diagnostics);
  const errors = countOf(diagnostics, 'error');
  const warnings = countOf(diagnostics, 'warning');
  const notes = countOf(diagnostics, 'note');
  const faults = errors + warnings === 0 ? 'no faults' : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
  const found = notes === 0 ? faults : `${faults}, ${counted(notes, 'note')}`;
  const isCut = checked.some((each) => each.diagnostics.length >= MAX_DIAGNOSTICS);
  const more = isCut ? `; of one document no more than ${MAX_DIAGNOSTICS} are told` : '';
  return `${counted(checked.length, 'document')} checked: ${found}${more}`;
}

/** The proof of one document: for each request type the parameters that end the call there, then what to do about each. */
function terminationLines({ source, termination }: Checked, { platform }: Target): readonly string[] {
  if (termination === undefined) return [`${source} on ${platform}: nothing can be proven of a document with errors`];
  if (termination.length === 0) return [`${source} on ${platform}: no declared parameter ends a call`];
  const rows = termination.map(({ request, certainty, line, tool, parameter, reason }) => {
    const ends = certainty === 'always' ? 'ends' : 'may end';
    return `  a ${request} request ${ends} at line ${line}, tool ${tool}, parameter ${parameter}: ${reason}`;
  });
  const mends = new Map(termination.map((each) => [each.parameter, `  mend ${each.parameter}: ${mendOf(each)}`]));
  return [`${source} on ${platform}: declared parameters that end the call`, ...rows, ...mends.values()];
}

/** What keeps a parameter from ending calls. */
export function mendOf({ parameter, alias }: Termination): string {
  const leave =
    'write required="false" to leave it to the model where it is missing, or source="model" to always do so';
  return alias === undefined ? leave : `serve with --alias ${parameter}=${alias}, or ${leave}`;
}
