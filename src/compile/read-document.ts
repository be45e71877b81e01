import type { Program } from '../call/program.ts';
import { hasErrors, type Diagnostic } from '../language/diagnostics.ts';
import { parse } from '../language/parse.ts';
import { urlsOf, type BaseUrl } from '../language/url.ts';
import { validate, type ValidateOptions } from '../language/validate.ts';
import { compile } from './compile.ts';

export type ReadDocument =
  /** `diagnostics` are warnings only. */
  | { readonly kind: 'program'; readonly program: Program; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

/**
 * The program of a document, or its faults, from the text or bytes of it. `url` is where it was fetched from, after
 * redirects; undefined for inline text. Only http and https URLs resolve relative ones. With a platform among the options,
 * the faults are also those that the document has there. Never throws.
 */
export function readDocument(source: string | Uint8Array, url: BaseUrl, options: ValidateOptions = {}): ReadDocument {
  const parsed = parse(source);
  if (!parsed.ok) return { kind: 'invalid', diagnostics: parsed.diagnostics };
  const { document, text } = parsed;
  const urls = urlsOf(url);
  const diagnostics = validate(document, text, urls, options);
  if (hasErrors(diagnostics)) return { kind: 'invalid', diagnostics };
  return { kind: 'program', program: compile(document, { urls, text }), diagnostics };
}
