import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import { VoiceError } from '../errors.ts';
import { configFrom, describeAgents, withoutQuery } from './config/effective.ts';
import type { Flags } from './config/layers.ts';
import { settle } from './config/settle.ts';
import { CONFIG_FILE } from './config/settings.ts';
import { keylessNote } from './keyless.ts';
import { isLoopback, withSettings } from './options.ts';
import { problemLine } from './outcome.ts';

/** Lines of the log are written together: a write for each costs more than everything else that is said of a turn. */
const LOG_FLUSH_EVERY_MS = 100;

/** `colloquy serve`: answers platforms over HTTP until it is told to stop. */
export function serveCommand(program: Command): void {
  withSettings(program.command('serve').description('answer telephony platforms over HTTP'), 'serve').action(serve);
}

async function serve(flags: Flags): Promise<void> {
  const settlement = await settle(flags, process.env);
  const { settled, warnings, file } = settlement;
  const config = configFrom(settlement, process.env);
  const { host, port } = settled;
  if (config.agents.size === 0) {
    const problem = `there is nothing to serve: name an application in ${file ?? CONFIG_FILE} or with --app name=source; "colloquy init" writes both`;
    throw new VoiceError('CONFIG_INVALID', { problem });
  }
  const agents = describeAgents(config);
  const unverified = agents.filter(({ verified }) => verified.length === 0).map(({ name }) => name);
  if (!isLoopback(host) && unverified.length > 0 && !settled.insecure) {
    throw new VoiceError('INSECURE_HOST', { host, agents: unverified });
  }
  const destination = pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: LOG_FLUSH_EVERY_MS });
  const logger = pino({ level: settled.logLevel }, destination);
  const app = createApp(config, { logger });
  await app.checkFiles();
  for (const { recordFolder } of agents) if (recordFolder !== undefined) await makeFolder(recordFolder);
  const server = await app.server();
  const address = await server.listen({ port, host, backlog: 4096 }).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new VoiceError('PORT_TAKEN', { port }, { cause });
    throw new VoiceError('LISTEN_FAILED', { host, port, reason: code ?? message }, { cause });
  });
  process.stderr.write(warnings.map(problemLine).join(''));
  process.stdout.write(startLines(config, address, file));

  const stop = async (): Promise<void> => {
    // Turns that run are answered first; who comes back meanwhile is still served.
    await Promise.race([app.calls.settled(), delay(settled.limits.stopMs, undefined, { ref: false })]);
    await server.close();
    await app.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().catch((error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exitCode = 1;
      });
    });
  }
}

/** What runs where, and who may call it. */
export function startLines(config: Config, address: string, file?: string): string {
  const base = config.publicUrl ?? address;
  const lines = describeAgents(config).flatMap(({ name, source, verified, recordFolder }) => [
    `  ${name}  runs ${withoutQuery(source)}`,
    `    voice URL        ${base}/voice/${name}`,
    `    status callback  ${base}/voice/${name}/status`,
    `    fallback URL     ${base}/voice/${name}/fallback`,
    `    ${verified.length > 0 ? `verifies ${verified.join(' and ')}` : 'verifies no platform: whoever reaches it can begin calls'}`,
    ...(recordFolder === undefined ? [] : [`    records its calls in ${recordFolder}`]),
  ]);
  const from = file === undefined ? 'without a configuration file' : `configured by ${file}`;
  const keyless = keylessNote(config.model);
  return [`colloquy listens on ${address}, ${from}`, ...lines, ...(keyless === undefined ? [] : [keyless])]
    .map((line) => `${line}\n`)
    .join('');
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    const { message } = cause as Error;
    throw new VoiceError('CONFIG_INVALID', { problem: `cannot record in ${folder}: ${message}` }, { cause });
  });
}
