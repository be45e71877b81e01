import { cxml } from '../../grammars/cxml.ts';
import type { Settings } from '../interpret/decision.ts';
import { ENGLISH } from '../interpret/lines.ts';
import { isJsonObject, parseJson, type JsonValue } from '../json.ts';
import type { Fixture, FixtureFiles, FixtureStep } from './fixture.ts';
import { replay } from './replay.ts';

/** Names whose values are secrets wherever they stand. */
const SECRET_NAME = /token|secret|passw|authorization|api[-_]?key|signature|cookie|credential/i;
/** Names whose values tell one call, account or caller from another. */
const IDENTITY_NAME =
  /^(From|To|Caller|Called|ForwardedFrom|Diverted|AssertedIdentity|CallerName|CallSid|ParentCallSid|DialCallSid|AccountSid|ApplicationSid|Session|Domain|Stageid)$/i;
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
 * wherever it stands, so the call still makes sense. What came in is redacted; what must come out is then what a replay of
 * that gives, so the result replays if the fixture did. `secrets` are values that must appear nowhere. `settings` are the
 * agent's; by default those of an agent that has none of its own.
 */
export function redact(
  recorded: FixtureFiles,
  secrets: readonly string[],
  settings: Settings = { lines: ENGLISH },
): FixtureFiles {
  const standIns = new Map<string, string>();
  collect(recorded.fixture.parameters, '', standIns);
  for (const { request } of recorded.fixture.turns) collect(request, '', standIns);
  for (const step of recorded.fixture.turns.flatMap(({ steps }) => steps)) {
    for (const value of jsonIn(step)) collect(value, '', standIns);
  }
  const clean = createCleaner(standIns, secrets);
  const fixture = mapValues(recorded.fixture, clean) as Fixture;
  const documents = [...recorded.files].filter(([name]) => !name.startsWith('expected/'));
  const files = new Map(documents.map(([name, text]) => [name, clean(text, 'document')]));
  const { answers } = replay({ fixture, files }, settings);
  return { fixture, files: new Map([...files, ...answers.map(({ file, actual }) => [file, actual] as const)]) };
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

function collect(value: JsonValue, name: string, standIns: Map<string, string>): void {
  if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) collect(item, name, standIns);
  else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) collect(item, key, standIns);
  else if (typeof value === 'string' || typeof value === 'number') {
    const text = String(value);
    const standIn = standIns.has(text) || text === '' ? undefined : standInFor(name, value, standIns.size + 1);
    if (standIn !== undefined) standIns.set(text, standIn);
  }
}

function standInFor(name: string, value: string | number, index: number): string | undefined {
  const text = String(value);
  const isSecret = SECRET_NAME.test(name);
  const isIdentity = IDENTITY_NAME.test(name);
  if (typeof value === 'number')
    return isSecret || isIdentity || NUMBER.test(text) ? numberStandIn(text, index) : undefined;
  if (isSecret) return `redacted-${index}`;
  if (NUMBER.test(text)) return numberStandIn(text, index);
  return isIdentity ? `${name}-${index}` : undefined;
}

/** A number of the range that is set apart for fiction; with a plus where the value has one. */
function numberStandIn(value: string, index: number): string {
  return `${value.startsWith('+') ? '+' : ''}1555${String(100_000 + index).padStart(7, '0')}`;
}

type Clean = (text: string, kind?: 'document') => string;

function createCleaner(standIns: ReadonlyMap<string, string>, secrets: readonly string[]): Clean {
  const hidden = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .map((secret, index) => [secret, `secret-${index + 1}`] as const);
  // The longest first, so that a value that holds another is not cut in two.
  const known = [...standIns, ...hidden].toSorted(([a], [b]) => b.length - a.length);
  const always = new Set(hidden.map(([secret]) => secret));
  const made = new Set([...standIns.values()].map(digitsOf));
  const numbers = new Map<string, string>();
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
    for (const [value, standIn] of known) {
      // A caller may be called what an element is called.
      if (kind === 'document' && !always.has(value) && MARKUP_WORDS.has(value.toLowerCase())) continue;
      for (const written of kind === 'document' ? [value, escaped(value)] : [value]) {
        clean =
          always.has(value) || value.length >= 8
            ? clean.replaceAll(written, standIn)
            : replaceWord(clean, written, standIn);
      }
    }
    return clean
      .replaceAll(FILE_URL, 'file:///$1')
      .replaceAll(URL_SECRET, '$1redacted')
      .replaceAll(USER_IN_URL, '$1')
      .replaceAll(NUMBER_IN_TEXT, number);
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
