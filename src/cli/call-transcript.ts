import { spokenText } from '../call/conversation.ts';
import type { CallEvent, EventOf } from '../call/event.ts';
import type { Markup } from '../call/program.ts';

type Writers = { readonly [K in CallEvent['kind']]?: (event: EventOf<K>) => string };

/**
 * What a call looks like in a terminal, event by event: what is said, which tools are called and what they give back, what
 * went wrong. An event that nobody would notice is the empty text.
 */
export function createTranscript(): (event: CallEvent) => string {
  let asked: EventOf<'model-end'>['toolCalls'] = [];
  const started = new Set<string>();

  /** A call that was answered without being run has not been told yet. */
  const unstarted = (id: string): string => {
    const call = started.has(id) ? undefined : asked[Number(id.split('/').at(-1))];
    return call === undefined ? '' : `  -> ${call.name} ${call.arguments}\n`;
  };

  const writers: Writers = {
    speech: ({ text }) => text,
    'passed-verb': ({ markup }) => {
      const words = spokenText(markup);
      return words === '' ? `<${markup.name}> ${textOf(markup)}`.trim() : words;
    },
    'model-end': ({ toolCalls }) => {
      asked = toolCalls;
      return '';
    },
    'tool-start': ({ call }) => {
      started.add(call.id);
      return `  -> ${call.name} ${call.arguments}`;
    },
    'tool-end': ({ id, result }) => `${unstarted(id)}  <- ${result.isError ? 'error: ' : ''}${result.content}`,
    hangup: () => '(the call ends)',
    'turn-end': ({ faults }) => faults.map((fault) => `  !! ${fault}`).join('\n'),
  };

  return (event) => {
    const writer = writers[event.kind] as ((event: CallEvent) => string) | undefined;
    // What a model or a tool says must not move the cursor.
    return (writer?.(event) ?? '').replaceAll(/[^\P{Cc}\n\t]/gu, '');
  };
}

/** Where a Dial leads, and what else stands in a verb. */
function textOf({ children }: Markup): string {
  return children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join(' ')
    .trim();
}
