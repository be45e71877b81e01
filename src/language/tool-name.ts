/** The longest name of a tool that every model API takes. */
export const MAX_TOOL_NAME_LENGTH = 64;

/** A tool's name as model APIs take it: letters, digits, `_` and `-`, at most 64; other characters become `_`. */
export function toolNameForModel(name: string): string {
  return name
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]/gu, '_')
    .slice(0, MAX_TOOL_NAME_LENGTH);
}
