/** The rows whose text is given to the model as messages. */
export const PROMPT_ROWS: ReadonlySet<string | undefined> = new Set(['System', 'User', 'Assistant']);
