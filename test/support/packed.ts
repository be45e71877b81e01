import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What must not get into a package, however near it lies. */
const BYSTANDERS = ['fixtures', 'test'];
/** What a program that uses the package has beside it: our dependencies, and what types need. */
const TYPE_PACKAGES = ['@types/node', 'typescript'];

const run = promisify(execFile);

export type Packed = {
  /** Of the package, as npm would upload it. */
  readonly tarball: Buffer;
  /** A folder of a program that has the package installed. */
  readonly program: string;
  /** The package in it. */
  readonly installed: string;
  remove(): Promise<void>;
};

/** Of the checkout, what a package is made from: all that an image is built from, so that this shows it to be enough. */
async function ingredients(): Promise<readonly string[]> {
  const lines = (await readFile(path.join(ROOT, '.dockerignore'), 'utf8')).split('\n');
  return lines.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));
}

/** npm itself rather than its script, where it runs the tests: Windows starts no scripts. */
function npm(): readonly [command: string, ...args: string[]] {
  const own = process.env['npm_execpath'];
  return own?.endsWith('npm-cli.js') === true ? [process.execPath, own] : ['npm'];
}

/**
 * `npm pack` in a copy of the checkout, and the package it makes in a folder of its own, with the dependencies that it
 * declares and no others. Nothing is downloaded.
 */
export async function pack(): Promise<Packed> {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-package-'));
  const copy = path.join(folder, 'checkout');
  const program = path.join(folder, 'program');
  const installed = path.join(program, 'node_modules', 'colloquy');
  await mkdir(copy);
  for (const name of [...(await ingredients()), ...BYSTANDERS])
    await cp(path.join(ROOT, name), path.join(copy, name), { recursive: true });
  await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
  const [command, ...args] = npm();
  await run(command, [...args, 'pack', '--no-update-notifier', '--pack-destination', folder], { cwd: copy });
  const { name, version, dependencies } = JSON.parse(await readFile(path.join(copy, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly dependencies: { readonly [name: string]: string };
  };
  const tarball = path.join(folder, `${name}-${version}.tgz`);
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components', '1']);
  for (const dependency of [...Object.keys(dependencies), ...TYPE_PACKAGES]) {
    const link = path.join(program, 'node_modules', dependency);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.join(ROOT, 'node_modules', dependency), link, 'junction');
  }
  return { tarball: await readFile(tarball), program, installed, remove: () => rm(folder, { recursive: true }) };
}
