import type { RowName } from '../../grammars/cxml.ts';
import type { Element, Span } from './ast.ts';
import type { Diagnostic, DiagnosticCode } from './diagnostics.ts';
import type { KnownPlatform } from './platforms.ts';
import type { BaseUrl } from './url.ts';

/** An element and what a rule may need to know of its surroundings. */
export type Site = {
  readonly element: Element;
  /** Undefined for the root. */
  readonly parent: Element | undefined;
  readonly base: BaseUrl;
  /** The document's text. */
  readonly text: string;
  readonly root: Element;
  /** The platform that the document is checked for, if it is for one. */
  readonly platform: KnownPlatform | undefined;
  /** Missing name to present name, as the operator configures them. */
  readonly aliases: { readonly [missing: string]: string };
};

export type Report = (code: DiagnosticCode, span: Span, message: string, related?: Diagnostic['related']) => void;

/** Looks at one element, called for each of its rows in document order, and reports what it finds. Keeps no state. */
export type Rule = {
  /** Absent: elements of every row, and those that the grammar does not know. */
  readonly rows?: readonly RowName[];
  readonly check: (site: Site, report: Report) => void;
};
