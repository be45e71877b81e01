import type { Span } from '../language/ast.ts';
import type { Diagnostic } from '../language/diagnostics.ts';
import { createSource, positionOf, type Position, type Source } from '../language/source.ts';
import { mendOf } from './check-text.ts';
import { countOf, type CheckResult, type Target } from './checked.ts';
import { diagnosticUrl } from './docs-url.ts';

/** What `check --json` prints: one object for each source, in the order in which they were named. */
export function checkJson(results: readonly CheckResult[], target?: Target): string {
  return `${JSON.stringify(
    results.map((result) => describeResult(result, target)),
    null,
    2,
  )}\n`;
}

function describeResult(result: CheckResult, target: Target | undefined): object {
  if (result.kind === 'unreadable') return { source: result.source, unreadable: result.reason };
  const { source, text, diagnostics, termination } = result;
  const lines = createSource(text);
  return {
    source,
    errors: countOf(diagnostics, 'error'),
    warnings: countOf(diagnostics, 'warning'),
    notes: countOf(diagnostics, 'note'),
    diagnostics: diagnostics.map((each) => describeDiagnostic(each, lines)),
    ...(target === undefined ? {} : { platform: target.platform }),
    ...(termination === undefined ? {} : { termination: termination.map((each) => ({ ...each, mend: mendOf(each) })) }),
  };
}

function describeDiagnostic({ code, severity, message, span, related }: Diagnostic, source: Source): object {
  return {
    code,
    severity,
    message,
    ...place(span, source),
    ...(related === undefined ? {} : { related: { message: related.message, ...place(related.span, source) } }),
    help: diagnosticUrl(code),
  };
}

/** Offsets and columns are UTF-16 units; an end is the place behind the last one. */
function place(span: Span, source: Source): { readonly span: Span; readonly start: Position; readonly end: Position } {
  return { span, start: positionOf(source, span.start), end: positionOf(source, span.end) };
}
