// Parse + check + compile beside the two readers it is built on, bare, on the same documents in the same run. Prints the
// least of many short rounds of each side, because everything else that a machine does only adds to a time; the ratio is
// what counts, the times are this machine's.
import { XMLParser } from 'fast-xml-parser';
import { SaxesParser } from 'saxes';
import { readDocument } from '../src/compile/read-document.ts';

const ROUNDS = 60;
/** A round takes about so long for each side, or as long as one reading. */
const ROUND_MS = 20;
/** Until the engine has compiled everything, as it has in a server. */
const WARM_UP_MS = 2000;
const BASE = 'https://app.example.com/voice/start.xml';

const tool = (index: number): string => `
      <Tool name="find_order_${index}" url="tools/find-order?shop=${index}&amp;lang=en" secret="SHOP" timeout="2.5">
        <Description>
          Finds an order of the caller by its number and tells its state.
          Use it whenever the caller asks where a parcel is.
        </Description>
        <Parameter name="From" description="The caller's number"/>
        <Parameter name="CallSid"/>
        <Parameter name="order" source="model" type="integer" description="The number of the order"/>
        <Parameter name="detail" source="model" type="enum" values="short,long" required="false"/>
      </Tool>`;

const section = (index: number): string => `
  <!-- Orders, desk ${index} -->
  <Say voice="Google:en-US-Neural2-F" language="en-US">One moment, we look for a free desk.</Say>
  <Gather input="speech dtmf" language="en-US" speechTimeout="auto" actionOnEmptyResult="true" action="/desk/${index}">
    <Say voice="Google:en-US-Neural2-F">Parcel desk, how can I help?</Say>
    <Converse model="openai:gpt-4o-mini" temperature="0.3" voice="Google:en-US-Neural2-F" sessionTools="hangup dial">${tool(1)}${tool(2)}${tool(3)}
      <System>
        You answer for the parcel desk. Be brief, never guess, and ask for the number of the order when you need it.
        For anything but orders, dial +1 555 010 0199. Say goodbye and hang up when the caller is done.
      </System>
      <Assistant>Parcel desk, how can I help?</Assistant>
      <Speech/>
    </Converse>
  </Gather>
  <Record action="/voicemail/${index}" maxLength="60" playBeep="true"/>
  <Dial timeout="20" action="/dialled"><Number>+15550100199</Number></Dial>
  <Pause length="1"/>
  <Play>https://cdn.example.com/audio/thanks-${index}.mp3</Play>`;

const application = (sections: number): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${Array.from({ length: sections }, (_, index) => section(index)).join('')}\n</Response>\n`;

const tree = new XMLParser({ preserveOrder: true, captureMetaData: true });
const treeWithAttributes = new XMLParser({ preserveOrder: true, captureMetaData: true, ignoreAttributes: false });
const gate = (text: string): void => {
  new SaxesParser({ xmlns: true }).write(text).close();
};

const SIDES = {
  bare: (text: string): void => {
    tree.parse(text);
    gate(text);
  },
  withAttributes: (text: string): void => {
    treeWithAttributes.parse(text);
    gate(text);
  },
  ours: (text: string): void => {
    readDocument(text, BASE);
  },
};
type Side = keyof typeof SIDES;

/** Microseconds for one reading. */
function time(run: () => void, times: number): number {
  const start = performance.now();
  for (let index = 0; index < times; index += 1) run();
  return ((performance.now() - start) * 1000) / times;
}

function warmUp(run: () => void): void {
  const end = performance.now() + WARM_UP_MS;
  while (performance.now() < end) run();
}

/** The least time of each side; the sides take turns, so that a busy machine slows all alike. */
function measure(text: string): { readonly [S in Side]: number } {
  if (readDocument(text, BASE).diagnostics.length > 0) throw new Error('the document of a benchmark has no fault');
  for (const side of Object.values(SIDES)) warmUp(() => side(text));
  const times = Math.max(1, Math.round((ROUND_MS * 1000) / time(() => SIDES.ours(text), 5)));
  const rounds = Array.from({ length: ROUNDS }, () => ({
    bare: time(() => SIDES.bare(text), times),
    withAttributes: time(() => SIDES.withAttributes(text), times),
    ours: time(() => SIDES.ours(text), times),
  }));
  return {
    bare: Math.min(...rounds.map((each) => each.bare)),
    withAttributes: Math.min(...rounds.map((each) => each.withAttributes)),
    ours: Math.min(...rounds.map((each) => each.ours)),
  };
}

console.log('size      ours µs   bare µs   ratio   bare with attributes µs   ratio   ours ns/character');
for (const sections of [1, 10, 100, 345]) {
  const text = application(sections);
  const { ours, bare, withAttributes } = measure(text);
  const columns = [
    `${(text.length / 1024).toFixed(1)} KB`.padEnd(9),
    ours.toFixed(0).padStart(8),
    bare.toFixed(0).padStart(9),
    (ours / bare).toFixed(2).padStart(7),
    withAttributes.toFixed(0).padStart(25),
    (ours / withAttributes).toFixed(2).padStart(7),
    ((ours * 1000) / text.length).toFixed(0).padStart(19),
  ];
  console.log(columns.join(' '));
}
