import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { DiagnosticCode } from '../language/diagnostics.ts';

/** Of the package, which lies deeper below its root once it is built. */
const MANIFEST = pathToFileURL(findPackageJSON(import.meta.url) ?? '');

/** What the package says of itself. */
export const PACKAGE = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
  readonly version: string;
  readonly description: string;
  readonly homepage?: string;
};

/** Where a page of `docs/` is read: on the project's home page, else in the installed package. */
export function pageUrl(page: string): string {
  const home = PACKAGE.homepage?.replace(/(?:#.*|\/)$/, '');
  return new URL(`docs/${page}`, home === undefined ? MANIFEST : `${home}/`).href;
}

/** Where a code is explained. */
export function diagnosticUrl(code: DiagnosticCode): string {
  return `${pageUrl('diagnostics.md')}#${code}`;
}
