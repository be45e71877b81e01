import type { Document, Element } from './ast.ts';
import { diagnostic, sortDiagnostics, type Diagnostic } from './diagnostics.ts';
import type { KnownPlatform } from './platforms.ts';
import type { Report, Rule, Site } from './rule.ts';
import { attributeValues } from './rules/attribute-values.ts';
import { conflictingTargets } from './rules/conflicting-targets.ts';
import { duplicateDestinations } from './rules/duplicate-destinations.ts';
import { duplicateParameters } from './rules/duplicate-parameters.ts';
import { enumValues } from './rules/enum-values.ts';
import { hangupInstruction } from './rules/hangup-instruction.ts';
import { insecureToolUrl } from './rules/insecure-tool-url.ts';
import { longText } from './rules/long-text.ts';
import { longTimeouts } from './rules/long-timeouts.ts';
import { missingPrompt } from './rules/missing-prompt.ts';
import { nesting } from './rules/nesting.ts';
import { planned } from './rules/planned.ts';
import { platformSupport } from './rules/platform-support.ts';
import { platformValues } from './rules/platform-values.ts';
import { privateToolUrl } from './rules/private-tool-url.ts';
import { promptTools } from './rules/prompt-tools.ts';
import { repeatedElements } from './rules/repeated-elements.ts';
import { sessionToolTarget } from './rules/session-tool-target.ts';
import { speechInput } from './rules/speech-input.ts';
import { speechPlace } from './rules/speech-place.ts';
import { textContent } from './rules/text-content.ts';
import { toolDescription } from './rules/tool-description.ts';
import { toolMethod } from './rules/tool-method.ts';
import { toolNames } from './rules/tool-names.ts';
import { unknownAttributes } from './rules/unknown-attributes.ts';
import { unknownElements } from './rules/unknown-elements.ts';
import { unreachableVerbs } from './rules/unreachable-verbs.ts';
import { unsentParameters } from './rules/unsent-parameters.ts';
import { urlCredentials } from './rules/url-credentials.ts';
import { vagueDescription } from './rules/vague-description.ts';
import { wrongRoot } from './rules/wrong-root.ts';
import { elementsOf } from './text.ts';
import type { Urls } from './url.ts';

/** Every rule of the language. Faults are ordered by their place, so the order here only breaks ties. */
export const RULES: readonly Rule[] = [
  wrongRoot,
  unknownElements,
  nesting,
  repeatedElements,
  unknownAttributes,
  attributeValues,
  textContent,
  longText,
  toolNames,
  toolDescription,
  duplicateParameters,
  duplicateDestinations,
  enumValues,
  insecureToolUrl,
  missingPrompt,
  speechPlace,
  speechInput,
  conflictingTargets,
  unreachableVerbs,
  planned,
  toolMethod,
  privateToolUrl,
  urlCredentials,
  longTimeouts,
  promptTools,
  vagueDescription,
  hangupInstruction,
  sessionToolTarget,
  unsentParameters,
  platformSupport,
  platformValues,
];

/** Those that find nothing in a document that is checked for no platform. */
const PLATFORM_RULES: ReadonlySet<Rule> = new Set([unsentParameters, platformSupport, platformValues]);
const LANGUAGE_RULES = RULES.filter((rule) => !PLATFORM_RULES.has(rule));

/** The rules that look at elements of a row: most look at one row only, and most elements are of another. */
function rulesByRow(rules: readonly Rule[]): (row: string | undefined) => readonly Rule[] {
  const named = new Set<string>(rules.flatMap(({ rows = [] }) => (typeof rows === 'string' ? [] : rows)));
  const ofRow = new Map([...named].map((row) => [row, rules.filter(({ rows }) => includesRow(rows, row))]));
  const ofOtherRows = rules.filter(({ rows }) => rows === undefined || rows === 'known');
  const ofUnknown = rules.filter(({ rows }) => rows === undefined || rows === 'unknown');
  return (row) => (row === undefined ? ofUnknown : (ofRow.get(row) ?? ofOtherRows));
}

function includesRow(rows: Rule['rows'], row: string): boolean {
  if (rows === undefined || typeof rows === 'string') return rows !== 'unknown';
  return rows.some((each) => each === row);
}

const RULES_OF_ROWS = new Map([LANGUAGE_RULES, RULES].map((rules) => [rules, rulesByRow(rules)]));

export type ValidateOptions = {
  readonly rules?: readonly Rule[];
  /** Also checks what this platform never sends or refuses. */
  readonly platform?: KnownPlatform | undefined;
  /** Missing name to present name, as the operator configures them. */
  readonly aliases?: { readonly [missing: string]: string } | undefined;
};

/** All faults of a document with these URLs, in the order of their places, at most 100. */
export function validate(
  { root }: Document,
  text: string,
  urls: Urls,
  { platform, rules = platform === undefined ? LANGUAGE_RULES : RULES, aliases = {} }: ValidateOptions = {},
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const report: Report = (...fault) => found.push(diagnostic(...fault));
  const rulesOf = RULES_OF_ROWS.get(rules) ?? rulesByRow(rules);
  const visit = (element: Element, parent: Element | undefined): void => {
    const elements = elementsOf(element);
    const site: Site = { element, parent, elements, root, urls, text, platform, aliases };
    for (const { check } of rulesOf(element.row)) check(site, report);
    for (const child of elements) visit(child, element);
  };
  visit(root, undefined);
  return sortDiagnostics(found);
}
