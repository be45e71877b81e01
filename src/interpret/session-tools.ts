import type { LedgerCall } from '../call/conversation.ts';
import type { SessionToolName } from '../call/program.ts';
import type { CallState } from '../call/state.ts';
import type { ToolResult } from '../call/tool.ts';
import type { ModelTool } from './ports.ts';

const NO_ARGUMENTS = { type: 'object', properties: {}, required: [], additionalProperties: false } as const;

/** The tools of ours that a `<Converse sessionTools>` can offer. A name that is not here is not offered. */
const SESSION_TOOLS: { readonly [K in SessionToolName]?: ModelTool } = {
  hangup: {
    name: 'hangup',
    description:
      'Ends the phone call. Call it when the caller is done or says goodbye, after or together with your last words to them.',
    schema: NO_ARGUMENTS,
  },
};

const HANGUP_RESULT: ToolResult = {
  content: 'The call ends after your next words. Say goodbye if you have not done so.',
  isError: false,
};

/** What the model is offered of a conversation's session tools. */
export function offeredSessionTools(names: readonly SessionToolName[]): readonly ModelTool[] {
  return names.flatMap((name) => SESSION_TOOLS[name] ?? []);
}

/** The result of a call of a session tool, or undefined when the call is of no such tool. */
export function sessionToolResult(names: readonly SessionToolName[], call: LedgerCall): ToolResult | undefined {
  return call.name === 'hangup' && names.includes('hangup') ? HANGUP_RESULT : undefined;
}

/** Whether the model has asked in this turn that the call ends; one that was interrupted has asked in vain. */
export function asksToHangUp({ callId, turn, messages }: CallState): boolean {
  const ofTurn = `${callId}/${turn?.number ?? 0}/`;
  return messages.some(
    (message) =>
      message.role === 'assistant' && message.toolCalls.some((call) => call.id.startsWith(ofTurn) && isHangUp(call)),
  );
}

function isHangUp({ name, result }: LedgerCall): boolean {
  return name === 'hangup' && result?.content === HANGUP_RESULT.content;
}
