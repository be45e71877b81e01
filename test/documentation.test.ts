import { LOAD_FLAGS, TURN_FLAGS } from '../bench/parts/flags.ts';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cxml } from '../grammars/cxml.ts';
import { namedSettings } from '../src/cli/config/layers.ts';
import { CONFIG_VARIABLE } from '../src/cli/config/settings.ts';
import { readConfigText, settleLayers } from '../src/cli/config/settle.ts';
import { generatedFiles } from '../src/cli/docs/generated-files.ts';
import { createProgram } from '../src/cli/program.ts';
import { readDocument } from '../src/compile/read-document.ts';
import { DIAGNOSTIC_CODES } from '../src/language/diagnostics.ts';
import { BASE, findings } from './support/language.ts';
import { readCode, sourceFiles } from './support/source-code.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: { readonly [name: string]: string } };

const COMMANDS = createProgram().commands;
const COMMAND_NAMES = COMMANDS.map((command) => command.name());
const OPTIONS = new Set(COMMANDS.flatMap((command) => command.options.map(({ long }) => long ?? '')));
const PAGES = readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`);
const READABLE = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...PAGES.filter((name) => name.endsWith('.md')),
];

/** What a pattern's first group finds in a text, each once. */
function found(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, group]) => group ?? ''))];
}

describe('what is made from the sources is what the sources make ("npm run docs" writes it)', () => {
  test.each([...generatedFiles()])('%s', (name, text) => {
    expect(read(name)).toBe(text);
  });

  test('every page is made, or is listed in the README', () => {
    const made = [...generatedFiles().keys()];
    expect(PAGES.filter((page) => !made.includes(page) && !read('README.md').includes(page))).toEqual([]);
  });
});

describe('the pages list exactly what exists', () => {
  test('reference.md: every row of the grammar, each attribute with it', () => {
    const page = read('docs/reference.md');
    expect(found(page, /^<a id="([^"]+)"><\/a>$/gm).toSorted()).toEqual(Object.keys(cxml).toSorted());
    for (const [row, { attributes }] of Object.entries(cxml)) {
      const section = page.split(`<a id="${row}"></a>`)[1]?.split('<a id=')[0] ?? '';
      expect([row, ...found(section, /^\| `([^`]+)` \|/gm)]).toEqual([row, ...Object.keys(attributes)]);
    }
  });

  test('diagnostics.md: every code of the table', () => {
    expect(found(read('docs/diagnostics.md'), /^## (\S+)$/gm)).toEqual(Object.keys(DIAGNOSTIC_CODES));
  });

  test('commands.md: every command, each with its options, as --help shows them', () => {
    const page = read('docs/commands.md');
    expect(found(page, /^## ([a-z]\S*)$/gm)).toEqual(COMMAND_NAMES);
    for (const command of COMMANDS) {
      const section = page.split(`\n## ${command.name()}\n`)[1]?.split('\n## ')[0] ?? '';
      const flags = command.options.map((option) => option.flags);
      expect([command.name(), ...found(section, /^\| `(--[^`]+)` \|/gm)]).toEqual([command.name(), ...flags]);
      for (const each of flags) expect(command.helpInformation()).toContain(each);
    }
  });

  test('commands.md: every error that is thrown to operators', () => {
    const codes = found(read('src/errors.ts'), /^ {2}([A-Z_]+): \{/gm);
    expect(codes.length).toBeGreaterThan(0);
    expect(found(read('docs/commands.md'), /^\| `([A-Z_]+)` \|/gm)).toEqual(codes);
  });
});

describe('what is written for people exists', () => {
  test.each(READABLE)('%s: commands, options and scripts', (name) => {
    const text = read(name);
    // In code: what follows is a command only where it could be typed.
    const typed = found(text, /(?:\bcolloquy -- |[`$] ?colloquy |^ {4}colloquy )([a-z]+)/gm);
    expect(typed.filter((command) => !COMMAND_NAMES.includes(command))).toEqual([]);
    expect(found(text, /(?<![\w-])(--[a-z][\w-]*)/g).filter((option) => !isOption(option))).toEqual([]);
    expect(found(text, /\bnpm run ([\w-]+)/g).filter((script) => !(script in scripts))).toEqual([]);
  });

  test.each(READABLE)('%s: links to files and to places in them', (name) => {
    const broken = found(read(name), /\]\(((?!https?:)[^)\s]+)\)/g).filter((link) => {
      const [file = '', place] = link.split('#');
      const target = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
      if (!existsSync(path.join(ROOT, target))) return true;
      return place !== undefined && !placesIn(read(target)).has(place);
    });
    expect(broken).toEqual([]);
  });

  test('the applications in the README have no fault', () => {
    const applications = found(read('README.md'), /```xml\n([^]*?)```/g);
    expect(applications.length).toBeGreaterThan(0);
    for (const each of applications) expect(findings(each, readDocument(each, BASE).diagnostics)).toEqual([]);
  });

  test('an environment variable that is no setting of the table is on a page', () => {
    const used = sourceFiles(ROOT, 'src').flatMap(({ text }) => {
      const { code, strings } = readCode(text);
      return [...code.matchAll(/\b(?:env|environment)\s*\[\s*"(\d+)"/g)].map(
        ([, index]) => strings[Number(index)] ?? '',
      );
    });
    expect(used).toContain('FORCE_COLOR');
    // Of commands that the command line does not have yet, there is nothing to read.
    const isReachable = COMMAND_NAMES.includes('migrate');
    const pages = READABLE.map(read).join('\n');
    const missing = [...new Set(used)].filter((name) => !new RegExp(`\\b${name}\\b`).test(pages));
    expect(missing.filter((name) => isReachable || name !== 'DATABASE_URL')).toEqual([]);
  });

  test.each(READABLE)('%s: environment variables', (name) => {
    const known = [CONFIG_VARIABLE, ...namedSettings().flatMap(({ field }) => field.variable ?? [])];
    const ours = found(read(name), /\b(COLLOQUY_[A-Z_]*[A-Z])\b/g);
    expect(ours.filter((variable) => !known.includes(variable) && !variable.startsWith('COLLOQUY_SECRET'))).toEqual([]);
  });

  test('the configurations in the pages have no fault', () => {
    const files = READABLE.flatMap((name) => found(read(name), /```json\n(\{\n {2}"\$schema": "[^"]*config[^]*?)```/g));
    expect(files.length).toBeGreaterThan(1);
    for (const each of files) expect(() => settleLayers(readConfigText('page.json', each), {}, {})).not.toThrow();
  });
});

const BENCH_OPTIONS = [TURN_FLAGS, LOAD_FLAGS].flatMap(Object.keys).map((name) => `--${name}`);

/** Options of our commands, and those of npm and of the tools that its scripts start. */
function isOption(option: string): boolean {
  return (
    OPTIONS.has(option) ||
    BENCH_OPTIONS.includes(option) ||
    ['--help', '--version', '--check', '--live', '--update'].includes(option)
  );
}

/** Anchors of a page, written out or made from its headings. */
function placesIn(page: string): ReadonlySet<string> {
  const headings = found(page, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
  return new Set([...found(page, /<a id="([^"]+)">/g), ...headings]);
}
