import { Command } from 'commander';
import { callCommand } from './call.ts';
import { checkCommand } from './check.ts';
import { compileCommand } from './compile.ts';
import { configCommand } from './config.ts';
import { deliveriesCommand, redeliverCommand } from './deliveries.ts';
import { PACKAGE } from './docs-url.ts';
import { explainCommand } from './explain.ts';
import { fmtCommand } from './fmt.ts';
import { initCommand } from './init.ts';
import { migrateCommand } from './migrate.ts';
import { replayCommand } from './replay.ts';
import { schemaCommand } from './schema.ts';
import { serveCommand } from './serve.ts';

/** Every command, in the order in which they are needed. */
const COMMANDS = [
  initCommand,
  checkCommand,
  fmtCommand,
  compileCommand,
  explainCommand,
  schemaCommand,
  callCommand,
  serveCommand,
  migrateCommand,
  deliveriesCommand,
  redeliverCommand,
  configCommand,
  replayCommand,
] as const;

/** The whole command line. A mistake in its use ends the process with exit code 2. */
export function createProgram(): Command {
  const program = new Command('colloquy')
    .description(PACKAGE.description)
    .version(PACKAGE.version)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  for (const register of COMMANDS) register(program);
  return program;
}
