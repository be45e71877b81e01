import type { JsonValue } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { Fixture, FixtureFiles } from './fixture.ts';

/** Names whose values are secrets wherever they stand. */
const SECRET_NAME = /token|secret|passw|authorization|api[-_]?key|signature|cookie|credential/i;
/** Names whose values tell one call, account or caller from another. */
const IDENTITY_NAME =
  /^(CallSid|ParentCallSid|DialCallSid|AccountSid|ApplicationSid|Session|CallToken|CallerName|Domain|Stageid)$/i;
/** A telephone number as platforms write it. */
const NUMBER = /^\+?\d{7,15}$/;
/** Numbers in running text: a telephone, card or account number, perhaps in groups. */
const NUMBER_IN_TEXT = /\+?\d(?:[ .-]?\d){8,18}/g;
/** Folders of the recording machine. */
const FILE_URL = /file:\/\/[^\s"'<>]*\/([^\s"'<>/]+)/g;
/** Credentials that an author put into a URL. */
const URL_SECRET = /([?&][^=&\s"'<>]*(?:token|secret|key|password|auth|signature)[^=&\s"'<>]*=)[^&\s"'<>]+/gi;
const USER_IN_URL = /(https?:\/\/)[^/@\s"'<>]+@/gi;

/**
 * The fixture without telephone numbers, identities and secrets. Each distinct value gets a stand-in of its own, the same
 * wherever it stands, so the call still makes sense and still replays. `secrets` are values that must appear nowhere.
 */
export function redact({ fixture, files }: FixtureFiles, secrets: readonly string[]): FixtureFiles {
  const standIns = new Map<string, string>();
  collect(fixture.parameters, '', standIns);
  for (const { request } of fixture.turns) collect(request, '', standIns);
  for (const [index, secret] of secrets.entries()) if (secret !== '') standIns.set(secret, `secret-${index + 1}`);
  const clean = createCleaner(standIns);
  return {
    fixture: mapStrings(fixture, clean) as Fixture,
    files: new Map([...files].map(([name, text]) => [name, clean(text)])),
  };
}

function collect(value: JsonValue, name: string, standIns: Map<string, string>): void {
  if (Array.isArray(value)) for (const item of value as readonly JsonValue[]) collect(item, name, standIns);
  else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) collect(item, key, standIns);
  else if (typeof value === 'string' && value !== '' && !standIns.has(value)) {
    const standIn = standInFor(name, value, standIns.size + 1);
    if (standIn !== undefined) standIns.set(value, standIn);
  }
}

function standInFor(name: string, value: string, index: number): string | undefined {
  if (SECRET_NAME.test(name)) return `redacted-${index}`;
  if (IDENTITY_NAME.test(name)) return `${name}-${index}`;
  if (NUMBER.test(value)) return numberStandIn(value, index);
  return undefined;
}

/** A number of the range that is set apart for fiction; with a plus where the value has one. */
function numberStandIn(value: string, index: number): string {
  return `${value.startsWith('+') ? '+' : ''}1555${String(100_000 + index).padStart(7, '0')}`;
}

function createCleaner(standIns: Map<string, string>): (text: string) => string {
  // The longest first, so that a value that holds another is not cut in two.
  const known = [...standIns].toSorted(([a], [b]) => b.length - a.length);
  const numbers = new Map<string, string>();
  const made = new Set(standIns.values());
  const number = (found: string): string => {
    const digits = found.replaceAll(/\D/g, '');
    if ([...made].some((standIn) => standIn.replaceAll(/\D/g, '') === digits)) return found;
    const standIn = numbers.get(digits) ?? numberStandIn(found, known.length + numbers.size + 1);
    numbers.set(digits, standIn);
    return standIn;
  };
  return (text) => {
    let clean = text;
    for (const [value, standIn] of known) clean = replaceWhole(clean, value, standIn);
    return clean
      .replaceAll(FILE_URL, 'file:///$1')
      .replaceAll(URL_SECRET, '$1redacted')
      .replaceAll(USER_IN_URL, '$1')
      .replaceAll(NUMBER_IN_TEXT, number);
  };
}

/** Short values are replaced as whole words only: an extension "1004" must not eat into other numbers. */
function replaceWhole(text: string, value: string, standIn: string): string {
  if (value.length >= 8) return text.replaceAll(value, standIn);
  const escaped = value.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`(?<![\\w+])${escaped}(?!\\w)`, 'g'), standIn);
}

function mapStrings(value: JsonValue, map: (text: string) => string): JsonValue {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => mapStrings(item, map));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, map)]));
}
