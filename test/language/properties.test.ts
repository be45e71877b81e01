import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cxml } from '../../grammars/cxml.ts';
import { readDocument } from '../../src/compile/read-document.ts';
import type { Document, Element } from '../../src/language/ast.ts';
import { formatDiagnostics } from '../../src/language/diagnostics.ts';
import { parse } from '../../src/language/parse.ts';
import { print } from '../../src/language/print.ts';
import { decode } from '../../src/language/source.ts';
import { BASE, conversation } from '../support/language.ts';

/** Reads, and checks what must hold of every reading: spans lie in the text, and never cut a character in two. */
function expectReadable(document: string | Uint8Array): ReturnType<typeof readDocument> {
  const reading = readDocument(document, BASE);
  const { text } = decode(document);
  for (const { span, related, message } of reading.diagnostics) {
    for (const { start, end } of [span, related?.span ?? span]) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(end).toBeLessThanOrEqual(text.length);
      for (const at of [start, end])
        expect(/[\uDC00-\uDFFF]/.test(text[at] ?? '') && /[\uD800-\uDBFF]/.test(text[at - 1] ?? '')).toBe(false);
    }
    expect(message).not.toMatch(/\.$/);
  }
  expect(formatDiagnostics(document, 'input', reading.diagnostics)).toHaveLength(reading.diagnostics.length);
  return reading;
}

const pieces = fc.constantFrom(
  '<Response>',
  '</Response>',
  '<Gather input="speech">',
  '</Gather>',
  '<Converse>',
  '</Converse>',
  '<Tool name="a" url="/a">',
  '</Tool>',
  '<Parameter name="x"/>',
  "<Say voice='man'>",
  '</Say>',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<?p',
  '?>',
  '&',
  '&amp;',
  '&#x1F600;',
  '&lt',
  '<',
  '>',
  '"',
  "'",
  '=',
  '/',
  ' ',
  '\n',
  '\r\n',
  '😀',
  '\uD83D',
  '\u0000',
  '<!DOCTYPE',
  'xmlns:a="b"',
  'a:b',
  '__proto__',
  '<Hangup/>',
);

test('no text makes reading fail', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(pieces, { maxLength: 30 }).map((each) => each.join('')),
      ),
      (text) => void expectReadable(text),
    ),
    { numRuns: 1500 },
  );
});

test('no bytes make reading fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void expectReadable(bytes)),
    { numRuns: 500 },
  );
});

test('a document cut off anywhere has a fault with a place', () => {
  const document = conversation(
    '<Tool name="a" url="/ä?b=1&amp;c"><Description><![CDATA[😀]]></Description><!-- c --><?p i?></Tool>',
  );
  const bytes = new TextEncoder().encode(document);
  for (let end = 0; end < bytes.length; end += 1)
    expect(expectReadable(bytes.slice(0, end)).diagnostics.length).toBeGreaterThan(0);
  expect(expectReadable(bytes).kind).toBe('program');
});

type Written = { readonly xml: string; readonly model: Model };
type Model = {
  readonly name: string;
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: readonly (Model | string)[];
};

function joinText(children: readonly (Model | string)[]): readonly (Model | string)[] {
  const joined: (Model | string)[] = [];
  for (const child of children) {
    const last = joined.at(-1);
    if (typeof child === 'string' && typeof last === 'string') joined[joined.length - 1] = last + child;
    else if (child !== '') joined.push(child);
  }
  return joined;
}

/** The hash of what was read, or why there is none. */
function hashOf(reading: ReturnType<typeof readDocument>): string {
  return reading.kind === 'program' ? reading.program.hash : reading.kind;
}

const blanks = fc.constantFrom(' ', '\n', '\r\n  ', '\t');
const characters = fc.string({
  unit: fc.constantFrom('a', 'Z', ' ', '\n', '&', '<', '>', '"', "'", '😀', 'é', ']', '\r', '\t'),
  maxLength: 12,
});
const escaped = (value: string): string => value.replaceAll(/[&<>"'\r\t\n]/g, (each) => `&#${each.charCodeAt(0)};`);

const attribute = fc.record({
  value: characters,
  before: blanks,
  around: fc.constantFrom('', ' ', '\n'),
  quote: fc.constantFrom('"', "'"),
});

const { element } = fc.letrec<{ element: Written }>((tie) => ({
  element: fc
    .record({
      name: fc.constantFrom(
        ...Object.keys(cxml).filter((row) => !row.includes(':')),
        'Unknown',
        'toString',
        'constructor',
      ),
      attributes: fc.dictionary(fc.constantFrom('name', 'url', 'action', 'voice', 'x-é', 'constructor'), attribute, {
        maxKeys: 3,
      }),
      children: fc.array(
        fc.oneof(
          { maxDepth: 3, withCrossShrink: true },
          characters.map((text) => ({ xml: escaped(text), text })),
          characters
            .filter((text) => !text.includes(']') && !text.includes('\r'))
            .map((text) => ({ xml: `<![CDATA[${text}]]>`, text })),
          fc.constantFrom('<!-- <a> & " -->', "<?it is 'odd?>").map((xml) => ({ xml, text: '' })),
          tie('element'),
        ),
        { maxLength: 4 },
      ),
      end: fc.constantFrom('', ' ', '\n'),
    })
    .map(({ name, attributes, children, end }): Written => {
      const written = Object.entries(attributes).map(
        ([key, { value, before, around, quote }]) =>
          `${before}${key}${around}=${around}${quote}${escaped(value)}${quote}`,
      );
      const content = children.map(({ xml }) => xml).join('');
      const xml = `<${name}${written.join('')}${end}${content === '' ? '/>' : `>${content}</${name}${end}>`}`;
      const merged = joinText(children.map((child) => ('model' in child ? child.model : child.text)));
      return {
        xml,
        model: {
          name,
          attributes: Object.entries(attributes).map(([key, { value }]) => [key, value]),
          children: merged,
        },
      };
    }),
}));

function modelOf({ name, attributes, children }: Element): Model {
  const content = children.map((child) => {
    if (child.kind === 'element') return modelOf(child);
    return child.kind === 'text' || child.kind === 'cdata' ? child.value : '';
  });
  return { name, attributes: attributes.map((each) => [each.name, each.value]), children: joinText(content) };
}

function parsed(text: string): Document {
  const result = parse(text);
  if (!result.ok) throw new Error(`${text}: ${result.diagnostics[0]?.message}`);
  return result.document;
}

function checkSpans(text: string, each: Element): void {
  expect(text.slice(each.nameSpan.start, each.nameSpan.end).toLowerCase()).toBe(each.name.toLowerCase());
  expect(text[each.span.start] === '<' && text[each.span.end - 1] === '>').toBe(true);
  for (const { name, nameSpan, valueSpan } of each.attributes) {
    expect(text.slice(nameSpan.start, nameSpan.end)).toBe(name);
    expect(text[valueSpan.end]).toBe(text[valueSpan.start - 1]);
  }
  let at = each.children[0]?.span.start ?? 0;
  for (const child of each.children) {
    expect(child.span.start).toBe(at);
    at = child.span.end;
    if (child.kind === 'element') checkSpans(text, child);
  }
}

test('what was written is what is read, and every span names its thing', () => {
  fc.assert(
    fc.property(element, ({ xml, model }) => {
      const { root } = parsed(xml);
      expect(modelOf(root)).toEqual(model);
      checkSpans(xml, root);
    }),
    { numRuns: 500 },
  );
});

test('printing what was printed changes nothing, and means the same', () => {
  fc.assert(
    fc.property(element, ({ xml }) => {
      const document = `<Response>${xml}</Response>`;
      const printed = print(parsed(document));
      expect(print(parsed(printed))).toBe(printed);
      expect(hashOf(expectReadable(printed))).toBe(hashOf(expectReadable(document)));
    }),
    { numRuns: 500 },
  );
});
