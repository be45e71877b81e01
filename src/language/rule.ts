import type { RowName } from '../../grammars/cxml.ts';
import type { Element, Span } from './ast.ts';
import type { Diagnostic, DiagnosticCode } from './diagnostics.ts';
import type { KnownPlatform } from './platforms.ts';
import type { Urls } from './url.ts';

/** An element and what a rule may need to know of its surroundings. */
export type Site = {
  readonly element: Element;
  /** Undefined for the root. */
  readonly parent: Element | undefined;
  /** Its child elements, in order. */
  readonly elements: readonly Element[];
  readonly urls: Urls;
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
  /** Absent: all elements. `known` and `unknown`: those that the grammar has, or has not. */
  readonly rows?: readonly RowName[] | 'known' | 'unknown';
  readonly check: (site: Site, report: Report) => void;
};
