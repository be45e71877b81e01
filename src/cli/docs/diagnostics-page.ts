import { DIAGNOSTIC_CODES, formatDiagnostics, type DiagnosticCode } from '../../language/diagnostics.ts';
import { diagnosticExample, shownExample } from '../diagnostic-examples.ts';
import { diagnosticsOfExample, EXAMPLE_NAME } from '../explain.ts';

const INTRODUCTION = `# Diagnostics

Everything that \`colloquy check\` can report. An **error** keeps the document from running; a **warning** does not, and a
**note** is no fault. A code keeps its meaning, and one that is given up is never used again. \`colloquy explain <code>\` prints the same.
`;

const CODES = Object.keys(DIAGNOSTIC_CODES) as readonly DiagnosticCode[];

/** The page of every diagnostic as Markdown. */
export function diagnosticsPage(): string {
  return [INTRODUCTION, ...CODES.map(section)].join('\n');
}

function section(code: DiagnosticCode): string {
  const { severity, cause, mend } = DIAGNOSTIC_CODES[code];
  const { document, platform } = diagnosticExample(code);
  const found = formatDiagnostics(document, EXAMPLE_NAME, diagnosticsOfExample(code));
  const checked = `colloquy check ${EXAMPLE_NAME}${platform === undefined ? '' : ` --platform ${platform}`}`;
  return [
    `## ${code}`,
    `**${severity}.** ${inMarkdown(cause)}`,
    `**Mend.** ${inMarkdown(mend)}`,
    `\`\`\`xml\n${shownExample(code)}\n\`\`\``,
    `\`\`\`\n$ ${checked}\n${found.join('\n')}\n\`\`\`\n`,
  ].join('\n\n');
}

/** Markup in a sentence is code; as it is, a page would swallow it. */
function inMarkdown(sentence: string): string {
  return sentence.replaceAll(/<[A-Za-z][^<>]*>|&\w+;|[\w:]+="[^"]*"/g, (markup) => `\`${markup}\``);
}
