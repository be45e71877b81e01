import type { Span } from './ast.ts';
import { lineText, positionOf, type Source } from './source.ts';

/** A line that is longer is cut around the place, so that the caret stays on the screen. */
const MAX_FRAME_COLUMNS = 100;

/** The line that holds the start of `span`, and below it carets under the part of the span on that line. */
export function codeFrame(source: Source, span: Span): string {
  const { line, column } = positionOf(source, span.start);
  const text = lineText(source, line);
  const from = text.length <= MAX_FRAME_COLUMNS ? 0 : Math.max(0, column - 1 - MAX_FRAME_COLUMNS / 2);
  const shown = text.slice(from, from + MAX_FRAME_COLUMNS);
  const lead = shown.slice(0, column - 1 - from).replaceAll(/[^\t]/g, ' ');
  const carets = Math.max(1, Math.min(span.end - span.start, shown.length - lead.length));
  return `${shown}\n${lead}${'^'.repeat(carets)}`;
}
