import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { VoiceError } from '../errors.ts';
import { callCommand } from './call.ts';
import { replayCommand } from './replay.ts';
import { serveCommand } from './serve.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('colloquy')
  .description('Voice applications written in XML, run on your own machines')
  .version(version)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
serveCommand(program);
callCommand(program);
replayCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof VoiceError)) throw error;
  process.stderr.write(`colloquy: ${error.message}\n`);
  process.exit(error.blame === 'operator' ? 2 : 1);
}
