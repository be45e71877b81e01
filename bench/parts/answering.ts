// A child process's side of the questions that `processes.ts` asks.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Question = { readonly id: number; readonly ask: string; readonly given: unknown };
export type Answer = { readonly id: number; readonly answer: unknown };

/** Longer than a caller speaks, so that no turn pays for a connection. */
const KEEP_ALIVE_MS = 120_000;

/** Answers the parent's questions over IPC by the function of that name, and ends with the parent. */
export function answerParent(answers: { readonly [ask: string]: (given: never) => unknown }): void {
  process.on('message', ({ id, ask, given }: Question) => {
    Promise.resolve(answers[ask]?.(given as never)).then(
      (answer) => process.send?.({ id, answer } satisfies Answer),
      (error: unknown) => process.emitWarning(String(error)),
    );
  });
  process.on('disconnect', () => process.exit());
  // The channel alone must not keep a service from ending when it is told to.
  process.channel?.unref();
}

/** Listens on any free port of the loopback interface and says where, as `colloquy serve` does. */
export function listen(name: string, listener: RequestListener): void {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
  server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
    console.log(`${name} listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

/** Milliseconds of the clock that all processes of a machine share. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
