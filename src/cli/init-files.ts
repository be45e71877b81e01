import fixtureSchema from '../../grammars/fixture.schema.json' with { type: 'json' };
import { DEFAULT_SETTINGS } from '../app.ts';
import { CONFIG_FILE } from './config/settings.ts';
import { configSchema } from './docs/config-schema.ts';
import { recordCall } from './hello-call.ts';
import { HELLO_README, HELLO_TURNS, HELLO_XML } from './hello.ts';

/** Where the recorded call lies; its files belong together, so they are written together or not at all. */
export const CALL_FOLDER = 'calls/hello';

/** What `serve` reads in the folder. */
const CONFIG = { $schema: './config.schema.json', agents: { hello: 'hello.xml' } };

/** What Visual Studio Code needs to know: which schema is whose. It takes those of JSON files from their `$schema`. */
const VSCODE_SETTINGS = { 'xml.fileAssociations': [{ pattern: '**/*.xml', systemId: 'cxml.xsd' }] };

/** Everything that `init` writes, by its path with slashes. `schema` is the XSD of the language. */
export async function initFiles(schema: string): Promise<ReadonlyMap<string, string>> {
  const { fixture, files } = await recordCall(HELLO_XML, HELLO_TURNS, DEFAULT_SETTINGS);
  const call = { $schema: '../../fixture.schema.json', ...fixture };
  return new Map([
    ['README.md', HELLO_README],
    ['hello.xml', HELLO_XML],
    [CONFIG_FILE, json(CONFIG)],
    ['cxml.xsd', schema],
    ['config.schema.json', json(configSchema())],
    ['fixture.schema.json', json(fixtureSchema)],
    ['.vscode/settings.json', json(VSCODE_SETTINGS)],
    [`${CALL_FOLDER}/call.json`, json(call)],
    ...[...files].map(([name, text]) => [`${CALL_FOLDER}/${name}`, text] as const),
  ]);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
