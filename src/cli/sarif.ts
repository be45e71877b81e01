import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Span } from '../language/ast.ts';
import { DIAGNOSTIC_CODES, type Diagnostic, type DiagnosticCode } from '../language/diagnostics.ts';
import { createSource, positionOf, type Source } from '../language/source.ts';
import type { CheckResult } from './checked.ts';
import { diagnosticUrl, PACKAGE } from './docs-url.ts';
import { isWebUrl, unreadableMessage } from './read-source.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const CODES = Object.keys(DIAGNOSTIC_CODES) as readonly DiagnosticCode[];

/**
 * What `check --sarif` prints: a SARIF log with one run, whose rules are the codes.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(results: readonly CheckResult[]): string {
  const unreadable = results.filter((result) => result.kind === 'unreadable');
  const run = {
    tool: { driver: { name: 'colloquy', version: PACKAGE.version, rules: CODES.map(ruleOf) } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: unreadable.length === 0,
        toolExecutionNotifications: unreadable.map((each) => ({
          level: 'error',
          message: { text: unreadableMessage(each) },
        })),
      },
    ],
    results: results.flatMap((result) => {
      if (result.kind === 'unreadable') return [];
      const source = createSource(result.text);
      return result.diagnostics.map((each) => resultOf(each, source, artifactUri(result.source)));
    }),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function ruleOf(code: DiagnosticCode): object {
  const { severity, cause, mend } = DIAGNOSTIC_CODES[code];
  return {
    id: code,
    shortDescription: { text: cause },
    help: { text: `${cause} ${mend}` },
    helpUri: diagnosticUrl(code),
    defaultConfiguration: { level: severity },
  };
}

function resultOf({ code, severity, message, span, related }: Diagnostic, source: Source, uri: string): object {
  return {
    ruleId: code,
    ruleIndex: CODES.indexOf(code),
    level: severity,
    message: { text: message },
    locations: [{ physicalLocation: physicalLocation(span, source, uri) }],
    ...(related !== undefined && {
      relatedLocations: [
        {
          id: 1,
          message: { text: related.message },
          physicalLocation: physicalLocation(related.span, source, uri),
        },
      ],
    }),
  };
}

function physicalLocation(span: Span, source: Source, uri: string): object {
  const start = positionOf(source, span.start);
  const end = positionOf(source, span.end);
  return {
    artifactLocation: { uri },
    region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
  };
}

/** A relative path stays relative, so that a report means the same on every machine that has the files. */
export function artifactUri(source: string): string {
  if (isWebUrl(source)) return new URL(source).href;
  if (path.isAbsolute(source)) return pathToFileURL(source).href;
  return path.normalize(source).split(path.sep).map(encodeURIComponent).join('/');
}
