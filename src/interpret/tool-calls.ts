import type { LedgerCall } from '../call/conversation.ts';
import type { Conversation } from '../call/program.ts';
import { bindingEnvironment, pendingCalls, type CallState } from '../call/state.ts';
import type { BoundTool } from '../call/tool.ts';
import { bind } from '../compile/bind.ts';
import { validateArguments } from '../compile/validate-arguments.ts';
import type { Decision } from './decision.ts';
import { sessionToolResult } from './session-tools.ts';

/** One decision for each pending tool call of the reply: it runs, or it has its result already and says why. */
export function dispatch(state: CallState, conversation: Conversation): readonly Decision[] {
  const bound = bind(conversation, bindingEnvironment(state));
  const tools = new Map(bound.kind === 'bound' ? bound.tools.map((tool) => [tool.definition.name, tool]) : []);
  return pendingCalls(state).map((call) => decideCall(call, tools, conversation));
}

function decideCall(call: LedgerCall, tools: ReadonlyMap<string, BoundTool>, { sessionTools }: Conversation): Decision {
  const tool = tools.get(call.name);
  if (tool === undefined) {
    const result = sessionToolResult(sessionTools, call);
    const known = [...tools.keys(), ...sessionTools.filter((name) => name === 'hangup')].join(', ') || 'none';
    return result === undefined
      ? rejected(call, `There is no tool named "${call.name}". The tools are: ${known}.`)
      : { kind: 'settle-tool', id: call.id, result };
  }
  const checked = validateArguments(tool, call.arguments);
  return checked.ok
    ? { kind: 'start-tool', call, tool: tool.definition, arguments: checked.value }
    : rejected(
        call,
        `The arguments of ${call.name} were not accepted: ${checked.problems.join('; ')}. Nothing was done.`,
      );
}

function rejected(call: LedgerCall, content: string): Decision {
  return { kind: 'settle-tool', id: call.id, result: { content, isError: true } };
}
