import type { DiagnosticCode } from '../language/diagnostics.ts';

/** Deeper than any application, and than the reader goes. */
const TOO_DEEP = 70;

const conversation = (inside: string): string => `<Response>
  <Gather input="speech">
    <Converse>
      ${inside.split('\n').join('\n      ')}
    </Converse>
  </Gather>
</Response>`;

const TOOL_OF_A_SHOP = `<System>You answer for a shop. Use findOrder to find an order.</System>
<Speech/>`;

const tool = (inside: string): string => `<Tool name="findOrder" url="https://shop.example/orders">
  <Description>Finds an order by its number and says when it arrives.</Description>
  ${inside}
</Tool>`;

const orders = (inside: string): string => conversation(`${tool(inside)}\n${TOOL_OF_A_SHOP}`);

/** A document that has each fault, shown by `explain` with what `check` says of it. */
export const DIAGNOSTIC_EXAMPLES: { readonly [C in DiagnosticCode]: string } = {
  encoding: '<?xml version="1.0" encoding="ISO-8859-1"?>\n<Response/>',
  'malformed-xml': '<Response>\n  <Say>Fish & chips</Say>\n</Response>',
  doctype: '<!DOCTYPE Response SYSTEM "cxml.dtd">\n<Response/>',
  'document-limit': `<Response><Say>${'<p>'.repeat(TOO_DEEP)}</Say></Response>`,
  'wrong-root': '<Say>Hello.</Say>',
  'unknown-element': '<Response>\n  <Gathr/>\n</Response>',
  'unknown-attribute': '<Response>\n  <Say voise="woman">Hello.</Say>\n</Response>',
  'wrong-nesting': '<Response>\n  <Speech/>\n</Response>',
  'repeated-element': conversation('<System>You answer for a shop.</System>\n<Speech/>\n<Speech/>'),
  'missing-attribute': orders('<Parameter type="integer"/>'),
  'bad-attribute': '<Response>\n  <Pause length="a while"/>\n</Response>',
  'unknown-value': conversation('<System>You answer for a shop.</System>\n<Speech/>').replace(
    '<Converse>',
    '<Converse sessionTools="hang-up">',
  ),
  'missing-text': '<Response>\n  <Say></Say>\n</Response>',
  'bad-text': '<Response>\n  <Play>ftp://shop.example/jingle.mp3</Play>\n</Response>',
  'stray-text': '<Response>\n  Hello.\n  <Hangup/>\n</Response>',
  'relative-url': '<Response>\n  <Redirect>/menu.xml</Redirect>\n</Response>',
  'duplicate-tool': conversation(`${tool('<Parameter name="From"/>')}\n${tool('<Parameter name="To"/>')}\n${TOOL_OF_A_SHOP}`),
  'mapped-tool-name': orders('<Parameter name="From"/>').replace('name="findOrder"', 'name="find order"'),
  'reserved-tool-name': orders('<Parameter name="From"/>')
    .replace('<Converse>', '<Converse sessionTools="hangup">')
    .replace('name="findOrder"', 'name="hangup"'),
  'duplicate-parameter': orders('<Parameter name="From"/>\n        <Parameter name="From"/>'),
  'missing-values': orders('<Parameter name="size" type="enum" source="model"/>'),
  'unused-values': orders('<Parameter name="size" values="small, large" source="model"/>'),
  'bad-values': orders('<Parameter name="size" type="enum" values="small,,large" source="model"/>'),
  'missing-description': conversation(
    `<Tool name="findOrder" url="https://shop.example/orders"/>\n${TOOL_OF_A_SHOP}`,
  ),
  'missing-prompt': conversation('<Speech/>'),
  'missing-speech': conversation('<System>You answer for a shop.</System>'),
  'misplaced-speech': conversation('<Speech/>\n<System>You answer for a shop.</System>'),
  unreachable: '<Response>\n  <Hangup/>\n  <Say>Nobody hears this.</Say>\n</Response>',
  'conflicting-children': '<Response>\n  <Dial>\n    <Number>+15550001111</Number>\n    <Sip>sip:desk@pbx.example</Sip>\n  </Dial>\n</Response>',
  'unspeakable-input': conversation('<System>You answer for a shop.</System>\n<Speech/>').replace(' input="speech"', ''),
  'insecure-tool-url': orders('<Parameter name="From"/>').replace('https://shop', 'http://shop'),
};
