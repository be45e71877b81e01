import type { DiagnosticCode } from '../language/diagnostics.ts';
import type { KnownPlatform } from '../language/platforms.ts';

/** A document that has a fault: everywhere, or when it is checked for this platform. */
export type DiagnosticExample = { readonly document: string; readonly platform?: KnownPlatform };

/** Deeper than any application, and than the reader goes. */
const TOO_DEEP = 70;
/** Longer than any platform reads. */
const TOO_OFTEN = 200;

const conversation = (inside: string): string => `<Response>
  <Gather input="speech">
    <Converse>
      ${inside.split('\n').join('\n      ')}
    </Converse>
  </Gather>
</Response>`;

const TOOL_OF_A_SHOP = `<System>You answer for a shop and tell callers when their order arrives.</System>
<Speech/>`;

const tool = (inside: string, name = 'findOrder'): string =>
  [
    `<Tool name="${name}" url="https://shop.example/orders">`,
    '  <Description>Finds an order by its number and says when it arrives.</Description>',
    ...(inside === '' ? [] : [`  ${inside}`]),
    '</Tool>',
  ].join('\n');

const orders = (inside: string): string => conversation(`${tool(inside)}\n${TOOL_OF_A_SHOP}`);

const DOCUMENTS: { readonly [C in DiagnosticCode]: string } = {
  encoding: '<?xml version="1.0" encoding="ISO-8859-1"?>\n<Response/>',
  'malformed-xml': '<Response>\n  <Say>Fish & chips</Say>\n</Response>',
  doctype: '<!DOCTYPE Response SYSTEM "cxml.dtd">\n<Response/>',
  'document-limit': `<Response><Say>${'<p>'.repeat(TOO_DEEP)}</Say></Response>`,
  'wrong-root': '<Say>Hello.</Say>',
  'unknown-element': '<Response>\n  <Gathr/>\n</Response>',
  'unknown-attribute': '<Response>\n  <Say voise="woman">Hello.</Say>\n</Response>',
  'wrong-nesting': '<Response>\n  <Speech/>\n</Response>',
  'repeated-element': orders('<Description>Finds an order.</Description>'),
  'missing-attribute': orders('<Parameter type="integer"/>'),
  'bad-attribute': '<Response>\n  <Pause length="a while"/>\n</Response>',
  'unknown-value': conversation('<System>You answer for a shop.</System>\n<Speech/>').replace(
    '<Converse>',
    '<Converse sessionTools="hang-up">',
  ),
  'missing-text': '<Response>\n  <Say></Say>\n</Response>',
  'bad-text': '<Response>\n  <Play>ftp://shop.example/jingle.mp3</Play>\n</Response>',
  'long-text': `<Response>\n  <Say>${'Please hold the line. '.repeat(TOO_OFTEN)}</Say>\n</Response>`,
  'stray-text': '<Response>\n  Hello.\n  <Hangup/>\n</Response>',
  'relative-url': '<Response>\n  <Redirect>/menu.xml</Redirect>\n</Response>',
  'duplicate-tool': conversation(
    `${tool('<Parameter name="From"/>')}\n${tool('<Parameter name="To"/>')}\n${TOOL_OF_A_SHOP}`,
  ),
  'mapped-tool-name': orders('<Parameter name="From"/>').replace('name="findOrder"', 'name="find order"'),
  'reserved-tool-name': orders('<Parameter name="From"/>')
    .replace('<Converse>', '<Converse sessionTools="hangup">')
    .replace('name="findOrder"', 'name="hangup"'),
  'duplicate-parameter': orders('<Parameter name="From"/>\n        <Parameter name="From"/>'),
  'duplicate-destination': conversation(
    '<System>You connect callers with the desk.</System>\n<Destination name="desk">+15550100199</Destination>\n<Destination name="Desk">+15550100198</Destination>\n<Speech/>',
  ).replace('<Converse>', '<Converse sessionTools="dial">'),
  'missing-values': orders('<Parameter name="size" type="enum" source="model"/>'),
  'unused-values': orders('<Parameter name="size" values="small, large" source="model"/>'),
  'bad-values': orders('<Parameter name="size" type="enum" values="small,,large" source="model"/>'),
  'missing-description': conversation(`<Tool name="findOrder" url="https://shop.example/orders"/>\n${TOOL_OF_A_SHOP}`),
  'missing-prompt': conversation('<Speech/>'),
  'missing-speech': conversation('<System>You answer for a shop.</System>'),
  'misplaced-speech': conversation('<Speech/>\n<System>You answer for a shop.</System>'),
  unreachable: '<Response>\n  <Hangup/>\n  <Say>Nobody hears this.</Say>\n</Response>',
  'conflicting-children':
    '<Response>\n  <Dial>\n    <Number>+15550001111</Number>\n    <Conference>stand-up</Conference>\n  </Dial>\n</Response>',
  'unspeakable-input': conversation('<System>You answer for a shop.</System>\n<Speech/>').replace(
    ' input="speech"',
    '',
  ),
  'insecure-tool-url': orders('<Parameter name="From"/>').replace('https://shop', 'http://shop'),
  'private-tool-url': orders('<Parameter name="From"/>').replace('shop.example', '10.0.0.7'),
  'url-credentials': orders('<Parameter name="From"/>').replace('https://', 'https://desk:parcels@'),
  'signed-get-tool': orders('<Parameter name="From"/>').replace('<Tool', '<Tool method="GET" secret="orders"'),
  'not-supported': orders('<Parameter name="From"/>').replace('<Tool', '<Tool mode="async"'),
  'long-timeouts': conversation(
    `${['parcel', 'letter', 'pallet'].map((name) => tool('', name).replace('<Tool', '<Tool timeout="30"')).join('\n')}
<System>You answer for a carrier and look up each parcel, letter and pallet.</System>
<Speech/>`,
  ),
  'undeclared-tool': orders('<Parameter name="From"/>').replace('and tell', 'and use findOrders to tell'),
  'vague-description': orders('<Parameter name="From"/>').replace(/(?<=<Description>).*(?=<)/, 'Find order'),
  'no-target': conversation('<System>You connect callers with the desk.</System>\n<Speech/>').replace(
    '<Converse>',
    '<Converse sessionTools="dial">',
  ),
  'hangup-not-offered': conversation(
    '<System>You answer for a shop. Hang up when the caller is done.</System>\n<Speech/>',
  ),
  'unsent-parameter': orders('<Parameter name="Session"/>'),
  'platform-value': conversation('<System>You answer for a shop.</System>\n<Speech/>').replace(
    'input="speech"',
    'input="speech" speechTimeout="1.5"',
  ),
  'platform-support': '<Response>\n  <Dial>\n    <Service provider="vapi">agent-1</Service>\n  </Dial>\n</Response>',
  'platform-ignores': conversation('<System>You answer for a shop.</System>\n<Speech/>').replace(
    'input="speech"',
    'input="speech" speechEngine="google"',
  ),
};

/** Faults that a document has on some platforms only. */
const PLATFORMS: { readonly [C in DiagnosticCode]?: KnownPlatform } = {
  'unsent-parameter': 'twilio',
  'platform-value': 'twilio',
  'platform-support': 'twilio',
  'platform-ignores': 'twilio',
};

/** A document that has this fault and no other. */
export function diagnosticExample(code: DiagnosticCode): DiagnosticExample {
  const platform = PLATFORMS[code];
  return { document: DOCUMENTS[code], ...(platform === undefined ? {} : { platform }) };
}

/** A line that is longer is shown without its middle. */
const SHOWN_LINE_MAX_CHARACTERS = 300;
const SHOWN_END_CHARACTERS = 60;

/** An example as pages show it. */
export function shownExample(code: DiagnosticCode): string {
  const lines = DOCUMENTS[code]
    .split('\n')
    .map((line) =>
      line.length <= SHOWN_LINE_MAX_CHARACTERS
        ? line
        : `${line.slice(0, SHOWN_END_CHARACTERS)} … ${line.slice(-SHOWN_END_CHARACTERS)}`,
    );
  return lines.join('\n');
}
