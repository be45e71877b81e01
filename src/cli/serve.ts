import type { Command } from 'commander';
import { pino } from 'pino';
import { createApp, sourceUrl } from '../app.ts';
import type { Config } from '../config.ts';
import { VoiceError } from '../errors.ts';
import { configFrom, isLoopback, withModelOptions, type AgentFlags } from './options.ts';

/** Lines of the log are written together: a write for each costs more than everything else that is said of a turn. */
const LOG_FLUSH_EVERY_MS = 100;

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
  const logger = pino({ level: process.env['COLLOQUY_LOG_LEVEL'] ?? 'info' }, destination);
  const app = createApp(config, { logger });
  const server = await app.server();
  const address = await server.listen({ port, host: flags.host, backlog: 4096 }).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new VoiceError('PORT_TAKEN', { port }, { cause });
  });
  process.stdout.write(startLines(config, address, verified));

  const stop = async (): Promise<void> => {
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
    ([name, { source }]) => `  ${base}/voice/${name}  runs ${sourceUrl(source).href}\n`,
  );
  const trust = verified.length > 0 ? `verifies ${verified.join(' and ')}` : 'verifies no platform';
  const recording = config.recordFolder === undefined ? '' : `, records calls to ${config.recordFolder}`;
  return `colloquy listens on ${address}, ${trust}${recording}\n${voiceUrls.join('')}`;
}

function portFrom(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new VoiceError('CONFIG_INVALID', { problem: `--port ${text}: expected a number from 0 to 65535` });
}
