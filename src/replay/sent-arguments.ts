import type { LedgerCall } from '../call/conversation.ts';
import { bindingEnvironment, type CallState } from '../call/state.ts';
import type { ToolDefinition } from '../call/tool.ts';
import { bind } from '../compile/bind.ts';
import { validateArguments } from '../compile/validate-arguments.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** What a tool is sent, and where to. */
export type ToolRequest = { readonly url: string; readonly arguments: JsonValue };

/** The request of a tool with these arguments, bound ones included. */
export function toolRequest({ source }: ToolDefinition, sent: JsonObject): ToolRequest {
  return { url: source.url, arguments: sent };
}

/** What was sent for this call: the model's arguments under the bound ones. Undefined for one that was never sent. */
export function sentRequest(state: CallState, call: LedgerCall | undefined): ToolRequest | undefined {
  const verb = state.document?.program.verbs[state.turn?.reply?.verb ?? -1];
  if (call === undefined || verb === undefined || verb.kind === 'passed') return undefined;
  const bound = bind(verb.conversation, bindingEnvironment(state));
  const tool = bound.kind === 'bound' ? bound.tools.find(({ definition }) => definition.name === call.name) : undefined;
  const checked = tool && validateArguments(tool, call.arguments);
  return tool !== undefined && checked?.ok === true ? toolRequest(tool.definition, checked.value) : undefined;
}
