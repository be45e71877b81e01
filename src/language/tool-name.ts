/** The longest name of a tool that every model API takes. */
export const MAX_TOOL_NAME_LENGTH = 64;

/** A tool's name as model APIs take it: letters, digits, `_` and `-`, at most 64; other characters become `_`. */
export function toolNameForModel(name: string): string {
  return name
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]/gu, '_')
    .slice(0, MAX_TOOL_NAME_LENGTH);
}

/** The words that a name is put together from, in lower case: `lookUp_order-id` has four. */
export function wordsOfName(name: string): readonly string[] {
  return name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}
