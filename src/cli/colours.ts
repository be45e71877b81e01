import { styleText } from 'node:util';
import type { Paint } from './check-text.ts';

/** A stream as far as colours are concerned. */
export type Terminal = { readonly isTTY?: boolean; readonly hasColors?: () => boolean };

/** Standard output; FORCE_COLOR makes it a terminal with colours, 0 one without, whatever it is. */
export function standardOutput(environment: { readonly [name: string]: string | undefined }): Terminal {
  const forced = environment['FORCE_COLOR'];
  if (forced === undefined) return process.stdout;
  return { isTTY: true, hasColors: () => !['0', 'false'].includes(forced) };
}

const COLOURS = { error: 'red', warning: 'yellow', note: 'cyan' } as const;

/** Colours for a terminal that has them. Plain for files, pipes, and where NO_COLOR or a dumb terminal says so. */
export function paintFor(terminal: Terminal): Paint {
  if (terminal.isTTY !== true || terminal.hasColors?.() !== true) return (entry) => entry;
  return (entry, { severity }) =>
    entry
      .replace(`: ${severity} `, `: ${style(COLOURS[severity], severity)} `)
      .replaceAll(/^[ \t]*\^+$/gm, (carets) => style(COLOURS[severity], carets));
}

function style(colour: (typeof COLOURS)[keyof typeof COLOURS], text: string): string {
  // The terminal was asked above; the text is painted whatever standard output is.
  return styleText(colour, text, { validateStream: false });
}
