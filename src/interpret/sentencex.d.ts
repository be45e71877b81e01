/** The package ships without types. */
declare module 'sentencex' {
  /** Sentences of `text`, white space included, so that they join up to it again. `language` is a two-letter code. */
  export function segment(language: string, text: string): string[];
}
