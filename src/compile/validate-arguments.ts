import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { BoundTool, JsonSchema } from '../call/tool.ts';
import { isJsonObject, parseJson, type JsonObject } from '../json.ts';
import { withoutOmitted } from './offered-schema.ts';

export type ValidatedArguments =
  | { readonly ok: true; readonly value: JsonObject }
  /** Each in words with which a model can repair the call. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Bound and model arguments together, checked against the tool's whole schema. Empty text counts as no arguments. */
export function validateArguments(tool: BoundTool, argumentsJson: string): ValidatedArguments {
  const parsed = parseJson(argumentsJson.trim() === '' ? '{}' : argumentsJson);
  if (!parsed.ok) return { ok: false, problems: [`the arguments are not JSON: ${parsed.reason}`] };
  if (!isJsonObject(parsed.value)) {
    return { ok: false, problems: ['the arguments are not a JSON object; expected {"name": value, ...}'] };
  }
  const value = { ...withoutOmitted(parsed.value, tool.definition.schema), ...tool.bound };
  const validate = validatorOf(tool.definition.schema);
  if (validate(value)) return { ok: true, value };
  const allowed = Object.keys(tool.offered.properties);
  return { ok: false, problems: (validate.errors ?? []).map((error) => explain(error, value, allowed)) };
}

const validatorOf = createValidators();

/** One validator per schema object, compiled when first needed. */
function createValidators(): (schema: JsonSchema) => ValidateFunction {
  // ownProperties: an inherited name such as `toString` is neither present nor an argument.
  const ajv = new Ajv2020({ strict: true, allErrors: true, ownProperties: true });
  const compiled = new WeakMap<JsonSchema, ValidateFunction>();
  return (schema) => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const validate = ajv.compile(schema);
    // The instance would hold every schema for ever; each fetched document brings new ones.
    ajv.removeSchema(schema);
    compiled.set(schema, validate);
    return validate;
  };
}

/** One row per keyword that a tool's schema can have. */
const EXPLANATIONS: Readonly<
  Record<string, (error: ErrorObject, value: JsonObject, allowed: readonly string[]) => string>
> = {
  required: ({ params }) => `"${params['missingProperty']}" is missing`,
  additionalProperties: ({ params }, _, allowed) => {
    const names = allowed.map((name) => `"${name}"`).join(', ');
    const expected = allowed.length === 0 ? 'this tool takes none from you' : `expected only ${names}`;
    return `"${params['additionalProperty']}" is not an argument of this tool; ${expected}`;
  },
  enum: (error, value) => {
    const listed = (error.params['allowedValues'] as readonly unknown[]).map((each) => JSON.stringify(each)).join(', ');
    return `"${fieldOf(error)}" is ${found(error, value)}; expected one of ${listed}`;
  },
  type: (error, value) =>
    `"${fieldOf(error)}" is ${found(error, value)}; expected ${withArticle(error.params['type'] as string)}`,
};

function explain(error: ErrorObject, value: JsonObject, allowed: readonly string[]): string {
  return EXPLANATIONS[error.keyword]?.(error, value, allowed) ?? `"${fieldOf(error)}" ${error.message ?? 'is wrong'}`;
}

/** The argument that an error is about: the schemas of tools are flat. */
function fieldOf({ instancePath }: ErrorObject): string {
  return instancePath.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
}

function found(error: ErrorObject, value: JsonObject): string {
  return JSON.stringify(value[fieldOf(error)]) ?? 'nothing';
}

function withArticle(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
