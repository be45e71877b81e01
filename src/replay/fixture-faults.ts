import type { ErrorObject } from 'ajv/dist/2020.js';
import { isJsonObject, type JsonValue } from '../json.ts';

type Branch = { readonly required: readonly string[] };

/** The fault of a fixture in one line: where it is, what was found, what was expected. */
export function fixtureFault(value: JsonValue, errors: readonly ErrorObject[], branches: readonly Branch[]): string {
  const choice = errors.find(({ keyword }) => keyword === 'oneOf');
  const step = choice && memberAt(value, choice.instancePath);
  const branch = isJsonObject(step) ? branches.findIndex(({ required: [key = ''] }) => Object.hasOwn(step, key)) : -1;
  const told = errors.filter(({ schemaPath }) =>
    choice === undefined ? true : schemaPath.startsWith('#/$defs/file/') || schemaPath.includes(`/oneOf/${branch}/`),
  );
  const [fault] = told;
  if (choice !== undefined && fault === undefined) {
    const keys = branches.map(({ required: [key = ''] }) => key).join(', ');
    return `${placeOf(choice.instancePath)} is no step: found ${shown(step)}, expected an object with one of ${keys}`;
  }
  return fault === undefined ? 'it is not a fixture' : `${placeOf(fault.instancePath)} ${problemOf(fault, value)}`;
}

function problemOf({ keyword, params, message, instancePath }: ErrorObject, value: JsonValue): string {
  if (keyword === 'required') return `has no "${String(params['missingProperty'])}"`;
  if (keyword === 'additionalProperties')
    return `has "${String(params['additionalProperty'])}", which means nothing here`;
  const found = shown(memberAt(value, instancePath));
  if (keyword === 'pattern') return `leads out of the folder: ${found}`;
  if (keyword === 'type') return `is not ${article(String(params['type']))}: found ${found}`;
  if (keyword === 'enum')
    return `is ${found}, expected one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`;
  return `${message ?? 'is not valid'}: found ${found}`;
}

/** `/turns/0/steps/1/says` as `turn 1, step 2, "says"`. */
function placeOf(pointer: string): string {
  const named = pointer
    .slice(1)
    .replace(/^turns\/(\d+)/, (_, index: string) => `turn ${Number(index) + 1}`)
    .replace(/\/steps\/(\d+)/, (_, index: string) => `, step ${Number(index) + 1}`)
    .replace(/(^|\/)([\w/]+)$/, (_, slash: string, key: string) => `${slash === '' ? '' : ', '}"${key}"`);
  return named === '' ? 'it' : named;
}

function memberAt(value: JsonValue, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((member, key) => (member as { readonly [key: string]: unknown })[key], value);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
