import type { Document, Element } from './ast.ts';
import { diagnostic, sortDiagnostics, type Diagnostic } from './diagnostics.ts';
import type { Report, Rule } from './rule.ts';
import { attributeValues } from './rules/attribute-values.ts';
import { conflictingTargets } from './rules/conflicting-targets.ts';
import { duplicateParameters } from './rules/duplicate-parameters.ts';
import { enumValues } from './rules/enum-values.ts';
import { insecureToolUrl } from './rules/insecure-tool-url.ts';
import { missingPrompt } from './rules/missing-prompt.ts';
import { nesting } from './rules/nesting.ts';
import { repeatedElements } from './rules/repeated-elements.ts';
import { speechInput } from './rules/speech-input.ts';
import { speechPlace } from './rules/speech-place.ts';
import { textContent } from './rules/text-content.ts';
import { toolDescription } from './rules/tool-description.ts';
import { toolNames } from './rules/tool-names.ts';
import { unknownAttributes } from './rules/unknown-attributes.ts';
import { unknownElements } from './rules/unknown-elements.ts';
import { unreachableVerbs } from './rules/unreachable-verbs.ts';
import { wrongRoot } from './rules/wrong-root.ts';
import type { BaseUrl } from './url.ts';

/** Every rule of the language. Faults are ordered by their place, so the order here only breaks ties. */
export const RULES: readonly Rule[] = [
  wrongRoot,
  unknownElements,
  nesting,
  repeatedElements,
  unknownAttributes,
  attributeValues,
  textContent,
  toolNames,
  toolDescription,
  duplicateParameters,
  enumValues,
  insecureToolUrl,
  missingPrompt,
  speechPlace,
  speechInput,
  conflictingTargets,
  unreachableVerbs,
];

/** All faults of a document that was fetched from `base`, in the order of their places, at most 100. */
export function validate(
  document: Document,
  text: string,
  base: BaseUrl,
  rules: readonly Rule[] = RULES,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const report: Report = (...fault) => found.push(diagnostic(...fault));
  const visit = (element: Element, parent?: Element): void => {
    const site = { element, base, text, ...(parent === undefined ? {} : { parent }) };
    for (const rule of rules) rule(site, report);
    for (const child of element.children) if (child.kind === 'element') visit(child, element);
  };
  visit(document.root);
  return sortDiagnostics(found);
}
