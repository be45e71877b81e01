import type { JsonObject } from '../../json.ts';
import { formOf, type Field } from '../config/fields.ts';
import { SETTINGS } from '../config/settings.ts';

/** The JSON Schema of the configuration file, for editors: it accepts what the reader accepts. */
export function configSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://colloquy.dev/config.schema.json',
    title: 'The configuration of Colloquy',
    ...schemaOf(SETTINGS),
  };
}

function schemaOf(field: Field): JsonObject {
  const told = {
    description: describeField(field),
    ...(field.byDefault !== undefined && { default: field.byDefault }),
  };
  if (field.kind === 'list') return { ...told, type: 'array', items: schemaOf(field.of) };
  if (field.kind === 'map') {
    const { pattern } = field.names ?? { pattern: '.' };
    return { ...told, type: 'object', propertyNames: { pattern }, additionalProperties: schemaOf(field.of) };
  }
  if (field.kind !== 'object') return { ...told, ...formOf(field).schema(field) };
  const { fields, main } = field;
  const properties = Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, schemaOf(each)]));
  const asObject = { type: 'object', properties, additionalProperties: false };
  if (main === undefined) return { ...told, ...asObject };
  return { ...told, anyOf: [schemaOf(fields[main] ?? field), { ...asObject, required: [main] }] };
}

/** What is said of a setting, as a sentence begins; of a secret: its variable. */
export function describeField({ kind, about }: Field): string {
  if (kind === 'variable') return `Name of the environment variable that holds ${about}`;
  return about.slice(0, 1).toUpperCase() + about.slice(1);
}
