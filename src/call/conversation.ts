import type { Markup } from './program.ts';
import type { ToolCall, ToolResult } from './tool.ts';

/** A tool call with its one result, absent while it is pending. `started` ones were sent to somebody. */
export type LedgerCall = ToolCall & { readonly started?: true; readonly result?: ToolResult };

/** A piece of what the assistant says, and the number of the output that says it. */
export type Part = { readonly seq: number; readonly text: string };

/** What has been said between caller and model, prompts left out. */
export type Message =
  | { readonly role: 'user'; readonly text: string }
  | {
      readonly role: 'assistant';
      readonly text: string;
      /** The document said it, and no model. */
      readonly greeting?: true;
      readonly toolCalls: readonly LedgerCall[];
      /** What the text is made of, until it is known how much of it the caller has heard. */
      readonly parts?: readonly Part[];
    };

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
export function withSaid(messages: readonly Message[], parts: readonly Part[]): readonly Message[] {
  const text = textOf(parts);
  if (text === '') return messages;
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || last.toolCalls.length > 0) {
    return [...messages, { role: 'assistant', text, toolCalls: [], parts }];
  }
  // What an earlier turn has said has been heard, whatever becomes of these.
  const before = last.parts ?? [{ seq: 0, text: last.text }];
  const added = parts.map((part, index) => (index === 0 ? { ...part, text: ` ${part.text.trimStart()}` } : part));
  return [...messages.slice(0, -1), { ...last, text: `${last.text} ${text}`, parts: [...before, ...added] }];
}

/**
 * The conversation as the caller has heard it, when the platform has fetched the outputs before `to`: the rest of what was
 * written has never been said. Tool calls stay, because they were made.
 */
export function asHeard(messages: readonly Message[], to: number): readonly Message[] {
  return messages.flatMap((message): readonly Message[] => {
    if (message.role !== 'assistant' || message.parts === undefined) return [message];
    const { parts, ...whole } = message;
    if (parts.every(({ seq }) => seq < to)) return [whole];
    const text = textOf(parts.filter(({ seq }) => seq < to));
    return text === '' && whole.toolCalls.length === 0 ? [] : [{ ...whole, text }];
  });
}

/** The conversation after the document's own greeting. */
export function withGreeting(messages: readonly Message[], part: Part): readonly Message[] {
  const greeted = withSaid(messages, [part]);
  return greeted.length === messages.length
    ? greeted
    : [...messages, { role: 'assistant', text: textOf([part]), greeting: true, toolCalls: [], parts: [part] }];
}

/** Whether a text ends as a sentence does. */
export function endsWhole(text: string): boolean {
  return /[.!?…。！？।؟]["'”’»)\]]*\s*$/.test(text);
}

/** The words of these parts. */
export function textOf(parts: readonly Part[]): string {
  return parts
    .map(({ text }) => text)
    .join('')
    .trim();
}

/** The conversation in which this call has been sent to its tool. */
export function withStarted(messages: readonly Message[], id: string): readonly Message[] {
  return changeCall(messages, id, (call) => ({ ...call, started: true }));
}

/** The conversation with this result in its place; a call that has one keeps it. */
export function withResult(messages: readonly Message[], id: string, result: ToolResult): readonly Message[] {
  return changeCall(messages, id, (call) => ({ result, ...call }));
}

function changeCall(
  messages: readonly Message[],
  id: string,
  change: (call: LedgerCall) => LedgerCall,
): readonly Message[] {
  return messages.map((message) =>
    message.role === 'assistant' && message.toolCalls.some((call) => call.id === id)
      ? { ...message, toolCalls: message.toolCalls.map((call) => (call.id === id ? change(call) : call)) }
      : message,
  );
}

/** The words that an element speaks; empty for audio and pauses. */
export function spokenText(markup: Markup): string {
  if (markup.name !== 'Say') return '';
  const wordsOf = (node: Markup | string): string =>
    typeof node === 'string' ? node : node.children.map(wordsOf).join('');
  return wordsOf(markup).replaceAll(/\s+/g, ' ').trim();
}
