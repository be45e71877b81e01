import { commandsPage } from './commands-page.ts';
import { diagnosticsPage } from './diagnostics-page.ts';
import { createProgram } from './program.ts';
import { referencePage } from './reference-page.ts';

/** Every page and file that is made from the sources, by its path from the project's root. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/commands.md', commandsPage(createProgram())],
    ['docs/diagnostics.md', diagnosticsPage()],
    ['docs/reference.md', referencePage()],
  ]);
}
