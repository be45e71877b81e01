import type { JsonValue } from '../../json.ts';

/** Columns of a line, as the formatter counts them. */
const WIDTH = 120;

/** JSON as the project's formatter lays it out: a list of plain values on one line where it fits. */
export function layoutJson(value: JsonValue, indent = '', lead = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    const line = `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
    const isPlain = items.every((item) => typeof item !== 'object' || item === null);
    // A comma may follow.
    if (isPlain && indent.length + lead + line.length < WIDTH) return line;
    return `[\n${items.map((item) => inner + layoutJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([key, each]) => {
    const name = `${JSON.stringify(key)}: `;
    return `${inner}${name}${layoutJson(each, inner, name.length)}`;
  });
  return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
}
