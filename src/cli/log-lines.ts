import type { DestinationStream } from 'pino';

/** Lines are written together: a write for each costs more than everything else that is said of a turn. */
const WRITE_EVERY_MS = 100;
/** So much is written at once, however soon it came together. */
const WRITE_AT_CHARACTERS = 4_096;

/**
 * Lines of a log on their way to `stream`; the last ones are written when the process exits. Once nobody reads it any more
 * they are lost, and nothing waits for it: pino's own destination tries for ever then, and the process never ends.
 */
export function logLinesTo(stream: NodeJS.WriteStream): DestinationStream {
  let lines = '';
  const write = (): void => {
    if (lines === '') return;
    stream.write(lines);
    lines = '';
  };
  stream.on('error', () => undefined);
  setInterval(write, WRITE_EVERY_MS).unref();
  process.once('exit', write);
  return {
    write(line) {
      lines += line;
      if (lines.length >= WRITE_AT_CHARACTERS) write();
    },
  };
}
