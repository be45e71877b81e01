import type { JsonValue } from '../json.ts';

/** Fits a wide terminal and a review. */
const WIDTH_CHARACTERS = 110;

/** JSON for people: what fits on a line is one, so that a line is a step, a message or a parameter. Ends in a newline. */
export function readableJson(value: object): string {
  // By way of JSON, so that what it leaves out, such as undefined, is left out here as well.
  return `${written(JSON.parse(JSON.stringify(value)) as JsonValue, 0, 0)}\n`;
}

/** `taken` is how many characters stand before the value on its line. */
function written(value: JsonValue, depth: number, taken: number): string {
  const line = oneLine(value);
  if (typeof value !== 'object' || value === null || depth * 2 + taken + line.length <= WIDTH_CHARACTERS) return line;
  const indent = '  '.repeat(depth + 1);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const members = Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item) => written(item, depth + 1, 0))
    : Object.entries(value).map(([key, item]: [string, JsonValue]) => {
        const name = `${JSON.stringify(key)}: `;
        return name + written(item, depth + 1, name.length);
      });
  return `${open}\n${indent}${members.join(`,\n${indent}`)}\n${'  '.repeat(depth)}${close}`;
}

function oneLine(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(oneLine).join(', ')}]`;
  const members = Object.entries(value).map(
    ([key, item]: [string, JsonValue]) => `${JSON.stringify(key)}: ${oneLine(item)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
