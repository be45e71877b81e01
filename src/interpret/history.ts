import type { Message } from '../call/conversation.ts';
import type { Prompt } from '../call/program.ts';
import type { ModelMessage } from './ports.ts';

/** Stands in for the result of a tool call that was cut off, because a call without one makes the history invalid. */
export const NO_RESULT = 'No result: the call was cut off before the tool answered. Its outcome is unknown.';

/**
 * The messages of a model request: the document's prompts, then the conversation. Every tool call has exactly one
 * result, in the order of the calls. Where the model has to speak before the caller, or once did, `opening` stands for the
 * caller, in every request of the call alike.
 */
export function modelMessages(
  prompts: readonly Prompt[],
  messages: readonly Message[],
  opening: string,
): readonly ModelMessage[] {
  const written = prompts.map(({ role, text }): ModelMessage =>
    role === 'assistant' ? { role, content: text, toolCalls: [] } : { role, content: text },
  );
  const afterGreeting = messages.findIndex((message) => message.role === 'user' || message.greeting !== true);
  const first = afterGreeting === -1 ? messages.length : afterGreeting;
  const isOpened = messages[first]?.role === 'user' || written.some(({ role }) => role === 'user');
  return [
    ...written,
    ...messages.slice(0, first).flatMap(modelMessage),
    ...(isOpened ? [] : [{ role: 'user', content: opening } as const]),
    ...messages.slice(first).flatMap(modelMessage),
  ];
}

/**
 * The newest part of a conversation that fits the budget, in characters. It is cut where the caller speaks, so a tool call
 * is never parted from its result, and the caller's last words are always in it.
 */
export function withinBudget(messages: readonly Message[], budgetCharacters: number): readonly Message[] {
  let characters = 0;
  let start = messages.length;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (message === undefined) break;
    characters += sizeOf(message);
    if (characters > budgetCharacters && start < messages.length) break;
    if (message.role === 'user') start = index;
  }
  // A conversation in which the caller has not spoken has no place to be cut.
  return start === messages.length || characters <= budgetCharacters ? messages : messages.slice(start);
}

/** Characters that a conversation has in a model request, roughly. */
export function conversationSize(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + sizeOf(message), 0);
}

function sizeOf(message: Message): number {
  if (message.role === 'user') return message.text.length;
  return message.toolCalls.reduce(
    (sum, { arguments: text, result }) => sum + text.length + (result?.content.length ?? NO_RESULT.length),
    message.text.length,
  );
}

function modelMessage(message: Message): readonly ModelMessage[] {
  if (message.role === 'user') return [{ role: 'user', content: message.text }];
  return [
    {
      role: 'assistant',
      content: message.text,
      toolCalls: message.toolCalls.map((call) => ({ id: call.modelId, name: call.name, arguments: call.arguments })),
    },
    ...message.toolCalls.map(({ modelId, result }): ModelMessage => ({
      role: 'tool',
      callId: modelId,
      content: result?.content ?? NO_RESULT,
    })),
  ];
}
