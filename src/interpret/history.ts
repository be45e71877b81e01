import type { Message } from '../call/conversation.ts';
import type { Prompt } from '../call/program.ts';
import type { ModelMessage } from './ports.ts';

/** Stands in for the result of a tool call that was cut off, because a call without one makes the history invalid. */
export const NO_RESULT = 'No result: the call was cut off before the tool answered. Its outcome is unknown.';

/**
 * The messages of a model request: the document's prompts, then the conversation. Every tool call has exactly one
 * result, in the order of the calls. Where nobody speaks as the user, `opening` does.
 */
export function modelMessages(
  prompts: readonly Prompt[],
  messages: readonly Message[],
  opening: string,
): readonly ModelMessage[] {
  const written = prompts.map(({ role, text }): ModelMessage =>
    role === 'assistant' ? { role, content: text, toolCalls: [] } : { role, content: text },
  );
  const all = [...written, ...messages.flatMap(modelMessage)];
  return all.some(({ role }) => role === 'user') ? all : [...all, { role: 'user', content: opening }];
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
