/** What a command did: 0 well, 1 faults were found, 2 it could not be done as asked. */
export type ExitCode = 0 | 1 | 2;

/** All that a command leaves behind; the process is only where it is shown. */
export type Outcome = {
  /** For standard output. */
  readonly output: string;
  /** For standard error. */
  readonly problems?: string;
  readonly exitCode: ExitCode;
};

/** Shows an outcome and leaves its exit code; output that waits is still written. */
export function show({ output, problems = '', exitCode }: Outcome): void {
  process.stdout.write(output);
  process.stderr.write(problems);
  process.exitCode = exitCode;
}

/** A line for standard error, as every command writes it. */
export function problemLine(problem: string): string {
  return `colloquy: ${problem}\n`;
}

/** `1 error`, `2 errors`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
