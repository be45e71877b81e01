import { isIP } from 'node:net';
import { Option, type Command } from 'commander';
import { namedSettings, pair } from './config/layers.ts';
import { CONFIG_FILE, CONFIG_FLAG, CONFIG_VARIABLE } from './config/settings.ts';

/** Adds the options of the table of settings: those of a single call, those of the store, or all that serving has. */
export function withSettings(command: Command, what: 'call' | 'store' | 'serve'): Command {
  const about = `settings, read before flags and environment are (${CONFIG_VARIABLE}; default ${CONFIG_FILE} if there is one)`;
  command.option(CONFIG_FLAG, about);
  for (const { field } of namedSettings()) {
    if (field.flag === undefined || (what !== 'serve' && field.also !== what)) continue;
    const notes = [field.variable, shownDefault(field.byDefault)].filter((note) => note !== undefined);
    const text = (field.flagAbout ?? field.about).replaceAll('`', '');
    command.addOption(new Option(field.flag, notes.length === 0 ? text : `${text} (${notes.join('; ')})`));
  }
  return command;
}

function shownDefault(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? `default ${value}` : undefined;
}

/** Missing name to present name, as `--alias` was given them. @throws CONFIG_INVALID */
export function aliasesFrom(texts: readonly string[]): { readonly [missing: string]: string } {
  return Object.fromEntries(texts.map((text) => pair('--alias', text)));
}

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
