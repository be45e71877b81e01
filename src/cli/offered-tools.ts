import type { Conversation, Program } from '../call/program.ts';
import type { Parameters } from '../call/request.ts';
import type { Binding } from '../call/tool.ts';
import { bind, type BindingFault } from '../compile/bind.ts';
import { offeredSchema } from '../compile/offered-schema.ts';
import { offeredSessionTools } from '../interpret/session-tools.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** A Converse and what its model is offered. */
export type OfferedConversation = {
  /** Where its verb stands in the document. */
  readonly line: number;
  readonly tools: readonly OfferedTool[];
  /** Why a call with this request ends before its model is asked; absent where it does not. */
  readonly ends?: readonly BindingFault[];
};

export type OfferedTool = {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments that are left to the model. */
  readonly schema: JsonValue;
  /** Without a request: what each call's request has to carry. */
  readonly fromRequest?: readonly Omit<Binding, 'values'>[];
  /** With a request: what is taken from it. */
  readonly bound?: JsonObject;
};

/** The tools of each Converse as its model sees them: for any request that carries what is declared, or for this one. */
export function offeredTools({ verbs }: Program, request?: Parameters): readonly OfferedConversation[] {
  return verbs.flatMap((verb) =>
    verb.kind === 'passed' ? [] : [{ line: verb.line, ...offeredIn(verb.conversation, request) }],
  );
}

function offeredIn(conversation: Conversation, request: Parameters | undefined): Omit<OfferedConversation, 'line'> {
  const session = offeredSessionTools(conversation).map(({ name, description, schema }) => ({
    name,
    description,
    schema,
  }));
  if (request === undefined) return { tools: [...declared(conversation), ...session] };
  const bound = bind(conversation, request);
  if (bound.kind === 'missing') return { tools: [], ends: bound.faults };
  const tools = bound.tools.map(({ definition: { name, description }, offered, bound: values }) => ({
    name,
    description,
    schema: offered,
    bound: values,
  }));
  return { tools: [...tools, ...session] };
}

/** What is left to the model when the request fills every parameter that it may fill. */
function declared({ tools }: Conversation): readonly OfferedTool[] {
  return tools.map(({ name, description, schema, bindings }) => {
    const filled = bindings.map(({ parameter }) => parameter);
    return {
      name,
      description,
      schema: offeredSchema(schema, filled),
      fromRequest: bindings.map(({ parameter, type, required: isRequired }) => ({
        parameter,
        type,
        required: isRequired,
      })),
    };
  });
}
