import type { Command } from 'commander';
import { cxml } from '../../grammars/cxml.ts';
import { xsd } from '../language/xsd.ts';
import { show } from './outcome.ts';

/** `colloquy schema`: the language as an XML Schema, for editors and other tools. */
export function schemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the XML Schema (XSD) of the language')
    .action(() => show({ output: xsd(cxml), exitCode: 0 }));
}
