import type { LedgerCall } from '../call/conversation.ts';
import type { Conversation } from '../call/program.ts';
import { bindingEnvironment, pendingCalls, type CallState } from '../call/state.ts';
import type { BoundTool } from '../call/tool.ts';
import { bind } from '../compile/bind.ts';
import { validateArguments } from '../compile/validate-arguments.ts';
import { isJsonObject, parseJson, type JsonValue } from '../json.ts';
import { MAX_PARALLEL_TOOL_CALLS } from '../limits.ts';
import type { Decision, Settings } from './decision.ts';
import { leavingBy, type Leaving } from './leaving.ts';
import { hangUpResult, isSessionTool, isTransfer, REDIRECT_RESULT } from './session-tools.ts';
import { transferOf } from './transfer.ts';

/**
 * What becomes of each pending tool call of the reply: it runs, it waits for the result of an equal one that runs, or it
 * has its result already and says why. Where no tools may run any more, the session's own still count. A Dial has its
 * result when the platform comes back from it.
 */
export function dispatch(
  state: CallState,
  conversation: Conversation,
  mayRun: boolean,
  settings: Settings,
): readonly Decision[] {
  const bound = bind(conversation, bindingEnvironment(state));
  const tools = new Map(bound.kind === 'bound' ? bound.tools.map((tool) => [tool.definition.name, tool]) : []);
  const running: LedgerCall[] = [];
  const leaving = leavingBy(state, conversation, settings);
  return pendingCalls(state).flatMap((call): readonly Decision[] => {
    if (!mayRun && !isSessionTool(conversation, call)) return [rejected(call, NO_MORE_TOOLS)];
    if (isTransfer(conversation, call)) return transferred(state, conversation, call, settings, leaving);
    if (running.some((other) => isSameCall(other, call))) return [];
    const decision = decideCall(call, tools, conversation);
    if (decision.kind !== 'start-tool') return [decision];
    if (running.length === MAX_PARALLEL_TOOL_CALLS) return [rejected(call, TOO_MANY_CALLS)];
    running.push(call);
    return [decision];
  });
}

function transferred(
  state: CallState,
  conversation: Conversation,
  call: LedgerCall,
  settings: Settings,
  leaving: Leaving | undefined,
): readonly Decision[] {
  const transfer = transferOf(state, conversation, call, settings);
  if (transfer.kind === 'refused') return [{ kind: 'settle-tool', id: call.id, result: transfer.result }];
  if (leaving?.call.id !== call.id) return [rejected(call, GOES_ELSEWHERE)];
  return transfer.way.kind === 'dial' ? [] : [{ kind: 'settle-tool', id: call.id, result: REDIRECT_RESULT }];
}

const GOES_ELSEWHERE = 'Not run: the call is on its way elsewhere already. Nothing was done.';
const NO_MORE_TOOLS = 'Not run: no more tools in this turn. Nothing was done.';
const TOO_MANY_CALLS = `Not run: at most ${MAX_PARALLEL_TOOL_CALLS} tools run at once. Nothing was done. Call it again if it is still needed.`;

/** The calls that wait for the result of this one, because they ask for the same thing in the same reply. */
export function joinedTo(state: CallState, id: string): readonly LedgerCall[] {
  const last = state.messages.at(-1);
  const first = last?.role === 'assistant' ? last.toolCalls.find((call) => call.id === id) : undefined;
  if (first?.started !== true) return [];
  return pendingCalls(state).filter((call) => call.started !== true && isSameCall(first, call));
}

function isSameCall(left: LedgerCall, right: LedgerCall): boolean {
  if (left.name !== right.name) return false;
  if (left.arguments === right.arguments) return true;
  const [leftValues, rightValues] = [parseJson(left.arguments), parseJson(right.arguments)];
  return leftValues.ok && rightValues.ok && canonical(leftValues.value) === canonical(rightValues.value);
}

/** JSON text that is equal for equal values, whatever the order of their keys. */
function canonical(value: JsonValue): string {
  return JSON.stringify(value, (_key, each: JsonValue) =>
    isJsonObject(each) ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}

function decideCall(call: LedgerCall, tools: ReadonlyMap<string, BoundTool>, { sessionTools }: Conversation): Decision {
  const tool = tools.get(call.name);
  if (tool === undefined) {
    const result = hangUpResult(sessionTools, call);
    const known = [...tools.keys(), ...sessionTools].join(', ') || 'none';
    return result === undefined
      ? rejected(call, `There is no tool named "${call.name}". The tools are: ${known}.`)
      : { kind: 'settle-tool', id: call.id, result };
  }
  const checked = validateArguments(tool, call.arguments);
  return checked.ok
    ? {
        kind: 'start-tool',
        call,
        tool: tool.definition,
        arguments: checked.value,
        ...(call.started === true && { resent: true }),
      }
    : rejected(
        call,
        `The arguments of ${call.name} were not accepted: ${checked.problems.join('; ')}. Nothing was done.`,
      );
}

function rejected(call: LedgerCall, content: string): Decision {
  return { kind: 'settle-tool', id: call.id, result: { content, isError: true } };
}
