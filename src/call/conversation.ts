import type { Markup } from './program.ts';
import type { ToolCall, ToolResult } from './tool.ts';

/** A tool call with its one result, absent while it is pending. */
export type LedgerCall = ToolCall & { readonly result?: ToolResult };

/** What has been said between caller and model, prompts left out. */
export type Message =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly toolCalls: readonly LedgerCall[] };

/** The conversation after the caller's next words; `none` forgets what came before them. */
export function withHeard(
  messages: readonly Message[],
  context: 'auto' | 'none',
  heard: string | undefined,
): readonly Message[] {
  const kept = context === 'none' ? [] : messages;
  return heard === undefined ? kept : [...kept, { role: 'user', text: heard }];
}

/** The conversation with these words of the assistant at its end, joined to what it said just before. */
export function withSaid(messages: readonly Message[], text: string): readonly Message[] {
  if (text === '') return messages;
  const last = messages.at(-1);
  return last?.role === 'assistant' && last.toolCalls.length === 0
    ? [...messages.slice(0, -1), { ...last, text: `${last.text} ${text}` }]
    : [...messages, { role: 'assistant', text, toolCalls: [] }];
}

/** The conversation with this result in its place; a call that has one keeps it. */
export function withResult(messages: readonly Message[], id: string, result: ToolResult): readonly Message[] {
  return messages.map((message) =>
    message.role === 'assistant' && message.toolCalls.some((call) => call.id === id)
      ? { ...message, toolCalls: message.toolCalls.map((call) => (call.id === id ? { result, ...call } : call)) }
      : message,
  );
}

/** The words that an element speaks; empty for audio and pauses. */
export function spokenText(markup: Markup): string {
  if (markup.name !== 'Say') return '';
  const textOf = (node: Markup | string): string =>
    typeof node === 'string' ? node : node.children.map(textOf).join('');
  return textOf(markup).replaceAll(/\s+/g, ' ').trim();
}
