import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { pino } from 'pino';
import { createApp, sourceUrl } from '../app.ts';
import type { Config } from '../config.ts';
import { VoiceError } from '../errors.ts';
import { configFrom, isLoopback, withModelOptions, type AgentFlags } from './options.ts';

/** Lines of the log are written together: a write for each costs more than everything else that is said of a turn. */
const LOG_FLUSH_EVERY_MS = 100;

/** How long a stop waits for running turns. */
const STOP_WAITS_MS = 10_000;

type ServeFlags = AgentFlags & { readonly port: string; readonly host: string; readonly insecure?: boolean };

/** `colloquy serve`: answers platforms over HTTP until it is told to stop. */
export function serveCommand(program: Command): void {
  withModelOptions(
    program
      .command('serve')
      .description('answer telephony platforms over HTTP')
      .requiredOption('--app <name=source...>', 'an application: its name in the voice URL, and its file or URL'),
  )
    .option('--port <number>', 'port to listen on, 0 for any free one', '3000')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--public-url <url>', 'scheme and host under which platforms reach this server (COLLOQUY_PUBLIC_URL)')
    .option('--insecure', 'listen beyond this machine though no platform is verified')
    .option('--record <folder>', 'write each call as a fixture, redacted')
    .action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const config = configFrom(flags, process.env);
  const port = portFrom(flags.port);
  const verified = Object.keys(config.credentials);
  if (!isLoopback(flags.host) && verified.length === 0 && flags.insecure !== true) {
    throw new VoiceError('INSECURE_HOST', { host: flags.host });
  }
  const destination = pino.destination({ dest: 2, sync: false, minLength: 4096, periodicFlush: LOG_FLUSH_EVERY_MS });
  const logger = pino({ level: logLevel(process.env['COLLOQUY_LOG_LEVEL']) }, destination);
  const app = createApp(config, { logger });
  await app.checkFiles();
  if (config.recordFolder !== undefined) await makeFolder(config.recordFolder);
  const server = await app.server();
  const address = await server.listen({ port, host: flags.host, backlog: 4096 }).catch((cause: unknown) => {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new VoiceError('PORT_TAKEN', { port }, { cause });
    throw new VoiceError('LISTEN_FAILED', { host: flags.host, port, reason: code ?? message }, { cause });
  });
  process.stdout.write(startLines(config, address, verified));

  const stop = async (): Promise<void> => {
    // Turns that run are answered first; who comes back meanwhile is still served.
    await Promise.race([app.calls.settled(), delay(STOP_WAITS_MS, undefined, { ref: false })]);
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

function startLines(config: Config, address: string, verified: readonly string[]): string {
  const base = config.publicUrl ?? address;
  const voiceUrls = [...config.agents].map(
    ([name, { source }]) => `  ${base}/voice/${name}  runs ${withoutQuery(sourceUrl(source))}\n`,
  );
  const isKeyless = config.model.apiKey === undefined && new URL(config.model.baseUrl).hostname === 'api.openai.com';
  const keyless = isKeyless ? 'OPENAI_API_KEY is not set: the model will refuse every request\n' : '';
  const trust = verified.length > 0 ? `verifies ${verified.join(' and ')}` : 'verifies no platform';
  const recording = config.recordFolder === undefined ? '' : `, records calls to ${config.recordFolder}`;
  return `colloquy listens on ${address}, ${trust}${recording}\n${voiceUrls.join('')}${keyless}`;
}

/** A query may hold a key of the author's server. */
function withoutQuery({ origin, protocol, pathname, href }: URL): string {
  return protocol === 'file:' ? href : origin + pathname;
}

function logLevel(given = 'info'): string {
  const levels = [...Object.keys(pino.levels.values), 'silent'];
  if (levels.includes(given)) return given;
  const problem = `COLLOQUY_LOG_LEVEL=${given}: expected one of ${levels.join(', ')}`;
  throw new VoiceError('CONFIG_INVALID', { problem });
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new VoiceError('CONFIG_INVALID', { problem: `--record ${folder}: ${String(cause)}` }, { cause });
  });
}

function portFrom(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new VoiceError('CONFIG_INVALID', { problem: `--port ${text}: expected a number from 0 to 65535` });
}
