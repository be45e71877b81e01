import type { LedgerCall } from '../call/conversation.ts';
import { bindingEnvironment, type CallState } from '../call/state.ts';
import { bind } from '../compile/bind.ts';
import { validateArguments } from '../compile/validate-arguments.ts';
import type { JsonValue } from '../json.ts';

/** What a tool was sent for this call: the model's arguments under the bound ones. */
export function sentArguments(state: CallState, call: LedgerCall | undefined): JsonValue {
  const verb = state.document?.program.verbs[state.turn?.reply?.verb ?? -1];
  if (call === undefined || verb === undefined || verb.kind === 'passed') return null;
  const bound = bind(verb.conversation, bindingEnvironment(state));
  const tool = bound.kind === 'bound' ? bound.tools.find(({ definition }) => definition.name === call.name) : undefined;
  const checked = tool && validateArguments(tool, call.arguments);
  return checked?.ok === true ? checked.value : null;
}
