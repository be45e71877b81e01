import { cxml } from '../../grammars/cxml.ts';
import { isJsonObject, parseJson, type JsonValue } from '../json.ts';
import type { Fixture, FixtureFiles, FixtureStep } from './fixture.ts';
import { replay } from './replay.ts';

/** Names whose values are secrets wherever they stand. */
const SECRET_NAME = /token|secret|passw|authorization|api[-_]?key|signature|cookie|credential/i;
/**
 * Names in requests whose values tell one call, account or caller from another, as the platforms write them: who calls and where from,
 * and ids of calls, accounts, applications and recordings.
 */
const IDENTITY_NAME =
  /^(?:(?:From|To|Caller|Called)(?:City|State|Zip)?|ForwardedFrom|Diverted|AssertedIdentity|Caller_?Id|Session|Stageid)$|(?:Sid(?:Legacy)?|UUID|call_?ids?|Recording_?ID|ConnectionId|sip_ip|Domain|Name|E-?mail)$/i;
/** Names in requests of what a carrier or an application sends along with a call: it may be anything, so it counts as a secret. */
const HEADER_NAME = /^(?:X-|SipHeader_)|Auth$/i;
/** A count or a flag, which says nothing of anybody, and which stands by chance in other texts. */
const SMALL_NUMBER = /^\d{1,3}$/;
/** An extension, a PIN or a number of seconds. */
const SHORT_NUMBER = /^\d{4,6}$/;
/** A telephone number as platforms write it. */
const NUMBER = /^\+?\d{7,15}$/;
/** Numbers in running text: a telephone, card or account number, perhaps in groups. */
const NUMBER_IN_TEXT = /\+?\(?\d(?:[ ().-]{0,2}\d){8,18}/g;
/** Folders of the recording machine. */
const FILE_URL = /file:\/\/[^\s"'<>]*\/([^\s"'<>/]+)/g;
/** Credentials that an author put into a URL. */
const URL_SECRET = /([?&][^=&\s"'<>]*(?:token|secret|key|password|auth|signature)[^=&\s"'<>]*=)[^&\s"'<>]+/gi;
const USER_IN_URL = /(https?:\/\/)[^/@\s"'<>]+@/gi;
/** A shorter value says nothing of anybody, and stands by chance in other texts. */
const SHORTEST_SECRET = 4;

/**
 * The fixture without telephone numbers, identities and secrets. Each distinct value gets a stand-in of its own, the same
 * wherever it stands, so the call still makes sense. A document that is a file keeps all but its secrets. What came in is redacted; what must come out is then what a replay of
 * that gives, so the result replays if the fixture did. `secrets` are values that must appear nowhere.
 */
export function redact(recorded: FixtureFiles, secrets: readonly string[]): FixtureFiles {
  const standIns = new Map<string, string>();
  collect(recorded.fixture.parameters, '', inRequests, standIns);
  for (const { request } of recorded.fixture.turns) collect(request, '', inRequests, standIns);
  for (const step of recorded.fixture.turns.flatMap(({ steps }) => steps)) {
    for (const value of jsonIn(step)) collect(value, '', inTools, standIns);
  }
  const clean = createCleaner(standIns, secrets);
  const turns = recorded.fixture.turns.map((turn) => ({ ...turn, steps: unsplit(turn.steps, clean) }));
  const fixture = mapValues({ ...recorded.fixture, turns }, clean) as Fixture;
  const files = fixture.turns.flatMap(({ steps }) =>
    steps.flatMap((step): [string, string][] => {
      if (!('document' in step)) return [];
      const text = recorded.files.get(step.document) ?? '';
      return [[step.document, isFile(step.url) ? clean(text, 'own') : clean(text, 'document')]];
    }),
  );
  return replay({ fixture, files: new Map(files) }).updated;
}

/** A document that is a file is its author's and the same for all callers: it has secrets, but nothing of a caller. */
const isFile = (url: string): boolean => url.startsWith('file:');

/** Text without the credentials that an author put into its URLs. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(URL_SECRET, '$1redacted').replaceAll(USER_IN_URL, '$1');
}

/** What tools were sent and what they answered, as far as it is JSON. */
function jsonIn(step: FixtureStep): readonly JsonValue[] {
  if ('tool' in step) return [step.arguments, ...parsedOr(step.result)];
  return 'ends' in step ? (step.calls ?? []).flatMap((call) => parsedOr(call.arguments)) : [];
}

function parsedOr(text: string): readonly JsonValue[] {
  const parsed = parseJson(text);
  return parsed.ok && typeof parsed.value === 'object' ? [parsed.value] : [];
}

/** The stand-in for a value with this name, if it must have one; `index` makes it unlike the others. */
type StandIn = (name: string, value: string | number, index: number) => string | undefined;

function collect(value: JsonValue, name: string, standIn: StandIn, standIns: Map<string, string>): void {
  if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) collect(item, name, standIn, standIns);
  else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) collect(item, key, standIn, standIns);
  } else if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    const found = standIns.has(text) || text === '' ? undefined : standIn(name, value, standIns.size + 1);
    if (found !== undefined) standIns.set(text, found);
    // A request that is a form has its nested values as text.
    else if (typeof value === 'string') for (const inner of parsedOr(value)) collect(inner, name, standIn, standIns);
  }
}

/** A tool's arguments and results have the names that its author gave them: a `from` may well be a place. */
const inTools: StandIn = (name, value, index) => {
  const text = String(value);
  const isSecret = SECRET_NAME.test(name);
  if (NUMBER.test(text) || (isSecret && typeof value === 'number')) return numberStandIn(text, index);
  return isSecret ? `redacted-${index}` : undefined;
};

const inRequests: StandIn = (name, value, index) => {
  const text = String(value);
  const isHeader = HEADER_NAME.test(name) && !SMALL_NUMBER.test(text);
  if (!isHeader && !IDENTITY_NAME.test(name)) return inTools(name, value, index);
  // It may by chance be an attribute or an argument too, which must stay a number.
  if (SHORT_NUMBER.test(text)) return `9${String(index).padStart(text.length - 1, '0')}`;
  // A name comes from outside, and its stand-in into documents.
  return typeof value === 'number' || NUMBER.test(text)
    ? numberStandIn(text, index)
    : `${name.replaceAll(/[^\w-]/g, '')}-${index}`;
};

/** A number of the range that is set apart for fiction; with a plus where the value has one. */
function numberStandIn(value: string, index: number): string {
  return `${value.startsWith('+') ? '+' : ''}1555${String(100_000 + index).padStart(7, '0')}`;
}

/**
 * The steps with each reply in one piece that says something across the end of a sentence which has to be redacted: in
 * pieces nothing would be found. The sentences then come out together, where the last of them did.
 */
function unsplit(steps: readonly FixtureStep[], clean: Clean): readonly FixtureStep[] {
  const dropped = new Set<FixtureStep>();
  const joined = new Map<FixtureStep, FixtureStep>();
  for (const reply of repliesIn(steps)) {
    const texts = reply.map((piece) => ('says' in piece ? piece.says : piece.ends));
    const whole = texts.join('');
    const last = reply.at(-1);
    if (last === undefined || clean(whole) === texts.map((text) => clean(text)).join('')) continue;
    for (const piece of reply.slice(0, -1)) dropped.add(piece);
    joined.set(last, 'says' in last ? { says: whole } : { ...last, ends: whole });
  }
  return steps.filter((piece) => !dropped.has(piece)).map((piece) => joined.get(piece) ?? piece);
}

type ReplyStep = Extract<FixtureStep, { says: string } | { ends: string }>;

/** The pieces of each reply of a turn; the last reply may lack its end. */
function repliesIn(steps: readonly FixtureStep[]): readonly (readonly ReplyStep[])[] {
  const replies: ReplyStep[][] = [[]];
  for (const piece of steps) {
    if ('says' in piece || 'ends' in piece) replies.at(-1)?.push(piece);
    if ('ends' in piece) replies.push([]);
  }
  return replies;
}

/** `document`: its markup must survive. `own`: nothing but secrets is taken out. */
type Clean = (text: string, kind?: 'document' | 'own') => string;

function createCleaner(standIns: ReadonlyMap<string, string>, secrets: readonly string[]): Clean {
  const hidden = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .map((secret, index) => [secret, `secret-${index + 1}`] as const);
  // The longest first, so that a value that holds another is not cut in two.
  const known = [...standIns, ...hidden].toSorted(([a], [b]) => b.length - a.length);
  const always = new Set(hidden.map(([secret]) => secret));
  const made = new Set([...standIns.values()].map(digitsOf));
  // A number that is known in one writing is the same in another.
  const numbers = new Map(
    [...standIns].flatMap(([value, standIn]) => (NUMBER.test(value) ? [[digitsOf(value), standIn] as const] : [])),
  );
  const number = (found: string): string => {
    const digits = digitsOf(found);
    if (made.has(digits)) return found;
    const standIn = numbers.get(digits) ?? numberStandIn(found, known.length + numbers.size + 1);
    numbers.set(digits, standIn);
    made.add(digitsOf(standIn));
    return standIn;
  };
  return (text, kind) => {
    let clean = text;
    for (const [value, standIn] of kind === 'own' ? hidden : known) {
      // A caller may be called what an element is called.
      if (kind === 'document' && !always.has(value) && MARKUP_WORDS.has(value.toLowerCase())) continue;
      for (const written of kind === undefined ? [value] : [value, escaped(value)]) {
        clean =
          always.has(value) || value.length >= 8
            ? clean.replaceAll(written, standIn)
            : replaceWord(clean, written, standIn);
      }
    }
    if (kind === 'own') return withoutCredentials(clean);
    return withoutCredentials(clean.replaceAll(FILE_URL, 'file:///$1')).replaceAll(NUMBER_IN_TEXT, number);
  };
}

/** Short values are replaced as whole words only: an extension "1004" must not eat into other numbers. */
function replaceWord(text: string, value: string, standIn: string): string {
  const pattern = value.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`(?<![\\w+])${pattern}(?!\\w)`, 'g'), standIn);
}

/** All strings and numbers of a value, and of the JSON texts in it, as `clean` gives them back. */
function mapValues(value: JsonValue, clean: Clean): JsonValue {
  if (typeof value === 'string') return mapText(value, clean);
  if (typeof value === 'number') {
    const text = clean(String(value));
    return text === String(value) ? value : /^\d+$/.test(text) ? Number(text) : text;
  }
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => mapValues(item, clean));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapValues(item, clean)]));
}

function mapText(text: string, clean: Clean): string {
  if (!/^\s*[[{]/.test(text)) return clean(text);
  const parsed = parseJson(text);
  if (!parsed.ok) return clean(text);
  const mapped = JSON.stringify(mapValues(parsed.value, clean));
  return mapped === JSON.stringify(parsed.value) ? text : mapped;
}

const digitsOf = (text: string): string => text.replaceAll(/\D/g, '');

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Names of elements and attributes and the words that attributes take: a document would break without them. */
const MARKUP_WORDS: ReadonlySet<string> = new Set(
  JSON.stringify(cxml)
    .split(/[^\w-]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase()),
);
