import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { cxml } from '../../grammars/cxml.ts';
import { VoiceError } from '../errors.ts';
import { xsd } from '../language/xsd.ts';
import { makeFolder } from './folders.ts';
import { CALL_FOLDER, initFiles } from './init-files.ts';
import { counted, show, type Outcome } from './outcome.ts';

/** `colloquy init`: an application to begin with, a recorded call of it, and what editors need. */
export function initCommand(program: Command): void {
  program
    .command('init')
    .description(
      'write an application to begin with, its configuration, a recorded call of it, and schemas for editors',
    )
    .argument('[folder]', 'where, made if need be', '.')
    .action(async (folder: string) => show(await init(folder)));
}

/** Writes what is not there yet; what is there is named and left as it is. @throws CONFIG_INVALID */
export async function init(folder: string): Promise<Outcome> {
  const files = await initFiles(xsd(cxml));
  const hasCall = await exists(path.join(folder, CALL_FOLDER));
  const lines: string[] = [];
  let written = 0;
  for (const [name, text] of files) {
    const isLeft = (hasCall && name.startsWith(`${CALL_FOLDER}/`)) || !(await writeNew(path.join(folder, name), text));
    written += isLeft ? 0 : 1;
    lines.push(`${isLeft ? 'left   ' : 'written'}  ${path.join(folder, name)}\n`);
  }
  const enter = path.normalize(folder) === '.' ? '' : `cd ${folder}; `;
  const next = `next: ${enter}npx colloquy check hello.xml, then npx colloquy call hello.xml; README.md says more\n`;
  return { output: [...lines, `${counted(written, 'file')} written\n`, next].join(''), exitCode: 0 };
}

/** False when the file is there already. */
async function writeNew(file: string, text: string): Promise<boolean> {
  await makeFolder(path.dirname(file), 'write in');
  try {
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await exists(file))) return false;
    throw new VoiceError('CONFIG_INVALID', { problem: `cannot write ${file}: ${message}` }, { cause: error });
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
