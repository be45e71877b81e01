import type { ModelMessage, ModelRequest } from '../interpret/ports.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Omission } from './omissions.ts';

/** How a server's requests differ from those of OpenAI's own. */
export type Dialect = {
  /** What it calls the longest reply. Default `max_tokens`, which every server but OpenAI's newer models knows. */
  readonly maxTokens?: 'max_tokens' | 'max_completion_tokens';
  /** The form of a tool call's id that it takes back. */
  readonly callIds?: RegExp;
  /** Must stand beside each tool call that is given back. */
  readonly callExtra?: JsonObject;
};

/** OpenAI takes ids of at most 40 characters. */
const CALL_ID = /^[\w-]{1,40}$/;
/** A document has fewer tools with longer names; what a model made up is cut. */
const NAME_MAX_CHARACTERS = 64;

/**
 * The JSON text of the request. What the document does not say is left out, and what the model is known to refuse. A
 * history that a strict server would refuse because of what a model once wrote in it is put right here.
 */
export function requestBody(
  request: ModelRequest & { readonly model: string },
  dialect: Dialect = {},
  omitted: ReadonlySet<Omission> = new Set(),
): string {
  const { model, temperature, maxTokens, messages, tools } = request;
  const body = JSON.stringify({
    model,
    messages: wireMessages(messages, dialect),
    stream: true,
    ...(temperature === undefined || omitted.has('temperature') ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : lengthLimit(maxTokens, dialect, omitted)),
  });
  if (tools.length === 0) return body;
  return `${body.slice(0, -1)},"tools":[${tools.map((tool) => toolText(tool, omitted)).join(',')}]}`;
}

/** Under the other name where the first is refused, and not at all where both are. */
function lengthLimit(limit: number, { maxTokens = 'max_tokens' }: Dialect, omitted: ReadonlySet<Omission>): object {
  const other = maxTokens === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  const name = [maxTokens, other].find((each) => !omitted.has(each as Omission));
  return name === undefined ? {} : { [name]: limit };
}

function wireMessages(messages: readonly ModelMessage[], dialect: Dialect): readonly object[] {
  const ids = createCallIds(dialect.callIds ?? CALL_ID);
  return messages.flatMap((message): readonly object[] => {
    if (message.role === 'tool') {
      return [{ role: 'tool', tool_call_id: ids.answered(message.callId), content: message.content }];
    }
    if (message.role === 'assistant' && message.toolCalls.length > 0) {
      return [
        {
          role: 'assistant',
          // Servers refuse an empty text beside calls, and take the null that OpenAI itself writes.
          content: message.content === '' ? null : message.content,
          tool_calls: message.toolCalls.map((call) => wireCall(call, ids.asked(call.id), dialect)),
        },
      ];
    }
    // Nobody said it, and strict servers take no empty text.
    return message.content === '' ? [] : [{ role: message.role, content: message.content }];
  });
}

function wireCall(
  { name, arguments: text }: { readonly name: string; readonly arguments: string },
  id: string,
  { callExtra }: Dialect,
): object {
  const parsed = parseJson(text);
  return {
    id,
    type: 'function',
    function: {
      name: name.replaceAll(/[^\w-]/g, '_').slice(0, NAME_MAX_CHARACTERS),
      // Strict servers parse them again; the result of the call tells the model what was wrong with them.
      arguments: parsed.ok && isJsonObject(parsed.value) ? text : '{}',
    },
    ...(callExtra === undefined ? {} : { extra_content: callExtra }),
  };
}

/**
 * Ids that are unique in one request and have a form that its server takes. Models repeat theirs, other models' ids come
 * along when a call changes its model, and a result belongs to the first call of its id that has none yet.
 */
function createCallIds(form: RegExp): { asked(id: string): string; answered(id: string): string } {
  const used = new Set<string>();
  const pending = new Map<string, string[]>();
  let made = 0;
  return {
    asked(id) {
      let wire = form.test(id) ? id : '';
      // Nine letters and digits: the one form of an id that every server takes.
      while (wire === '' || used.has(wire)) wire = `call${String((made += 1)).padStart(5, '0')}`;
      used.add(wire);
      pending.set(id, [...(pending.get(id) ?? []), wire]);
      return wire;
    },
    answered(id) {
      return pending.get(id)?.shift() ?? id;
    },
  };
}

type ToolText = { readonly name: string; readonly description: string; readonly text: string };
/** A document's tools are the same in each of its requests, and are most of a short one. */
const toolTexts = new WeakMap<object, ToolText>();

function toolText(tool: ModelRequest['tools'][number], omitted: ReadonlySet<Omission>): string {
  if (omitted.has('additionalProperties')) return JSON.stringify(wireTool(tool, omitted));
  const { name, description, schema } = tool;
  const known = toolTexts.get(schema);
  if (known?.name === name && known.description === description) return known.text;
  const text = JSON.stringify(wireTool(tool, omitted));
  toolTexts.set(schema, { name, description, text });
  return text;
}

function wireTool(
  { name, description, schema }: ModelRequest['tools'][number],
  omitted: ReadonlySet<Omission>,
): object {
  const { additionalProperties, ...open } = schema;
  const parameters = omitted.has('additionalProperties') ? open : { ...open, additionalProperties };
  return { type: 'function', function: { name, description, parameters } };
}
