import { XmlDocument, XmlParseError } from 'libxml2-wasm';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import type { XmlElement } from '../../src/language/ast.ts';
import { parse } from '../../src/language/parse.ts';
import { createSource, positionOf } from '../../src/language/source.ts';
import { readXml } from '../../src/language/xml.ts';
import { conformanceCases, textOf, type ConformanceCase } from '../support/conformance.ts';

// The W3C's own documents. Those with a DOCTYPE are refused whatever else they are; the others are the language's XML.
const CASES = conformanceCases();
const PLAIN = CASES.filter(({ hasDoctype }) => !hasDoctype);
const ILL_FORMED = PLAIN.filter(({ isWellFormed }) => !isWellFormed);
const CORRECT = PLAIN.filter(({ isWellFormed, isNamespaceCorrect }) => isWellFormed && isNamespaceCorrect);

/** The line on which a document is refused; undefined when it is accepted. */
function lineOfFault(bytes: Uint8Array): number | undefined {
  const parsed = parse(bytes);
  const [fault] = parsed.ok ? [] : parsed.diagnostics;
  return fault === undefined ? undefined : positionOf(createSource(parsed.text), fault.span.start).line;
}

/** The line of the first error by libxml2, which reads the same bytes. */
function lineByLibxml({ bytes }: ConformanceCase): number | undefined {
  try {
    XmlDocument.fromBuffer(bytes).dispose();
    return undefined;
  } catch (error) {
    return error instanceof XmlParseError ? error.details[0]?.line : undefined;
  }
}

test('the selection is the one that was measured', () => {
  const ofXml = (cases: readonly ConformanceCase[]): number => cases.filter((each) => !each.isOfNamespaces).length;
  expect([CASES.length, ofXml(ILL_FORMED), ofXml(CORRECT)]).toEqual([1727, 228, 55]);
  expect([ILL_FORMED.length, CORRECT.length]).toEqual([243, 70]);
});

describe('documents that are not well-formed', () => {
  test('are all refused', () => {
    expect(ILL_FORMED.filter(({ bytes }) => parse(bytes).ok).map(({ id }) => id)).toEqual([]);
  });

  // libxml2 names the place at which it gave up. We point to where the construct begins that the text ends in.
  const ELSEWHERE: Readonly<Record<string, readonly [ours: number, theirs: number | undefined, why: string]>> = {
    'not-wf-sa-004': [1, 2, 'an instruction that is never closed'],
    'not-wf-sa-005': [1, 2, 'an instruction that is never closed'],
    'not-wf-sa-017': [1, 2, 'character data that is never closed'],
    'not-wf-sa-027': [2, 4, 'a comment that is never closed'],
    'not-wf-sa-028': [2, 5, 'an instruction that is never closed'],
    'o-p10fail3': [1, 2, 'a tag that is never closed'],
    'hst-lhs-007': [1, undefined, 'a byte order mark of UTF-8 and a declaration of Latin 1'],
    'hst-lhs-008': [1, undefined, 'a byte order mark of UTF-16 and a declaration of UTF-8'],
  };

  test.each(ILL_FORMED)('$id is refused at the right line', (each) => {
    const [ours, theirs] = ELSEWHERE[each.id] ?? [lineByLibxml(each), lineByLibxml(each)];
    expect([lineOfFault(each.bytes), lineByLibxml(each)]).toEqual([ours, theirs]);
  });
});

describe('documents that are well-formed', () => {
  test('are all accepted as text', () => {
    expect(CORRECT.filter(({ bytes }) => !parse(textOf(bytes)).ok).map(({ id }) => id)).toEqual([]);
  });

  test('are refused as bytes only when they are not UTF-8', () => {
    const refused = CORRECT.flatMap(({ id, bytes }) => {
      const parsed = parse(bytes);
      return parsed.ok ? [] : [[id, parsed.diagnostics[0]?.code, parsed.diagnostics[0]?.message]];
    });
    expect(refused).toEqual([
      ['utf16b', 'encoding', 'the document is UTF-16; expected UTF-8'],
      ['utf16l', 'encoding', 'the document is UTF-16; expected UTF-8'],
    ]);
  });

  test('are refused when a colon in a name is no namespace', () => {
    const others = PLAIN.filter(({ isWellFormed, isNamespaceCorrect }) => isWellFormed && !isNamespaceCorrect);
    expect(others.filter(({ bytes }) => parse(bytes).ok)).toEqual([]);
    expect(others).toHaveLength(2);
  });

  type Flat = readonly (string | readonly [string, string])[];

  /** Names, attributes and text in document order, as the reader of the gate tells them. */
  function toldBySaxes(text: string): Flat {
    const told: (string | readonly [string, string])[] = [];
    const parser = new SaxesParser({ xmlns: true });
    parser.on('opentag', ({ name, attributes }) => {
      told.push(`<${name}`, ...Object.values(attributes).map((each): [string, string] => [each.name, each.value]));
    });
    parser.on('closetag', () => void told.push('>'));
    for (const kind of ['text', 'cdata', 'comment'] as const)
      parser.on(kind, (value) => void told.push(`${kind} ${value}`));
    parser.on('processinginstruction', ({ target, body }) => void told.push(`instruction ${target} ${body}`));
    parser.write(text).close();
    return told;
  }

  function toldByTree(element: XmlElement): Flat {
    const { name, attributes, children } = element;
    return [
      `<${name}`,
      ...attributes.map((each): [string, string] => [each.name, each.value]),
      ...children.flatMap((child): Flat => {
        if (child.kind === 'element') return toldByTree(child);
        return [
          child.kind === 'instruction' ? `instruction ${child.target} ${child.body}` : `${child.kind} ${child.value}`,
        ];
      }),
      '>',
    ];
  }

  test.each(CORRECT)('$id has the same names, attributes and text in the tree as in the gate', ({ bytes }) => {
    const text = textOf(bytes);
    const read = readXml(text);
    if (!read.ok) throw new Error(read.fault.message);
    const told = toldBySaxes(text);
    // Blanks, comments and instructions around the root are no part of it.
    const inRoot = told.slice(
      told.findIndex((each) => typeof each === 'string' && each.startsWith('<')),
      told.lastIndexOf('>') + 1,
    );
    expect(toldByTree(read.document.root)).toEqual(inRoot);
    expect(toldByTree(read.document.root).length).toBeGreaterThan(1);
  });
});

describe('documents with a DOCTYPE', () => {
  const WITH = CASES.filter(({ hasDoctype }) => hasDoctype);
  // The letters stand in a comment, in character data and in an instruction.
  const ONLY_THE_LETTERS = ['o-p15pass1', 'o-p16pass1', 'o-p18pass1'];

  test('are all refused, and for nothing that comes after it', () => {
    const codes = new Map<string, string[]>();
    for (const { id, bytes } of WITH) {
      const parsed = parse(bytes);
      const code = parsed.ok ? 'none' : (parsed.diagnostics[0]?.code ?? 'none');
      codes.set(code, [...(codes.get(code) ?? []), id]);
    }
    expect(codes.get('none')).toEqual(ONLY_THE_LETTERS);
    expect(codes.get('malformed-xml')).toEqual([
      'o-p39fail5',
      'ibm-not-wf-P01-ibm01n02.xml',
      'ibm-not-wf-P23-ibm23n05.xml',
      'ibm-not-wf-P23-ibm23n06.xml',
      'ibm-not-wf-P83-ibm83n02.xml',
    ]);
    expect([WITH.length, codes.get('doctype')?.length, codes.get('encoding')?.length]).toEqual([1412, 1390, 14]);
  });

  test('are refused at its line', () => {
    const wrong = WITH.filter(({ bytes }) => {
      const parsed = parse(bytes);
      if (parsed.ok || parsed.diagnostics[0]?.code !== 'doctype') return false;
      const { span } = parsed.diagnostics[0];
      const lead = /^\s*(?:<\?[^]*?\?>\s*|<!--[^]*?-->\s*)*/.exec(parsed.text)?.[0] ?? '';
      return span.start !== lead.length || parsed.text.slice(span.start, span.end) !== '<!DOCTYPE';
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});
