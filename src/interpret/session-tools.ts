import type { LedgerCall } from '../call/conversation.ts';
import type { Conversation, SessionToolName } from '../call/program.ts';
import type { DialOutcome } from '../call/request.ts';
import type { CallState } from '../call/state.ts';
import type { JsonSchema, ToolResult } from '../call/tool.ts';
import type { ModelTool } from './ports.ts';

const NO_ARGUMENTS: JsonSchema = { type: 'object', properties: {}, required: [], additionalProperties: false };

const DESCRIPTIONS: { readonly [K in SessionToolName]: string } = {
  hangup:
    'Ends the phone call. Call it when the caller is done or says goodbye, after or together with your last words to them.',
  dial: 'Puts the caller through to a telephone number. If nobody answers there, the caller comes back to you.',
  redirect: 'Hands the caller over to another application. The caller does not come back to you.',
};

const HANGUP_RESULT: ToolResult = {
  content: 'The call ends after your next words. Say goodbye if you have not done so.',
  isError: false,
};

/** What becomes of a call that the model has redirected. */
export const REDIRECT_RESULT: ToolResult = { content: 'The call goes on there.', isError: false };

/** What the model reads once its Dial has ended. */
const DIAL_RESULTS: { readonly [K in DialOutcome]: ToolResult } = {
  completed: { content: 'The caller was put through, and that call has ended.', isError: false },
  busy: notConnected('the line is busy'),
  'no-answer': notConnected('nobody answered'),
  canceled: notConnected('it was canceled'),
  failed: notConnected('the call failed'),
};

function notConnected(reason: string): ToolResult {
  return { content: `Not put through: ${reason}. The caller is back with you.`, isError: true };
}

/** The result of a Dial by how it ended; a platform that does not say has not put anybody through. */
export function dialResult(outcome: DialOutcome | undefined): ToolResult {
  return DIAL_RESULTS[outcome ?? 'failed'];
}

/** What the model is offered of a conversation's session tools, as far as it could use them. */
export function offeredSessionTools(
  { sessionTools, destinations = [] }: Pick<Conversation, 'sessionTools' | 'destinations'>,
  isOfUse: (name: 'dial' | 'redirect') => boolean = () => true,
): readonly ModelTool[] {
  return sessionTools.flatMap((name): readonly ModelTool[] => {
    if (name === 'hangup') return [{ name, description: DESCRIPTIONS.hangup, schema: NO_ARGUMENTS }];
    if (!isOfUse(name)) return [];
    const listed = destinations.filter(({ kind }) => kind === name).map(inWords);
    const choice = listed.length === 0 ? '' : ` Destinations: ${listed.join('; ')}.`;
    return [{ name, description: `${DESCRIPTIONS[name]}${choice}`, schema: DESTINATION_SCHEMAS[name] }];
  });
}

const DESTINATION_SCHEMAS = {
  dial: destinationSchema('A destination by its name, or a telephone number that your instructions contain.'),
  redirect: destinationSchema('A destination by its name, or a URL that your instructions contain.'),
} as const;

function destinationSchema(description: string): JsonSchema {
  return {
    type: 'object',
    properties: { destination: { type: 'string', description } },
    required: ['destination'],
    additionalProperties: false,
  };
}

function inWords({ name, description }: { readonly name: string; readonly description?: string }): string {
  return description === undefined ? name : `${name} (${description})`;
}

/** The result of `hangup`, where it is offered. */
export function hangUpResult(names: readonly SessionToolName[], { name }: LedgerCall): ToolResult | undefined {
  return name === 'hangup' && names.includes('hangup') ? HANGUP_RESULT : undefined;
}

/** Whether a call is of a session tool that this conversation offers. No declared tool has the name of one. */
export function isSessionTool({ sessionTools }: Pick<Conversation, 'sessionTools'>, { name }: LedgerCall): boolean {
  return sessionTools.some((tool) => tool === name);
}

/** Whether a call would lead the caller away. */
export function isTransfer(conversation: Pick<Conversation, 'sessionTools'>, call: LedgerCall): boolean {
  return call.name !== 'hangup' && isSessionTool(conversation, call);
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
