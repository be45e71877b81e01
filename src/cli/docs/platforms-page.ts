// The page of platforms: what proves a request, what becomes of documents. Its tables are made from the table of dialects.
import type { ElementDialect, ValueRule } from '../../../grammars/dialects.ts';
import { cxml, type ElementGrammar, type RowName } from '../../../grammars/cxml.ts';
import type { PlatformName } from '../../call/request.ts';
import { attributeRules, DIALECTS, elementDialect } from '../../language/dialects.ts';
import { nameOfRow } from '../../language/grammar.ts';
import { PLATFORM_NAMES } from '../../language/platforms.ts';
import { codes } from './describe-value.ts';

const INTRODUCTION = `# Platforms

One application runs on every platform. Which one a request is from is told by the request, or fixed for an agent by
\`platform\` (see [the configuration](configuration.md)); its answers are in that platform's own markup. Point the platform's
voice URL at \`/voice/<agent>\`, its fallback URL at \`/voice/<agent>/fallback\` and its status callback at
\`/voice/<agent>/status\`, which is answered with 204. All three are verified alike.

## What proves a request

| Platform | What is verified | With |
|---|---|---|
| cloudonix | \`Authorization: Bearer\` or \`X-Cx-Apikey\`, which is the key itself: nothing of the request is signed | the domain's API key |
| twilio | \`X-Twilio-Signature\`: URL and form; of JSON the \`bodySHA256\` in the URL | the auth token |
| signalwire | \`X-SignalWire-Sha256-Signature\` where there is one, else \`X-SignalWire-Signature\` (or Twilio's name for it): URL and form, or URL and body | the space's Signing Key |
| telnyx | \`telnyx-signature-ed25519\`: \`telnyx-timestamp\` and body, for five minutes; a GET does not carry what is signed, so set the application's method to POST | the account's public key |
| plivo | \`X-Plivo-Signature-V3\` or \`-Ma-V3\`: method, URL, form and nonce; \`-V2\`, which covers the URL without its query, only from who has no newer one | the auth token |
| jambonz | \`Jambonz-Signature\`: its time and the body, for five minutes; a GET does not carry what is signed, so set webhooks to POST | the webhook secret |

A GET of Telnyx or jambonz is refused where their key is configured: its signature would hold for any other parameters too. Of a
POST of theirs the body is proven, not the query of its URL.

A URL that is signed is the one that the platform called: where a proxy changes it, set \`publicUrl\`. It counts with and without
its port, and with its query as older encoders write it.

## What we decided

Where no platform's documents say what happens, or where platforms differ, this is ours:

- A verb that a platform cannot carry out is an error of \`colloquy check --platform\`. A call that reaches one hears the line
  \`failure\` and is hung up, and the log says which verb it was.
- What a platform has no use for is left out of the document; \`check --platform\` tells it as a note. A value that it refuses is
  brought into its bounds, with a warning.
- The names of a request's parameters stay the platform's own: a \`<Parameter name="From">\` needs the alias \`From=from\` on
  jambonz. What the caller said or keyed, and how a call ended, is understood under each platform's name for it.
- Plivo and Telnyx ask for no action when nothing was said, so with \`actionOnEmptyResult="true"\` a \`<Redirect>\` to the action
  follows the \`<Gather>\`.
- jambonz asks for the action in silence too, with the \`reason\` \`timeout\`, or \`error\` where its recogniser failed. The
  author's server is not asked then, and the call goes on with the verbs after the \`<Gather>\`, as on every other platform,
  unless the \`<Gather>\` has \`actionOnEmptyResult="true"\`.
- jambonz's \`gather\` holds one \`say\` or \`play\`: what stands before that in a \`<Gather>\` is said before it and cannot be
  interrupted. \`speechTimeout\` is the recogniser's \`asrTimeout\`. The reasons of \`<Reject>\` are the SIP statuses that
  Cloudonix sends for them.
- Streams of Plivo and jambonz speak protocols of their own, which a server for Twilio's does not understand, so they are
  refused rather than sent.
`;

const ROWS = Object.keys(cxml) as readonly RowName[];

/** The page as Markdown. */
export function platformsPage(): string {
  return [INTRODUCTION, ...PLATFORM_NAMES.map(section)].join('\n');
}

function section(platform: PlatformName): string {
  const sent = ROWS.filter((row) => !isOurs(row));
  const cannot = sent.filter((row) => cannotOn(platform, row) && !isOnlyInSuch(platform, row)).map(shown);
  const without = sent.filter((row) => elementDialect(platform, row).leftOut !== undefined).map(shown);
  return [
    `## ${platform}`,
    ...(cannot.length === 0 ? [] : [`**Cannot be used:** ${[...new Set(cannot)].join(', ')}.`]),
    ...(without.length === 0 ? [] : [`**Left out:** ${[...new Set(without)].join(', ')}.`]),
    `${sent.flatMap((row) => elementLine(platform, row)).join('\n')}\n`,
  ].join('\n\n');
}

function cannotOn(platform: PlatformName, row: RowName): boolean {
  return elementDialect(platform, row).cannot !== undefined;
}

/** True where naming what it stands in says enough. */
function isOnlyInSuch(platform: PlatformName, row: RowName): boolean {
  const parents = ROWS.filter((parent) => (cxml[parent].children as readonly string[]).includes(row));
  return parents.every((parent) => cannotOn(platform, parent));
}

function isOurs(row: RowName): boolean {
  const { runs }: ElementGrammar = cxml[row];
  return runs === 'here';
}

function shown(row: RowName): string {
  return `\`<${nameOfRow(row)}>\``;
}

/** What becomes of an element and its attributes; nothing for one that is written as it is. */
function elementLine(platform: PlatformName, row: RowName): readonly string[] {
  const dialect = elementDialect(platform, row);
  if (dialect.cannot !== undefined || dialect.leftOut !== undefined) return [];
  const left: string[] = [];
  const written: string[] = [];
  for (const attribute of Object.keys(cxml[row].attributes)) {
    const rules = attributeRules(dialect, attribute);
    if (rules === null || rules.some(isNeverWritten)) left.push(attribute);
    else written.push(...rules.map((rule) => ruleText(rule, attribute)).filter((text) => text !== ''));
  }
  const name = dialect.name === undefined || dialect.name === row ? [] : [`is ${nameThere(platform, dialect)}`];
  const parts = [...name, ...written, ...(left.length === 0 ? [] : [`without ${codes(left)}`])];
  return parts.length === 0 ? [] : [`- ${shown(row)} ${parts.join('; ')}`];
}

function nameThere(platform: PlatformName, { name = '' }: ElementDialect): string {
  return DIALECTS[platform].format === 'json' ? `\`${name}\`` : `\`<${name}>\``;
}

/** True for a rule that only tells what is lost from what is not. */
function isNeverWritten({ otherwise, words = {} }: ValueRule): boolean {
  return otherwise === null && Object.values(words).every((word) => word === null);
}

/** What becomes of an attribute and its values; empty when it is written as it is. */
function ruleText(
  { to, seenTo, oneKey, words = {}, otherwise, whole, minimum, maximum, voices = {} }: ValueRule,
  name: string,
): string {
  if (seenTo === true) return '';
  const others = Object.entries(words).filter(([word, there]) => word !== there);
  const prefixes = new Set(
    Object.entries(voices).flatMap(([provider, prefix]) => (provider === '*' ? [] : (prefix ?? []))),
  );
  const parts = [
    ...(to === undefined || to === name ? [] : [`as \`${to}\``]),
    ...others.map(([word, there]) => (there === null ? `\`${word}\` left out` : `\`${word}\` as \`${there}\``)),
    ...(prefixes.size === 0 ? [] : [`voices as ${codes([...prefixes].map((prefix) => `${prefix}…`))}`]),
    ...(otherwise === undefined ? [] : [`anything else ${otherwise === null ? 'left out' : `as \`${otherwise}\``}`]),
    ...(oneKey === true ? ['the first of several keys'] : []),
    ...(whole === true ? ['rounded up'] : []),
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ];
  return parts.length === 0 ? '' : `\`${name}\` ${parts.join(', ')}`;
}
