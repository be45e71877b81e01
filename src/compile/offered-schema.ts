import type { JsonSchema } from '../call/tool.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/**
 * The schema of the arguments that are left to the model: those in `bound` are taken out, and the rest is as strict modes
 * demand: no other properties, and every property required. One that need not be given may be null instead, which
 * `withoutOmitted` takes out again.
 *
 * @see https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function offeredSchema(schema: JsonSchema, bound: readonly string[]): JsonSchema {
  const known = offered.get(schema) ?? new Map<string, JsonSchema>();
  offered.set(schema, known);
  const key = bound.length === 0 ? '' : JSON.stringify(bound);
  const made = known.get(key) ?? withoutBound(schema, bound);
  known.set(key, made);
  return made;
}

/** By schema and by what is bound of it: one document offers the same few, turn after turn. */
const offered = new WeakMap<JsonSchema, Map<string, JsonSchema>>();

function withoutBound({ properties, required, ...schema }: JsonSchema, bound: readonly string[]): JsonSchema {
  const left = Object.entries(properties).filter(([name]) => !bound.includes(name));
  return {
    ...schema,
    properties: Object.fromEntries(
      left.map(([name, property]) => [name, required.includes(name) ? property : nullable(property)]),
    ),
    required: left.map(([name]) => name),
  };
}

function nullable({ type = 'string', enum: values, ...property }: JsonObject): JsonObject {
  const allowed = Array.isArray(values) ? { enum: [...(values as readonly JsonValue[]), null] } : {};
  return { type: [...[type].flat(), 'null'] as readonly JsonValue[], ...allowed, ...property };
}

/** Arguments without those that need not be given and are null. */
export function withoutOmitted(value: JsonObject, { required }: JsonSchema): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name, each]) => each !== null || required.includes(name)));
}
