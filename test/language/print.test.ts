import { expect, test } from 'vitest';
import { parse } from '../../src/language/parse.ts';
import { print } from '../../src/language/print.ts';

function printed(text: string): string {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message);
  return print(parsed.document).replace('<?xml version="1.0" encoding="UTF-8"?>\n', '');
}

test.each([
  [
    'indents elements',
    '<Response><Gather><Say>Hi</Say></Gather></Response>',
    '<Response>\n  <Gather>\n    <Say>Hi</Say>\n  </Gather>\n</Response>\n',
  ],
  [
    'writes canonical names and double quotes',
    `<RESPONSE><say voice='a"b'>x</say></RESPONSE>`,
    '<Response>\n  <Say voice="a&quot;b">x</Say>\n</Response>\n',
  ],
  [
    'closes empty elements in themselves',
    '<Response><Gather>\n\n</Gather></Response>',
    '<Response>\n  <Gather/>\n</Response>\n',
  ],
  [
    'adds nothing between words and speech markup',
    '<Response><Say><s>a</s><s>b</s> <s>c</s></Say></Response>',
    '<Response>\n  <Say><s>a</s><s>b</s> <s>c</s></Say>\n</Response>\n',
  ],
  [
    'adds nothing inside unknown elements',
    '<Response><X><Y/><Z/></X></Response>',
    '<Response>\n  <X><Y/><Z/></X>\n</Response>\n',
  ],
  [
    'keeps lines of text',
    '<Response><Say>\n  a\n b</Say></Response>',
    '<Response>\n  <Say>\n  a\n b</Say>\n</Response>\n',
  ],
  [
    'keeps comments, instructions and character data',
    '<!-- 1 --><?p i?><Response><!-- 2 --><Say><![CDATA[<a>]]></Say></Response><!-- 3 -->',
    '<!-- 1 -->\n<?p i?>\n<Response>\n  <!-- 2 -->\n  <Say><![CDATA[<a>]]></Say>\n</Response>\n<!-- 3 -->\n',
  ],
  [
    'escapes what would be read otherwise',
    '<Response><Say voice="&#9;&lt;">&amp;&lt;]]&gt;&#13;</Say></Response>',
    '<Response>\n  <Say voice="&#9;&lt;">&amp;&lt;]]&gt;&#13;</Say>\n</Response>\n',
  ],
  [
    'gives attributes that fill the line lines of their own',
    `<Response><Say voice="${'a'.repeat(80)}" language="${'b'.repeat(40)}">x</Say></Response>`,
    `<Response>\n  <Say\n    voice="${'a'.repeat(80)}"\n    language="${'b'.repeat(40)}"\n  >x</Say>\n</Response>\n`,
  ],
])('%s', (_, text, expected) => {
  expect(printed(text)).toBe(expected);
  expect(printed(printed(text))).toBe(expected);
});
