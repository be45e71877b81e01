// Alters the language's tables one thing at a time and shows which alterations no test notices. Three tables: the grammar
// (in process: the documents of fixtures/, then the two texts that are made from it), the rules, and the diagnostics (a
// scratch copy of the tree and the tests of each). Exits 1 when anything survives.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cxml } from '../../grammars/cxml.ts';
import { DIAGNOSTIC_CODES } from '../../src/language/diagnostics.ts';
import { xsd } from '../../src/language/xsd.ts';
import { grammarTable } from '../support/grammar-table.ts';
import { grammarMutants, type GrammarMutant } from './grammar-mutants.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Modules that were loaded stay loaded, so a process takes no more than this. */
const MUTANTS_PER_PROCESS = 150;
const PROCESSES = 2;

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T);
  };
  await Promise.all(Array.from({ length: PROCESSES }, worker));
  return results;
}

/** The mutants of the grammar that the documents notice, then those that only the schema or the table notices. */
async function mutateGrammar(): Promise<readonly string[]> {
  const mutants = grammarMutants(cxml);
  const starts = Array.from(
    { length: Math.ceil(mutants.length / MUTANTS_PER_PROCESS) },
    (_, at) => at * MUTANTS_PER_PROCESS,
  );
  const killed = await inParallel(starts, async (from) => {
    const to = Math.min(mutants.length, from + MUTANTS_PER_PROCESS);
    const script = path.join(ROOT, 'test/mutate/documents.ts');
    const { stdout } = await run(process.execPath, [script, String(from), String(to)], { maxBuffer: 1e8 });
    return JSON.parse(stdout) as readonly number[];
  });
  const byDocuments = new Set(killed.flat());
  const [schema, table] = [read('grammars/cxml.xsd'), read('fixtures/grammar-table.txt')];
  const rest = mutants.filter((_, index) => !byDocuments.has(index));
  const bySchema = rest.filter((mutant) => attempt(() => xsd(mutant.grammar)) !== schema);
  const byTable = rest.filter((mutant) => attempt(() => grammarTable(mutant.grammar)) !== table);
  const noticed = new Set<GrammarMutant>([...bySchema, ...byTable]);
  const survivors = rest.filter((mutant) => !noticed.has(mutant));
  console.log(
    `grammar: ${mutants.length} mutants, ${byDocuments.size} noticed by documents, ${bySchema.length} more by the schema, ` +
      `${noticed.size - bySchema.length} more by the table of the grammar, ${survivors.length} survive`,
  );
  return survivors.map(({ name }) => `grammar: ${name}`);
}

function attempt(make: () => string): string {
  try {
    return make();
  } catch (error) {
    return String(error);
  }
}

/** A file of the tree with one place altered, and the tests that must notice it. */
type Patch = { readonly name: string; readonly file: string; readonly text: string; readonly tests: readonly string[] };

function rulePatches(): readonly Patch[] {
  const file = 'src/language/validate.ts';
  const text = read(file);
  const imports = [...text.matchAll(/^import \{ (\w+) \} from '\.\/rules\/([\w-]+)\.ts';$/gm)];
  return imports.map(([, name = '', rule = '']) => ({
    name: `rule ${rule} disabled`,
    file,
    text: text.replace(`\n  ${name},\n`, '\n'),
    tests: [`test/language/rules/${rule}.test.ts`],
  }));
}

function diagnosticPatches(): readonly Patch[] {
  const file = 'src/language/diagnostics.ts';
  const text = read(file);
  return Object.entries(DIAGNOSTIC_CODES).flatMap(([code, { severity }]) => {
    const key = code.includes('-') ? `'${code}'` : code;
    const row = new RegExp(String.raw`^  ${key}: \{\n[^]*?^  \},\n`, 'm').exec(text)?.[0] ?? '';
    const other = severity === 'error' ? 'warning' : 'error';
    const tests = ['test/language/diagnostics.test.ts'];
    return [
      { name: `diagnostic ${code} dropped`, file, text: text.replace(row, ''), tests },
      {
        name: `diagnostic ${code} a ${other}`,
        file,
        text: text.replace(row, row.replace(`'${severity}'`, `'${other}'`)),
        tests,
      },
    ];
  });
}

/** The patches that the tests do not notice. */
async function applyPatches(what: string, patches: readonly Patch[]): Promise<readonly string[]> {
  const copies = Array.from({ length: PROCESSES }, copyTree);
  try {
    const noticed = await inParallel(patches, async (patch) => {
      const copy = copies.pop() ?? copyTree();
      const target = path.join(copy, patch.file);
      const original = readFileSync(target, 'utf8');
      if (patch.text === original) throw new Error(`${patch.name} alters nothing`);
      writeFileSync(target, patch.text);
      const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
      const passes = await run(process.execPath, [vitest, 'run', ...patch.tests], { cwd: copy }).then(
        () => true,
        () => false,
      );
      writeFileSync(target, original);
      copies.push(copy);
      return !passes;
    });
    const survivors = patches.filter((_, at) => noticed[at] !== true).map(({ name }) => name);
    console.log(`${what}: ${patches.length} mutants, ${survivors.length} survive`);
    return survivors;
  } finally {
    for (const copy of copies) rmSync(copy, { recursive: true });
  }
}

function copyTree(): string {
  const copy = mkdtempSync(path.join(tmpdir(), 'mutate-'));
  for (const part of ['src', 'grammars', 'test', 'fixtures', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  return copy;
}

const survivors = [
  ...(await mutateGrammar()),
  ...(await applyPatches('rules', rulePatches())),
  ...(await applyPatches('diagnostics', diagnosticPatches())),
];
for (const survivor of survivors) console.log(`survives: ${survivor}`);
process.exitCode = survivors.length === 0 ? 0 : 1;
