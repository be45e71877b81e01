import { readFileSync } from 'node:fs';
import type { DiagnosticCode } from '../language/diagnostics.ts';

const ROOT = new URL('../../', import.meta.url);

/** What the package says of itself. */
export const PACKAGE = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
  readonly version: string;
  readonly description: string;
  readonly homepage?: string;
};

/** Where a page of `docs/` is read: on the project's home page, else in the installed package. */
export function pageUrl(page: string): string {
  const home = PACKAGE.homepage?.replace(/(?:#.*|\/)$/, '');
  return new URL(`docs/${page}`, home === undefined ? ROOT : `${home}/`).href;
}

/** Where a code is explained. */
export function diagnosticUrl(code: DiagnosticCode): string {
  return `${pageUrl('diagnostics.md')}#${code}`;
}
