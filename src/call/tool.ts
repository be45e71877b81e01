import type { JsonObject } from '../json.ts';

/** A JSON Schema (2020-12) of an object: a tool's arguments. */
export type JsonSchema = {
  readonly type: 'object';
  readonly properties: { readonly [name: string]: JsonObject };
  readonly required: readonly string[];
  readonly additionalProperties: false;
};

export type ParameterType = 'string' | 'integer' | 'number' | 'boolean' | 'enum';

/** An argument whose value comes from the call request: the model neither sees nor sets it. */
export type Binding = {
  readonly parameter: string;
  readonly type: ParameterType;
  /** Allowed values of an `enum`. */
  readonly values: readonly string[];
  /** A required one that the request lacks ends the session; any other is then left to the model. */
  readonly required: boolean;
};

export type ToolSource = {
  readonly kind: 'webhook';
  readonly url: string;
  /** Name of the agent's secret that signs the request. */
  readonly secret?: string;
  readonly timeoutMs: number;
};

export type ToolDefinition = {
  /** As the model sees it: letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  readonly description: string;
  /** Of all arguments, bound ones included: what is validated before anything is sent. */
  readonly schema: JsonSchema;
  readonly bindings: readonly Binding[];
  readonly source: ToolSource;
};

/** A tool as one turn knows it: values bound to the request, and the schema of what is left to the model. */
export type BoundTool = {
  readonly definition: ToolDefinition;
  readonly bound: JsonObject;
  readonly offered: JsonSchema;
};

/** What the model asked for. */
export type ToolCall = {
  /** Ours: `callId/turn/hop/index`. The ledger's key and the idempotency key on the wire. */
  readonly id: string;
  /** The model's own id, given back to it with the result. */
  readonly modelId: string;
  readonly name: string;
  /** JSON text as the model wrote it, perhaps not JSON at all. */
  readonly arguments: string;
};

/** What the model reads back. A failure is a result too, and says what to repair. */
export type ToolResult = { readonly content: string; readonly isError: boolean };
