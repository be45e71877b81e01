import type { Conversation } from '../call/program.ts';
import type { Parameters } from '../call/request.ts';
import type { Binding, BoundTool, ParameterType, ToolDefinition } from '../call/tool.ts';
import { isJsonObject, ownValue, type JsonPrimitive, type JsonValue } from '../json.ts';
import { suggestion } from '../language/nearest.ts';
import { offeredSchema } from './offered-schema.ts';

/** A declared parameter that the request cannot fill, so that the session ends. */
export type BindingFault = { readonly tool: string; readonly parameter: string; readonly message: string };

export type Bound =
  | { readonly kind: 'bound'; readonly tools: readonly BoundTool[] }
  /** Every parameter that is missing or does not fit, in document order; never empty. */
  | { readonly kind: 'missing'; readonly faults: readonly BindingFault[] };

/**
 * The tools of a conversation with their request-bound arguments filled in, or every reason why they cannot be. A parameter
 * that is not required and that the request lacks, or has in another type, is left to the model.
 */
export function bind({ tools }: Pick<Conversation, 'tools'>, environment: Parameters): Bound {
  const faults: BindingFault[] = [];
  const bound = tools.map((tool) => bindTool(tool, environment, faults));
  return faults.length > 0 ? { kind: 'missing', faults } : { kind: 'bound', tools: bound };
}

/** The tool with what could be filled in; what could not be is added to `faults`. */
function bindTool(definition: ToolDefinition, environment: Parameters, faults: BindingFault[]): BoundTool {
  const bound: [string, JsonPrimitive][] = [];
  for (const binding of definition.bindings) {
    const result = bindParameter(binding, environment);
    const { parameter } = binding;
    if (result.ok) bound.push([parameter, result.value]);
    else if (binding.required) {
      faults.push({ tool: definition.name, parameter, message: `tool ${definition.name}: ${result.problem}` });
    }
  }
  const names = bound.map(([name]) => name);
  return { definition, bound: Object.fromEntries(bound), offered: offeredSchema(definition.schema, names) };
}

type Coerced = { readonly ok: true; readonly value: JsonPrimitive } | { readonly ok: false; readonly problem: string };

function bindParameter(binding: Binding, environment: Parameters): Coerced {
  const { parameter, type } = binding;
  const value = lookUp(environment, parameter);
  if (value === null) return fail(`"${parameter}" of the call request is null`);
  if (value === undefined) {
    return fail(`the call request has no "${parameter}"${suggestion(parameter, Object.keys(environment))}`);
  }
  if (typeof value === 'object') {
    const kind = Array.isArray(value) ? 'a list' : 'an object';
    return fail(`"${parameter}" of the call request is ${kind}; expected ${EXPECTED[type](binding)}`);
  }
  const coerced = COERCIONS[type](value, binding);
  if (coerced !== undefined) return { ok: true, value: coerced };
  return fail(`"${parameter}" of the call request is ${JSON.stringify(value)}; expected ${EXPECTED[type](binding)}`);
}

function fail(problem: string): Coerced {
  return { ok: false, problem };
}

/** The value of an exact name, else of a dotted path through nested objects; own keys only. */
function lookUp(environment: Parameters, name: string): JsonValue | undefined {
  const exact = ownValue(environment, name);
  if (exact !== undefined || !name.includes('.')) return exact;
  let value: JsonValue | undefined = environment;
  for (const key of name.split('.')) value = isJsonObject(value) ? ownValue(value, key) : undefined;
  return value;
}

type Scalar = string | number | boolean;

const WHOLE_NUMBER = /^-?\d+$/;
/** No exponent, no sign but minus, digits on both sides of the point. */
const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** How a request's value becomes an argument of each type; undefined when it does not fit. */
const COERCIONS: { readonly [T in ParameterType]: (value: Scalar, binding: Binding) => JsonPrimitive | undefined } = {
  string: (value) => String(value),
  integer: (value) => {
    const number = numberOf(value, WHOLE_NUMBER);
    return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
  },
  number: (value) => numberOf(value, PLAIN_DECIMAL),
  boolean: (value) =>
    value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined,
  enum: (value, { values }) => (values.includes(String(value)) ? String(value) : undefined),
};

const EXPECTED: { readonly [T in ParameterType]: (binding: Binding) => string } = {
  string: () => 'text',
  integer: () => 'an integer',
  number: () => 'a number',
  boolean: () => 'true or false',
  enum: ({ values }) => `one of ${values.map((value) => `"${value}"`).join(', ')}`,
};

function numberOf(value: Scalar, pattern: RegExp): number | undefined {
  if (typeof value === 'boolean' || (typeof value === 'string' && !pattern.test(value))) return undefined;
  // Adding zero turns -0 into 0, which JSON cannot tell apart.
  const number = Number(value) + 0;
  return Number.isFinite(number) ? number : undefined;
}
