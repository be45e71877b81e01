import { constants } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { Command } from 'commander';
import type { FastifyInstance } from 'fastify';
import { pino, type Logger } from 'pino';
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import { VoiceError } from '../errors.ts';
import { openStore, type Store, type StorePlace } from '../store/store.ts';
import { checkApplications } from './check-applications.ts';
import { configFrom, describeAgents, withoutQuery } from './config/effective.ts';
import type { Flags } from './config/layers.ts';
import { settle } from './config/settle.ts';
import { CONFIG_FILE } from './config/settings.ts';
import { storePlaceOf } from './config/store-place.ts';
import { makeFolder, makeStoreFolder } from './folders.ts';
import { keylessNote } from './keyless.ts';
import { logLinesTo } from './log-lines.ts';
import { isLoopback, withSettings } from './options.ts';
import { problemLine } from './outcome.ts';

/**
 * A turn runs through much code, little of it often: the last stage of V8's compiler takes a tenth of the CPU of the first few
 * thousand turns, and gives back nothing that can be measured later. What is called this often is worth it.
 */
const COMPILE_FULLY_AFTER = '--invocation-count-for-turbofan=100000';
/** Of a stop, beyond its wait for turns: for answers and deliveries that are on their way, and for the store. */
const CLOSE_WITHIN_MS = 8_000;
const DAY_MS = 24 * 60 * 60_000;

/** `colloquy serve`: answers platforms over HTTP until it is told to stop. */
export function serveCommand(program: Command): void {
  withSettings(program.command('serve').description('answer telephony platforms over HTTP'), 'serve').action(serve);
}

async function serve(flags: Flags): Promise<void> {
  setFlagsFromString(COMPILE_FULLY_AFTER);
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
  await checkApplications(config);
  const place = storePlaceOf(settled, process.env);
  await makeStoreFolder(place);
  const logger = pino({ level: settled.logLevel }, logLinesTo(process.stderr));
  const store = await openStore(place, {
    clock: Date,
    keepForMs: settled.keepDays * DAY_MS,
    onError: (error) => logger.error({ err: error }, 'the store could not be swept'),
  });
  const app = createApp(config, { logger, store, storeKind: place.kind });
  try {
    for (const { recordFolder } of agents) if (recordFolder !== undefined) await makeFolder(recordFolder, 'record in');
    const server = await app.server();
    const address = await listen(server, host, port);
    process.stderr.write(warnings.map(problemLine).join(''));
    process.stdout.write(startLines(config, { address, keeps: keeps(store, place, settled.keepDays), file }));
    stopOnSignals(
      logger,
      async () => {
        await app.drain(settled.limits.stopMs);
        await server.close();
        await app.close();
      },
      settled.limits.stopMs + CLOSE_WITHIN_MS,
    );
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** @throws PORT_TAKEN, LISTEN_FAILED */
function listen(server: FastifyInstance, host: string, port: number): Promise<string> {
  return server.listen({ port, host, backlog: 4096 }).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new VoiceError('PORT_TAKEN', { port }, { cause });
    throw new VoiceError('LISTEN_FAILED', { host, port, reason: code ?? message }, { cause });
  });
}

/** Stops at the first signal, in order and within a bounded time; ends at once at the second. */
function stopOnSignals(logger: Logger, stop: () => Promise<void>, withinMs: number): void {
  let stopping = false;
  const begin = (): void => {
    // What still runs then is left off: where calls outlive the process, another one goes on with it.
    const tooLate = setTimeout(() => {
      logger.error('turns that still ran at the end of the stop were left off');
      process.exit(1);
    }, withinMs);
    stop().then(
      () => clearTimeout(tooLate),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(128 + constants.signals[signal]);
      stopping = true;
      begin();
    });
  }
}

function keeps({ description }: Store, { kind }: StorePlace, days: number): string {
  return kind === 'memory' ? description : `${description}; removes them ${days} days after their last turn`;
}

export type Started = {
  readonly address: string;
  /** Where calls are kept. */
  readonly keeps: string;
  readonly file?: string | undefined;
};

/** What runs where, and who may call it. */
export function startLines(config: Config, { address, keeps: kept, file }: Started): string {
  const lines = describeAgents(config).flatMap(({ name, source, verified, publicUrl = address, recordFolder }) => [
    `  ${name}  runs ${withoutQuery(source)}`,
    `    voice URL        ${publicUrl}/voice/${name}`,
    `    status callback  ${publicUrl}/voice/${name}/status`,
    `    fallback URL     ${publicUrl}/voice/${name}/fallback`,
    `    ${verified.length > 0 ? `verifies ${verified.join(' and ')}` : 'verifies no platform: whoever reaches it can begin calls'}`,
    ...(recordFolder === undefined ? [] : [`    records its calls in ${recordFolder}`]),
  ]);
  const from = file === undefined ? 'without a configuration file' : `configured by ${file}`;
  const keyless = keylessNote(config.model);
  return [`colloquy listens on ${address}, ${from}`, `  ${kept}`, ...lines, ...(keyless === undefined ? [] : [keyless])]
    .map((line) => `${line}\n`)
    .join('');
}
