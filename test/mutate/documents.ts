// Reads all documents of fixtures/documents with the sources of this process, and tells whether each is read as expected.
// A child process of mutate.ts: for each mutant, the sources are loaded again with it in their place.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { cxml } from '../../grammars/cxml.ts';
import { vendorFiles, verdictOf } from '../support/vendor-samples.ts';
import { grammarMutants } from './grammar-mutants.ts';

const ROOT = new URL('../../', import.meta.url).href;
const FIXTURES = new URL('fixtures/documents/', ROOT);
const BASE = 'https://app.example.com/voice/start.xml';

type Reading = {
  readonly kind: string;
  readonly program?: unknown;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly span: { readonly start: number; readonly end: number };
  }[];
};
type Read = (source: string, url: string) => Reading;

const mutants = grammarMutants(cxml);
let source = '';
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const mark = /\?mutant=\d+$/.exec(context.parentURL ?? '')?.[0];
    return mark !== undefined && found.url.startsWith(ROOT) && !found.url.includes('/node_modules/')
      ? { ...found, url: found.url + mark }
      : found;
  },
  load(url, context, next) {
    return url.includes('grammars/cxml.ts?mutant=')
      ? { format: 'module', source, shortCircuit: true }
      : next(url, context);
  },
});

const samples = vendorFiles().flatMap(([, sections]) => sections.flatMap(([, each]) => each));
const cases = readdirSync(FIXTURES)
  .filter((name) => existsSync(new URL(`${name}/input.xml`, FIXTURES)))
  .map((name) => {
    const file = (part: string): string => {
      const url = new URL(`${name}/${part}`, FIXTURES);
      return existsSync(url) ? readFileSync(url, 'utf8') : 'null';
    };
    const codes = (JSON.parse(file('diagnostics.json')) as readonly { readonly code: string }[] | null) ?? [];
    const program = JSON.stringify(JSON.parse(file('program.json')));
    return { text: file('input.xml'), program, codes: codes.map(({ code }) => code).join() };
  });

/** True when every document is read as its fixture says. */
function readsAll(read: Read): boolean {
  return (
    cases.every(({ text, program, codes }) => {
      const reading = read(text, BASE);
      return (
        JSON.stringify(reading.program ?? null) === program &&
        reading.diagnostics.map(({ code }) => code).join() === codes
      );
    }) &&
    samples.every(({ document, verdict }) => {
      const found = read(document, BASE).diagnostics.map(({ code, span }) => ({
        code,
        text: document.slice(span.start, span.end),
      }));
      return verdictOf(found) === verdict;
    })
  );
}

async function isKilled(index: number): Promise<boolean> {
  source = `export const cxml = ${JSON.stringify(mutants[index]?.grammar ?? cxml)};`;
  try {
    const module = (await import(`${ROOT}src/compile/read-document.ts?mutant=${index}`)) as {
      readonly readDocument: Read;
    };
    return !readsAll(module.readDocument);
  } catch {
    return true;
  }
}

const [from = 0, to = 0] = process.argv.slice(2).map(Number);
// The index behind the last is no mutant: it must survive, or nothing was measured.
if (await isKilled(mutants.length)) throw new Error('the documents are not read as expected even without a mutant');
const killed: number[] = [];
for (let index = from; index < to; index += 1) if (await isKilled(index)) killed.push(index);
process.stdout.write(JSON.stringify(killed));
