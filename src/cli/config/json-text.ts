import { parseJson, type JsonPrimitive } from '../../json.ts';
import type { Entry, Located, Origin } from './located.ts';

export type JsonFault = { readonly offset: number; readonly message: string };
export type JsonReading =
  | { readonly ok: true; readonly value: Located }
  | { readonly ok: false; readonly fault: JsonFault };

/** Deeper than any configuration, and far from the depth at which a stack ends. */
const MAX_DEPTH = 64;
const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b/y;

/** JSON as RFC 8259 has it, each value with its place; a name that is there twice is a fault. Never throws. */
export function readJsonText(text: string, originAt: (offset: number) => Origin): JsonReading {
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const takes = (mark: string): boolean => {
    take(SPACE);
    if (text[at] !== mark) return false;
    at += 1;
    return true;
  };
  const fail = (expected: string): never => {
    take(SPACE);
    throw new Unreadable({ offset: at, message: `${foundAt()}; expected ${expected}` });
  };
  const foundAt = (): string => {
    if (at >= text.length) return 'the text ends here';
    if (text[at] === '"') return 'a text that does not end on its line, or has a character that must be escaped';
    if (text.startsWith('//', at) || text.startsWith('/*', at)) return 'a comment, which JSON does not have';
    // What stands here without quotes may be a secret.
    if (/[\w$+-]/.test(text[at] ?? '')) return 'found a word without double quotes';
    return `found ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))}`;
  };

  /** The next text, number or word; undefined, with nothing taken, when there is none that JSON has. */
  function word(pattern: RegExp): { readonly value: JsonPrimitive } | undefined {
    const start = at;
    const parsed = parseJson(take(pattern) ?? '');
    if (parsed.ok) return { value: parsed.value as JsonPrimitive };
    at = start;
    return undefined;
  }

  function value(depth: number): Located {
    take(SPACE);
    const origin = originAt(at);
    if (depth > MAX_DEPTH) throw new Unreadable({ offset: at, message: `nested deeper than ${MAX_DEPTH} levels` });
    if (takes('{')) return { kind: 'object', entries: members(depth), origin };
    if (takes('[')) return { kind: 'list', items: items(depth), origin };
    const found = word(STRING) ?? word(OTHER) ?? fail('a value');
    return { kind: 'value', value: found.value, origin };
  }

  function items(depth: number): readonly Located[] {
    const found: Located[] = [];
    if (takes(']')) return found;
    do found.push(value(depth + 1));
    while (takes(','));
    if (!takes(']')) fail('"," or "]"');
    return found;
  }

  function members(depth: number): ReadonlyMap<string, Entry> {
    const found = new Map<string, Entry>();
    if (takes('}')) return found;
    do {
      take(SPACE);
      const start = at;
      const name = String((word(STRING) ?? fail('a name in double quotes')).value);
      if (found.has(name))
        throw new Unreadable({ offset: start, message: `there is another "${name}" before this one` });
      if (!takes(':')) fail('":"');
      found.set(name, { nameOrigin: originAt(start), value: value(depth + 1) });
    } while (takes(','));
    if (!takes('}')) fail('"," or "}"');
    return found;
  }

  try {
    const found = value(0);
    take(SPACE);
    return at === text.length ? { ok: true, value: found } : fail('nothing after the value');
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, fault: error.fault };
    throw error;
  }
}

class Unreadable extends Error {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    super(fault.message);
    this.fault = fault;
  }
}
