import { VoiceError } from '../errors.ts';
import { createProgram } from './program.ts';

// A reader that has seen enough, such as `head`, is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof VoiceError)) throw error;
  process.stderr.write(`colloquy: ${error.message}\n`);
  process.exit(error.blame === 'operator' ? 2 : 1);
}
