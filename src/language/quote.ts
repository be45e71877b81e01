/** Longer values are cut in messages; the span shows the rest. */
const MAX_QUOTED_LENGTH = 60;

/** A value in quotes, in one line, cut when it is long. */
export function quote(value: string): string {
  const line = value.replaceAll(/\s+/g, ' ');
  return `"${line.length <= MAX_QUOTED_LENGTH ? line : `${line.slice(0, MAX_QUOTED_LENGTH).trimEnd()}…`}"`;
}
