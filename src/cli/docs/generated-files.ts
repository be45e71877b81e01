import { cxml } from '../../../grammars/cxml.ts';
import { xsd } from '../../language/xsd.ts';
import { configSchema } from './config-schema.ts';
import { configurationPage } from './configuration-page.ts';
import { commandsPage } from './commands-page.ts';
import { completionData } from './completion.ts';
import { diagnosticsPage } from './diagnostics-page.ts';
import { createProgram } from '../program.ts';
import { layoutJson } from './layout-json.ts';
import { platformsPage } from './platforms-page.ts';
import { referencePage } from './reference-page.ts';

/** Every page and file that is made from the sources, by its path from the project's root. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/commands.md', commandsPage(createProgram())],
    ['docs/configuration.md', configurationPage()],
    ['docs/diagnostics.md', diagnosticsPage()],
    ['docs/platforms.md', platformsPage()],
    ['docs/reference.md', referencePage()],
    ['grammars/config.schema.json', `${layoutJson(configSchema())}\n`],
    ['grammars/cxml.completion.json', `${layoutJson(completionData())}\n`],
    ['grammars/cxml.xsd', xsd(cxml)],
  ]);
}
