import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importsOf, readCode, sourceFiles } from './support/source-code.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = [...sourceFiles(ROOT, 'src'), ...sourceFiles(ROOT, 'grammars')];

/** The folders of each layer, from the bottom; a layer may use those below it. */
const LAYERS: readonly (readonly string[])[] = [
  ['grammars', 'foundation'],
  ['call'],
  ['language'],
  ['compile', 'render'],
  ['interpret'],
  ['http', 'signatures'],
  ['deliveries'],
  ['model', 'tools', 'documents', 'store', 'platforms', 'transports'],
  ['server', 'replay'],
  ['app'],
  ['cli', 'entries'],
];
/** What programs import the package by: there to gather what others export, and used by nothing of ours. */
const ENTRIES = new Set(['src/index.ts', 'src/testing.ts']);
/** What a folder may use although it stands no lower, or may not use although it does. */
const MAY_ONLY_USE: { readonly [folder: string]: readonly string[] } = {
  grammars: [],
  foundation: ['foundation'],
  http: ['http', 'call', 'foundation'],
  signatures: ['signatures', 'call', 'foundation'],
  call: ['call', 'foundation'],
};
const FOUNDATION = new Set(['src/errors.ts', 'src/limits.ts', 'src/json.ts', 'src/config.ts', 'src/compressed.ts']);

/** Data in, data out: what the turn's policy is made of. The other files of interpret/ carry it out. */
const IMPURE_IN_INTERPRET = new Set(['src/interpret/calls.ts', 'src/interpret/turn.ts', 'src/interpret/live-call.ts']);
const PURE_NODE_MODULES = new Set(['node:crypto', 'node:assert', 'node:assert/strict', 'node:zlib']);
/** The world: time, chance, the process, the network and the screen. */
const WORLD =
  /\b(?:Date|performance|process|fetch(?!\s*\(\s*\w+\??:)|setTimeout|setInterval|setImmediate|queueMicrotask|console|require|globalThis|XMLHttpRequest|WebSocket)\b(?!\s*[?]?:)|\bMath\s*\.\s*random\b|\bcrypto\s*\.\s*(?:random|getRandom)\w*|\brandom(?:UUID|Bytes|Int|FillSync)\b/;

const XML_PARSERS = new Set(['saxes', 'fast-xml-parser']);

function folderOf(file: string): string {
  if (FOUNDATION.has(file)) return 'foundation';
  if (file === 'src/app.ts') return 'app';
  if (ENTRIES.has(file)) return 'entries';
  const [top = '', folder = ''] = file.split('/');
  return top === 'src' ? folder : top;
}

function isPure(file: string): boolean {
  const folder = folderOf(file);
  if (folder === 'interpret') return !IMPURE_IN_INTERPRET.has(file);
  return ['call', 'language', 'compile', 'render', 'grammars'].includes(folder);
}

/** Everything that this file of `src` or `grammars` may not do and does. */
function faultsIn(file: string, text: string): readonly string[] {
  const source = readCode(text);
  return [
    ...importsOf(source).flatMap((specifier) => importFault(file, specifier) ?? []),
    ...worldFaults(file, source.code),
    ...exportFaults(file, source.code),
    ...getterFaults(source.code),
  ].map((fault) => `${file}: ${fault}`);
}

function importFault(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) {
    if (XML_PARSERS.has(specifier) && file !== 'src/language/xml.ts') return `imports ${specifier}`;
    if (isPure(file) && specifier.startsWith('node:') && !PURE_NODE_MODULES.has(specifier))
      return `imports ${specifier}`;
    return undefined;
  }
  if (!specifier.endsWith('.ts') && !specifier.endsWith('.json')) return `imports ${specifier} without its ending`;
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!target.startsWith('src/') && !target.startsWith('grammars/')) return `imports ${target}`;
  const [from, to] = [folderOf(file), folderOf(target)];
  const allowed = MAY_ONLY_USE[from];
  if (allowed !== undefined) return allowed.includes(to) ? undefined : `imports ${target}`;
  if (from === to) return undefined;
  const [fromLayer, toLayer] = [layerOf(from), layerOf(to)];
  if (fromLayer === -1 || toLayer === -1) return `imports ${target}, and one of the two belongs to no layer`;
  return toLayer < fromLayer ? undefined : `imports ${target}`;
}

function layerOf(folder: string): number {
  return LAYERS.findIndex((folders) => folders.includes(folder));
}

function worldFaults(file: string, code: string): readonly string[] {
  const found = isPure(file) ? WORLD.exec(code.replaceAll(/\.\s*(?:fetch|process|console)\b/g, '')) : null;
  return found === null ? [] : [`uses ${found[0]}`];
}

function exportFaults(file: string, code: string): readonly string[] {
  const faults: string[] = [];
  // Fastify plugins are loaded by their default export; nothing else has one.
  if (/\bexport\s+default\b|\bas\s+default\b/.test(code) && !file.startsWith('src/server/plugins/'))
    faults.push('has a default export');
  if (ENTRIES.has(file)) return faults;
  if (/\bexport\s+(?:type\s+)?(?:\*|\{[^}]*\}\s*from\b)/.test(code)) faults.push('exports what another file exports');
  if (path.posix.basename(file) === 'index.ts') faults.push('is a barrel');
  return faults;
}

/**
 * The hidden class of such an object is its own and holds the getter with all that it closes over: garbage then lives until
 * the next full collection, and drags along whatever it refers to.
 */
function getterFaults(code: string): readonly string[] {
  const isClass = /\bclass\b/.test(code);
  return !isClass && /\b[gs]et\s+[\w$]+\s*\(/.test(code) ? ['has an object literal with a getter'] : [];
}

test('the sources keep to their layers', () => {
  expect(SOURCES.length).toBeGreaterThan(50);
  expect(SOURCES.flatMap(({ file, text }) => faultsIn(file, text))).toEqual([]);
});

test('every folder of src has a layer', () => {
  const folders = new Set(SOURCES.map(({ file }) => folderOf(file)));
  expect([...folders].filter((folder) => layerOf(folder) === -1)).toEqual([]);
});

test('nothing in src knows of a demo, a fixture that exists, or a test', () => {
  const calls = readdirSync(path.join(ROOT, 'fixtures/calls'));
  const known = SOURCES.filter(({ file }) => file.startsWith('src/')).flatMap(({ file, text }) => {
    const { code, strings } = readCode(text);
    const said = [code, ...strings].join('\n');
    const found = /\bvitest\b|\bNODE_ENV\b|\bisTest\b|\bdemo\b|\b(?:fixtures|examples|test)\//i.exec(said)?.[0];
    return [
      ...(found === undefined ? [] : [found]),
      ...calls.filter((name) => name.includes('-') && said.includes(name)),
    ].map((name) => `${file} names ${name}`);
  });
  expect(known).toEqual([]);
});

describe('a source that breaks a rule is found', () => {
  test.each<[string, string, string]>([
    ['foundation uses nothing of ours', 'src/json.ts', "import { x } from './call/event.ts';"],
    ['foundation uses nothing of ours, not even a type', 'src/config.ts', "import type { X } from './call/event.ts';"],
    ['grammars import nothing', 'grammars/cxml.ts', "import type { X } from '../src/json.ts';"],
    ['call does not use language', 'src/call/event.ts', "import type { X } from '../language/ast.ts';"],
    ['call does not use the grammars', 'src/call/event.ts', "import { cxml } from '../../grammars/cxml.ts';"],
    ['language does not use compile', 'src/language/parse.ts', "import { compile } from '../compile/compile.ts';"],
    ['compile does not use render', 'src/compile/compile.ts', "import { printXml } from '../render/xml.ts';"],
    ['render does not use compile', 'src/render/xml.ts', "import type { X } from '../compile/compile.ts';"],
    ['render does not use interpret', 'src/render/slice.ts', "import type { X } from '../interpret/ports.ts';"],
    ['interpret does not use an adapter', 'src/interpret/turn.ts', "import type { X } from '../store/memory.ts';"],
    ['interpret does not use http', 'src/interpret/turn.ts', "import { X } from '../http/client.ts';"],
    ['http uses only call and foundation', 'src/http/client.ts', "import type { X } from '../interpret/ports.ts';"],
    ['signatures use only call and foundation', 'src/signatures/twilio.ts', "import { X } from '../http/client.ts';"],
    ['adapters do not use each other', 'src/model/openai.ts', "import { X } from '../store/memory.ts';"],
    [
      'adapters do not use each other, not even a type',
      'src/tools/webhook.ts',
      "import type { X } from '../documents/documents.ts';",
    ],
    ['adapters do not use delivery', 'src/transports/document.ts', "import { X } from '../server/server.ts';"],
    ['delivery folders do not use each other', 'src/server/server.ts', "import { X } from '../replay/replay.ts';"],
    ['only the command line uses the composition root', 'src/server/server.ts', "import { X } from '../app.ts';"],
    ['the composition root does not use the command line', 'src/app.ts', "import { X } from './cli/main.ts';"],
    ['nothing uses a test', 'src/app.ts', "import { X } from '../test/support/world.ts';"],
    ['nothing uses an example', 'src/cli/main.ts', "import { X } from '../../examples/demo/main.ts';"],
    ['nothing uses a fixture', 'src/cli/main.ts', "import x from '../../fixtures/calls/a/call.json';"],
    ['a dynamic import is an import', 'src/call/event.ts', "const x = await import('../app.ts');"],
    ['a type by import() is an import', 'src/call/event.ts', "type X = import('../app.ts').App;"],
    ['an import without names is an import', 'src/call/event.ts', "import '../app.ts';"],
    ['an import over lines is an import', 'src/call/event.ts', "import {\n  a,\n  b,\n} from '../app.ts';"],
    [
      'an import behind a comment is an import',
      'src/call/event.ts',
      "/* it's */ import { a } from '../app.ts'; // it's",
    ],
    ['a folder of its own has a layer', 'src/call/event.ts', "import { a } from '../extras/a.ts';"],
    ['a new folder has a layer', 'src/extras/a.ts', "import { a } from '../json.ts';"],
    ['only one file knows saxes', 'src/language/parse.ts', "import { SaxesParser } from 'saxes';"],
    ['only one file knows fast-xml-parser', 'src/render/xml.ts', "import { XMLParser } from 'fast-xml-parser';"],
    ['pure folders read no files', 'src/compile/compile.ts', "import { readFile } from 'node:fs/promises';"],
    ['pure folders have no time', 'src/call/state.ts', 'const x = Date.now();'],
    ['pure folders have no time of another kind', 'src/interpret/decide.ts', 'const x = new Date();'],
    ['pure folders have no chance', 'src/render/xml.ts', 'const x = Math.random();'],
    [
      'pure folders have no chance of another kind',
      'src/interpret/step.ts',
      "import { randomUUID } from 'node:crypto';",
    ],
    ['pure folders have no environment', 'src/language/parse.ts', "const x = process.env['X'];"],
    ['pure folders have no network', 'src/interpret/history.ts', "await fetch('https://example.com');"],
    ['pure folders have no timers', 'src/interpret/converse.ts', 'setTimeout(() => undefined, 1);'],
    ['pure folders have no screen', 'src/render/answer.ts', "console.log('x');"],
    ['pure code in a template is code', 'src/call/state.ts', 'const x = `${Date.now()}`;'],
    ['there are no default exports', 'src/call/state.ts', 'export default function x() {}'],
    ['there are no default exports by another name', 'src/call/state.ts', 'export { x as default };'],
    ['there are no barrels', 'src/call/all.ts', "export * from './state.ts';"],
    ['there are no re-exports', 'src/call/all.ts', "export { advance } from './state.ts';"],
    ['there are no index files', 'src/call/index.ts', 'export const x = 1;'],
    ['nothing of ours uses an entry', 'src/cli/main.ts', "import { x } from '../index.ts';"],
    ['an object literal has no getter', 'src/store/memory.ts', 'const x = { get count() { return 1; } };'],
    ['imports have their endings', 'src/call/state.ts', "import { x } from './event';"],
  ])('%s', (_rule, file, text) => {
    expect(faultsIn(file, text)).toHaveLength(1);
  });

  test.each<[string, string, string]>([
    ['a comment that names another folder', 'src/call/event.ts', "// import { x } from '../app.ts';\n/* Date.now() */"],
    ['a text that looks like an import', 'src/call/event.ts', 'const x = "import { a } from \'../app.ts\'";'],
    [
      'a quote in a regular expression',
      'src/call/event.ts',
      "const x = text.replace(/['\"`]/g, '');\nconst y = 'Date.now()';",
    ],
    ['a hash in a pure file', 'src/compile/compile.ts', "import { createHash } from 'node:crypto';"],
    ['a method called fetch', 'src/interpret/ports.ts', 'documents.fetch(request);'],
    ['a lower layer', 'src/interpret/turn.ts', "import { a } from '../compile/bind.ts';"],
    ['a clock in an adapter', 'src/store/memory.ts', 'const x = Date.now();'],
    ['a getter of a class', 'src/errors.ts', 'class X { get blame() { return 1; } }'],
    ['a method called get', 'src/store/memory.ts', 'const x = { get(key: string) { return key; } };'],
    ['an entry that gathers what others export', 'src/index.ts', "export { x } from './app.ts';"],
    ['a plugin’s default export', 'src/server/plugins/errors.ts', 'export default fp(errors);'],
  ])('but not %s', (_what, file, text) => {
    expect(faultsIn(file, text)).toEqual([]);
  });
});
