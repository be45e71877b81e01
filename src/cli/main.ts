import './heap.ts';
import { VoiceError } from '../errors.ts';
import { createProgram } from './program.ts';

// A reader that has seen enough, such as `head`, is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  process.stderr.write(`colloquy: cannot write the output: ${error.message}\n`);
  process.exit(2);
});

try {
  await createProgram().parseAsync();
} catch (error) {
  if (!(error instanceof VoiceError)) throw error;
  process.stderr.write(`colloquy: ${error.message}\n`);
  process.exit(error.blame === 'operator' ? 2 : 1);
}
