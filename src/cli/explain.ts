import type { Command } from 'commander';
import { readDocument } from '../compile/read-document.ts';
import { DIAGNOSTIC_CODES, formatDiagnostics, type Diagnostic, type DiagnosticCode } from '../language/diagnostics.ts';
import { suggestion } from '../language/nearest.ts';
import { diagnosticExample, shownExample } from './diagnostic-examples.ts';
import { problemLine, show, type Outcome } from './outcome.ts';

/** `colloquy explain`: what a diagnostic means, and what to do about it. */
export function explainCommand(program: Command): void {
  program
    .command('explain')
    .description('say what a diagnostic means and how to mend it')
    .argument('[code]', 'as `check` prints it; without one, all codes are listed')
    .action((code?: string) => show(code === undefined ? listCodes() : explainCode(code)));
}

const CODES = Object.keys(DIAGNOSTIC_CODES) as readonly DiagnosticCode[];
/** What examples are called in their diagnostics. */
export const EXAMPLE_NAME = 'example.xml';
/** Fits a code of any length and a gap. */
const CODE_WIDTH = Math.max(...CODES.map((code) => code.length)) + 2;

/** Every code with its severity and first sentence. */
export function listCodes(): Outcome {
  const lines = CODES.map((code) => {
    const { severity, cause } = DIAGNOSTIC_CODES[code];
    return `${code.padEnd(CODE_WIDTH)}${severity.padEnd(9)}${cause.split(/(?<=\.) /, 1)[0]}\n`;
  });
  return { output: lines.join(''), exitCode: 0 };
}

/** Cause, mend and an example of one code. */
export function explainCode(code: string): Outcome {
  if (!isCode(code)) {
    const near = suggestion(code, CODES) || '; "colloquy explain" lists them';
    return { output: '', problems: problemLine(`there is no diagnostic "${code}"${near}`), exitCode: 2 };
  }
  const { severity, cause, mend } = DIAGNOSTIC_CODES[code];
  const { document, platform } = diagnosticExample(code);
  const example = `Example, ${EXAMPLE_NAME}${platform === undefined ? '' : ` on ${platform}`}:`;
  const parts = [`${code} (${severity})`, cause, `Mend: ${mend}`, example, indent(shownExample(code))];
  const found = formatDiagnostics(document, EXAMPLE_NAME, diagnosticsOfExample(code));
  return { output: `${[...parts, ...found].join('\n\n')}\n`, exitCode: 0 };
}

/** What is wrong with the example of a code: that code, and nothing else. */
export function diagnosticsOfExample(code: DiagnosticCode): readonly Diagnostic[] {
  // As bytes of a file on disk: an encoding is a property of bytes, and a relative URL one of a document without an address.
  const { document, platform } = diagnosticExample(code);
  return readDocument(Buffer.from(document), `file:///${EXAMPLE_NAME}`, { platform }).diagnostics;
}

function isCode(code: string): code is DiagnosticCode {
  return Object.hasOwn(DIAGNOSTIC_CODES, code);
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
