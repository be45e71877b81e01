import { randomBytes } from 'node:crypto';
import { isJsonObject, parseJson } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';

/** A tool call as the model asked for it. */
export type AskedCall = { readonly modelId: string; readonly name: string; readonly arguments: string };

export interface ToolCallCollector {
  /** Takes the `tool_calls` of one delta, or a legacy `function_call` as one of them, in whatever shape they came. */
  add(fragments: unknown): void;
  /**
   * The calls in the order in which they began. Of a stream that was cut off only those whose arguments are certainly
   * whole; otherwise all, even with arguments that are not JSON, which the model is told.
   */
  finish(stream: 'whole' | 'cut'): readonly AskedCall[];
}

type Slot = {
  /** Undefined where the server sends none. */
  readonly index: number | undefined;
  id: string;
  name: string;
  text: string;
  /** The last fragment of arguments alone: some servers send all of them again with each, or once more at the end. */
  last: string;
};

/** Puts tool calls together from the fragments of a stream, as servers really send them. */
export function createToolCallCollector(newId: () => string = randomId): ToolCallCollector {
  const slots: Slot[] = [];

  function addFragment(fragment: JsonObject): void {
    const call = isJsonObject(fragment['function']) ? fragment['function'] : fragment;
    const index = typeof fragment['index'] === 'number' ? fragment['index'] : undefined;
    const id = typeof fragment['id'] === 'string' ? fragment['id'] : '';
    const name = typeof call['name'] === 'string' ? call['name'] : '';
    let slot = findSlot(index, id, name);
    if (slot === undefined) {
      slot = { index, id, name: '', text: '', last: '' };
      slots.push(slot);
    }
    if (slot.id === '') slot.id = id;
    // A name comes whole, again with each fragment, or in pieces; in pieces only before the arguments.
    if (slot.text === '')
      slot.name = name.startsWith(slot.name) ? name : slot.name.endsWith(name) ? slot.name : slot.name + name;
    addArguments(slot, call['arguments']);
  }

  /** The call that a fragment goes on with; undefined when it begins another. */
  function findSlot(index: number | undefined, id: string, name: string): Slot | undefined {
    const among = index === undefined ? slots : slots.filter((slot) => slot.index === index);
    if (id !== '') {
      const known = among.findLast((slot) => slot.id === id);
      // One id for two calls happens too; then only the name tells them apart.
      if (known !== undefined)
        return name === '' || name === known.name || known.text === '' || !isWhole(known) ? known : undefined;
    }
    const last = among.at(-1);
    if (last === undefined) return undefined;
    // An unknown id begins a call, but only with a name: some servers make up a new id for every fragment.
    if (id !== '' && last.id !== '' && name !== '' && (name !== last.name || isWhole(last))) return undefined;
    if (id !== '' && index === undefined && name !== '') return undefined;
    // No id to go by: a name after complete arguments is the next call.
    if (id === '' && name !== '' && last.text !== '' && isWhole(last)) return undefined;
    return last;
  }

  return {
    add(fragments) {
      for (const fragment of Array.isArray(fragments) ? fragments : [fragments]) {
        if (isJsonObject(fragment)) addFragment(fragment);
      }
    },
    finish(stream) {
      const used = new Set<string>();
      return slots.flatMap((slot): readonly AskedCall[] => {
        const args = finalArguments(slot);
        // Without a name there is nothing to run, and no server takes it back in a history.
        if (slot.name === '' || (stream === 'cut' && (slot.text.trim() === '' || !isObjectText(args)))) return [];
        let modelId = slot.id;
        while (modelId === '' || used.has(modelId)) modelId = newId();
        used.add(modelId);
        return [{ modelId, name: slot.name, arguments: args }];
      });
    },
  };
}

function addArguments(slot: Slot, value: JsonValue | undefined): void {
  if (value === undefined || value === null) return;
  if (typeof value === 'string') {
    slot.text += value;
    if (value !== '') slot.last = value;
  } else {
    slot.text = JSON.stringify(value);
    slot.last = slot.text;
  }
}

const isWhole = (slot: Slot): boolean => slot.text.trim() === '' || isObjectText(slot.text);

function isObjectText(text: string): boolean {
  const parsed = parseJson(text);
  return parsed.ok && isJsonObject(parsed.value);
}

/** The arguments as JSON text: none are an empty object, repeated ones count once, quoted ones are unquoted. */
function finalArguments({ text, last }: Slot): string {
  if (text.trim() === '') return '{}';
  const parsed = parseJson(text);
  if (parsed.ok && typeof parsed.value === 'string' && isObjectText(parsed.value)) return parsed.value;
  if (parsed.ok && parsed.value === null) return '{}';
  return !parsed.ok && isObjectText(last) ? last : text;
}

/** Nine letters and digits: the one form of an id that every server takes back; Mistral's take no other. */
function randomId(): string {
  return randomBytes(9).toString('hex').slice(0, 9);
}
