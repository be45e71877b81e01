import type { Binding, JsonSchema, ParameterType, ToolDefinition } from '../call/tool.ts';
import type { JsonObject } from '../json.ts';
import type { Element } from '../language/ast.ts';
import { attribute, commaList, valueOf } from '../language/attributes.ts';
import { dedent, elementsOf, ownText } from '../language/text.ts';
import { toolNameForModel } from '../language/tool-name.ts';
import type { Urls } from '../language/url.ts';

type Parameter = {
  readonly name: string;
  readonly description?: string;
  readonly type: ParameterType;
  readonly values: readonly string[];
  readonly required: boolean;
  readonly source: 'request' | 'model';
};

/** A tool as declared: its schema has every argument, its bindings those that come from the call request. */
export function toolDefinition(tool: Element, urls: Urls): ToolDefinition {
  const children = elementsOf(tool);
  const parameters = children.filter((child) => child.row === 'Parameter').map(readParameter);
  const description = children.find((child) => child.row === 'Description');
  const url = urls.resolve(valueOf(tool, 'url') ?? '', { url: 'direct' });
  const secret = valueOf(tool, 'signature') === 'none' ? undefined : attribute(tool, 'secret')?.value;
  return {
    name: toolNameForModel(valueOf(tool, 'name') ?? ''),
    description: description === undefined ? '' : dedent(ownText(description.children)),
    schema: toolSchema(parameters),
    bindings: parameters.filter(({ source }) => source === 'request').map(toBinding),
    source: {
      kind: 'webhook',
      url: url.kind === 'url' ? url.url : '',
      ...(secret === undefined ? {} : { secret }),
      timeoutMs: Math.round(Number(valueOf(tool, 'timeout')) * 1000),
    },
  };
}

/** The JSON Schema of a tool's arguments. */
export function toolSchema(parameters: readonly Parameter[]): JsonSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, propertySchema(parameter)])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
}

function propertySchema({ type, values, description = '' }: Parameter): JsonObject {
  const shape = type === 'enum' ? { type: 'string', enum: values } : { type };
  return description === '' ? shape : { ...shape, description };
}

function toBinding({ name, type, values, required }: Parameter): Binding {
  return { parameter: name, type, values, required };
}

const TYPES: ReadonlyMap<string | undefined, ParameterType> = new Map(
  (['string', 'integer', 'number', 'boolean', 'enum'] as const).map((type) => [type, type]),
);

function readParameter(element: Element): Parameter {
  const type = TYPES.get(valueOf(element, 'type')) ?? 'string';
  return {
    name: valueOf(element, 'name') ?? '',
    description: attribute(element, 'description')?.value.trim() ?? '',
    type,
    values: type === 'enum' ? commaList(valueOf(element, 'values') ?? '') : [],
    required: valueOf(element, 'required') !== 'false',
    source: valueOf(element, 'source') === 'model' ? 'model' : 'request',
  };
}
